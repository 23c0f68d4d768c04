"""One edge a data directory, and whoever looks for it."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.lock import Running, address, locked, say_address

ROOT = Path(__file__).parents[2]
ASK = (
    "import sys, pathlib; from edge.lock import address; print(address(pathlib.Path(sys.argv[1])))"
)


def test_one_edge_a_directory(tmp_path: Path) -> None:
    """A second one is refused, and whoever looks, from this program or another, is told where the
    first one answers; once it has ended there is none."""
    assert address(tmp_path) is None
    with locked(tmp_path):
        say_address(tmp_path, "http://127.0.0.1:1")
        assert address(tmp_path) == "http://127.0.0.1:1"
        with pytest.raises(Running), locked(tmp_path):
            pass
        command = [sys.executable, "-c", ASK, str(tmp_path)]
        seen = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert seen.stdout.strip() == "http://127.0.0.1:1"
    assert address(tmp_path) is None


def test_looking_for_an_edge_stops_none_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever in the middle of a look an edge starts, the directory is free for it."""
    with locked(tmp_path):
        pass
    started = []

    def starts_meanwhile(*words: Any) -> Any:
        answer = real(*words)
        monkeypatch.undo()
        with locked(tmp_path):
            started.append(True)
        return answer

    real = fcntl.fcntl
    monkeypatch.setattr(fcntl, "fcntl", starts_meanwhile)
    assert address(tmp_path) is None
    assert started
