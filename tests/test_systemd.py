"""The units are units, and a program that is broken into finds little there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.needs import needs

UNITS = sorted((Path(__file__).parent.parent / "systemd").glob("*.service"))
THRESHOLD = 20  # of 100: systemd calls a unit of 9.6 UNSAFE and one of 2.0 OK


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        needs("systemd-analyze", "apt-get install systemd")
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_hardened(unit: Path) -> None:
    """systemd's own measure of what the program could reach."""
    found = analyze("security", "--offline=true", f"--threshold={THRESHOLD}", str(unit))
    assert found.returncode == 0, found.stdout[-2000:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_can_be_loaded(unit: Path, tmp_path: Path) -> None:
    """Every line is understood; only the program is not installed on this machine."""
    copy = tmp_path / unit.name
    copy.write_text(unit.read_text().replace("/opt/panbot/.venv/bin/panbot", "/bin/true"))
    found = analyze("verify", "--man=no", str(copy))
    assert (found.returncode, found.stderr) == (0, "")
