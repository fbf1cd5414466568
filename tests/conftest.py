"""What every run of the tests says at its end: what it skipped and why, also when that is nothing."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The reasons stand above, one line each."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    terminalreporter.write_line(f"skipped: {skipped}, for the reasons above" if skipped else "skipped: nothing")
