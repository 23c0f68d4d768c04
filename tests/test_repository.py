"""Cheap truths about the repository itself."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MADE_HERE = {"__pycache__", "build", "dist", "node_modules"}  # by building, testing and running

REGISTRY_HOST = re.compile(
    r"(pypi|pythonhosted|registry\.npmjs|crates|deb\.debian|(proxy|sum)\.golang|maven(\.apache)?)"
    r"\.(org|com|io|net)\b"
)
SOMEONES_FOLDER = re.compile(r"(?<![\w.}])/(work|root|home)/\w")


def _ours() -> list[Path]:
    """Every file of the project; hidden folders hold what tools made, but for CI's."""
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file()
        and not MADE_HERE & {*path.relative_to(ROOT).parts}
        and not any(
            part.startswith(".") and part != ".ci" for part in path.relative_to(ROOT).parts[:-1]
        )
        and not any(part.endswith(".egg-info") for part in path.parts)
    ]


def _naming(pattern: re.Pattern[str]) -> list[str]:
    """`file: text` for each file that holds `pattern`."""
    return [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in _ours()
        if (found := pattern.search(path.read_text(encoding="utf-8", errors="ignore")))
    ]


def test_every_module_says_what_it_is() -> None:
    """A reader finds the door by its docstring."""
    modules = [path for path in _ours() if path.suffix == ".py"]
    silent = [
        str(path.relative_to(ROOT))
        for path in modules
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert len(modules) > 20
    assert silent == []


def test_no_package_registry_is_named() -> None:
    """Where packages come from is the machine's own setting, so that any mirror will do."""
    assert _naming(REGISTRY_HOST) == []
    assert "://" not in (ROOT / "requirements.lock").read_text()


def test_no_folder_of_someones_machine_is_named() -> None:
    """What works here works anywhere."""
    assert _naming(SOMEONES_FOLDER) == []


def test_what_is_installed_is_what_is_locked() -> None:
    """Every package here, at its version, is in the lock: `make lock` was not forgotten."""
    lock = (ROOT / "requirements.lock").read_text()
    locked = set(re.findall(r"^([a-z0-9-]+)==([^ \\]+)", lock, flags=re.MULTILINE))
    installed = {
        (re.sub(r"[-_.]+", "-", package.name).lower(), package.version)
        for package in importlib.metadata.distributions()
    }
    assert {one for one in installed - locked if one[0] != "panbot"} == set()


def test_the_changelog_tells_of_this_version() -> None:
    """Whoever upgrades can read what is new."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert {"Unreleased", version} & {*headings}


@pytest.mark.parametrize("module_level", [False, True], ids=["in a test", "of a module"])
def test_a_skip_fails_where_it_is_not_allowed(tmp_path: Path, module_level: bool) -> None:
    """`--fail-on-skip` lets skip what the list names, fails the rest, and says how to mend it."""
    allowed = tmp_path / "allowed"
    allowed.write_text("# comment\ncentrifugo  # why\n")
    (tmp_path / "test_parts.py").write_text(
        '"""Two parts that are away."""\n'
        "import pytest\n"
        "from tests.support.needs import needs\n"
        f"if {module_level}: needs('oven', 'apt-get install oven')\n"
        "@pytest.mark.centrifugo\n"
        "def test_allowed(): needs('Centrifugo', 'make centrifugo')\n"
        "def test_refused(): needs('oven', 'apt-get install oven')\n"
    )
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"),
            *("-c", ROOT / "pyproject.toml", "--rootdir", ROOT, f"--fail-on-skip={allowed}"),
            tmp_path / "test_parts.py",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    closing = run.stdout.strip().splitlines()[-1]
    assert ("1 error" if module_level else "1 failed, 1 skipped") in closing, run.stdout
    assert "SKIPPED PART oven: bring it with `apt-get install oven`" in run.stdout
