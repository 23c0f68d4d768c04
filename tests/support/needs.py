"""The one way to skip a test whose real part is not on this machine.

`tests/conftest.py` lists every skip at the end of the run, and with `--fail-on-skip` fails those
whose marker is not on the list of allowed ones.
"""

from __future__ import annotations

from typing import NoReturn

import pytest

__all__ = ["needs"]


def needs(part: str, command: str) -> NoReturn:
    """Skips the test, fixture or module that calls it; `command` is what would bring `part`."""
    pytest.skip(f"SKIPPED PART {part}: bring it with `{command}`", allow_module_level=True)
