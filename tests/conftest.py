"""What holds for every test: skips are loud, searches repeat, and nothing is left running.

`--fail-on-skip=FILE` (as `.ci/run` calls it) turns each skip into a failure, but for tests with
one of the markers that FILE allows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import psutil
import pytest

CHILD_GRACE_S = 5  # a server that was told to stop may still be writing its last file

# The same examples in every run: a failure is there again for whoever looks into it.
# `--hypothesis-profile=search` looks for new ones.
hypothesis.settings.register_profile("repeat", derandomize=True, deadline=None, max_examples=50)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile("repeat")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fail-on-skip",
        metavar="FILE",
        help="a skip is a failure, but for the markers that FILE lists, one a line",
    )


def _allowed_markers(config: pytest.Config) -> set[str] | None:
    """The markers whose tests may skip; None where every test may."""
    file = config.getoption("--fail-on-skip")
    if file is None:
        return None
    lines = (config.rootpath / file).read_text().splitlines()
    return {words[0] for line in lines if (words := line.partition("#")[0].split())}


def _refuse_skip(report: Any, config: pytest.Config, markers: set[str]) -> None:
    """Makes a failure of a skip that is not allowed. An expected failure is no skip."""
    allowed = _allowed_markers(config)
    if allowed is None or not report.skipped or hasattr(report, "wasxfail") or markers & allowed:
        return
    report.outcome = "failed"
    report.longrepr = f"{_reason(report)}\n(skips are failures here: {report.nodeid})"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    _refuse_skip(report, item.config, {mark.name for mark in item.iter_markers()})
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    report = yield
    _refuse_skip(report, collector.config, {mark.name for mark in collector.iter_markers()})
    return report


def _reason(report: Any) -> str:
    """Why it was skipped: pytest keeps (file, line, "Skipped: why")."""
    why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return re.sub("^Skipped: ", "", why)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if not skipped:
        return
    terminalreporter.section("NOT TESTED ON THIS MACHINE", sep="!", yellow=True, bold=True)
    for reason, times in skipped.items():
        terminalreporter.line(f"{reason}  ({times} skipped)", yellow=True)


@pytest.fixture(scope="session", autouse=True)
def no_child_outlives_the_tests() -> Iterator[None]:
    """Whoever starts a server stops it: a child that is left at the end fails the run."""
    yield
    children = psutil.Process().children(recursive=True)
    _, left = psutil.wait_procs(children, timeout=CHILD_GRACE_S)
    told = [f"{child.pid} {child.name()}" for child in left if child.is_running()]
    for child in left:
        child.kill()
    assert not told, f"still running after the tests: {', '.join(told)}"
