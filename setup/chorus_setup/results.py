"""What a suite of tests gave, and how it is told."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from .odoo_log import Entry
from .progress import duration

# Characters of an entry of a log: enough to know which it is.
LONGEST_QUOTE = 200
# Reasons told of one suite that does not hold.
SHOWN_PROBLEMS = 10


@dataclasses.dataclass
class SuiteResult:
    """Counts of one suite; ``problems`` says, in lines, why it does not hold."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    problems: list[str] = dataclasses.field(default_factory=list)

    @property
    def holds(self) -> bool:
        """All passed, there were some, and none was left out."""
        return bool(self.passed) and not (self.failed or self.skipped or self.problems)

    def fail(self, problem: str) -> None:
        """Count one failed check, that is not a test of its own."""
        self.failed += 1
        self.problems.append(problem)

    def complain(self, entry: Entry, log: Path) -> None:
        """Count one entry of a log that should have had none, and quote it."""
        said = f"{entry.level} {entry.logger}: {entry.message}"
        self.fail(f"{said[:LONGEST_QUOTE]} (in {log})")

    def count_line(self) -> str:
        """
        >>> SuiteResult("pure", passed=12).count_line()
        'pure: 12 passed, 0 failed'
        """
        line = f"{self.name}: {self.passed} passed, {self.failed} failed"
        return f"{line}, {self.skipped} skipped" if self.skipped else line


def read_junit(result: SuiteResult, report: Path) -> None:
    """Add the counts of a pytest report; a report that is not there is a failure.

    The file is written by our own pytest, so the standard parser will do.
    """
    try:
        root = ElementTree.parse(report).getroot()  # noqa: S314
    except (FileNotFoundError, ElementTree.ParseError):
        result.fail("pytest left no report: it ended before the first test.")
        return
    for case in root.iter("testcase"):
        outcomes = {child.tag for child in case}
        if outcomes & {"failure", "error"}:
            result.failed += 1
        elif "skipped" in outcomes:
            result.skipped += 1
        else:
            result.passed += 1


def summary(results: list[SuiteResult]) -> str:
    """The table of all suites; its last lines are one count line per suite."""
    lines = ["", "Summary"]
    for result in results:
        verdict = "ok" if result.holds else "NOT OK"
        lines.append(f"  {result.name:<6} {verdict:<7} {duration(result.seconds)}")
        lines += [f"         {problem}" for problem in result.problems[:SHOWN_PROBLEMS]]
        if len(result.problems) > SHOWN_PROBLEMS:
            lines.append(f"         … and {len(result.problems) - SHOWN_PROBLEMS} more")
        if not result.passed:
            lines.append("         no test passed")
    lines.append("")
    lines += [result.count_line() for result in results]
    return "\n".join(lines)
