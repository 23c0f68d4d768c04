"""The one command: `panbot edge …`, `panbot cloud …`, `panbot agent …`, `panbot demo`.

Each program's own `cli.py` is loaded only when it is called for, so that the edge never pays for
the agent's imports, and a machine needs only the extras of the programs that it runs.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

_PROGRAMS = {
    "demo": ("demo.cli", "all of it on this machine, with virtual printers; nothing to configure"),
    "edge": (
        "edge.cli",
        "the appliance in the restaurant: serve, pair, status, sync, backup, restore",
    ),
    "cloud": (
        "cloud.cli",
        "the cloud service: serve, migrate, load, password, pairing-code, centrifugo-config",
    ),
    "agent": ("agent.cli", "the voice agent: start, trunks, console, call, evaluate"),
    "printers": ("edge.printers_cli", "scan, list, add, set, route, remove, test, identify"),
}
_EXTRAS = {"printers": "edge"}  # where it is called otherwise than the program


def _usage() -> str:
    rows = "\n".join(f"  {name:<9} {what}" for name, (_, what) in _PROGRAMS.items())
    return f"usage: panbot PROGRAM …   (panbot PROGRAM --help tells more)\n\n{rows}\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one program with the rest of the arguments; returns its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("-h", "--help"):
        print(_usage(), end="")
        return 0
    name, *rest = words
    if name not in _PROGRAMS:
        print(f"panbot: there is no program {name!r}\n\n{_usage()}", end="", file=sys.stderr)
        return 2
    try:
        program = importlib.import_module(_PROGRAMS[name][0])
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.split(".")[0] in _PROGRAMS:
            raise
        print(
            f"panbot: {name} needs the package {missing.name!r}, which is not installed here.\n"
            f"In PanBot's folder, scripts/setup {_EXTRAS.get(name, name)} brings it.",
            file=sys.stderr,
        )
        return 2
    status = program.main(rest)
    assert isinstance(status, int)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
