"""Progress of a job for people: one line that changes on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from .schema import JobStatus

FINAL = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED})


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    status: JobStatus
    completed: int
    failed: int
    total: int

    @property
    def is_final(self) -> bool:
        return self.status in FINAL


Report = Callable[[Progress], None]


def nothing(progress: Progress) -> None:
    """Reports nothing."""


class ProgressLine:
    """Prints progress on standard error."""

    def __init__(self, what: str, stream: TextIO | None = None, unit: str = "images") -> None:
        self.what = what
        self.unit = unit
        self.stream = stream or sys.stderr
        self.is_terminal = self.stream.isatty()
        self.last = ""

    def __call__(self, progress: Progress) -> None:
        done = progress.completed + progress.failed
        failed = f", {progress.failed} failed" if progress.failed else ""
        tenths = 10 * done // progress.total if progress.total else 0
        text = f"{self.what}: {progress.status.lower()}, {done} of {progress.total} {self.unit}{failed}"
        # Elsewhere than on a terminal a line per tenth is enough.
        key = text if self.is_terminal else f"{progress.status} {tenths}"
        if key == self.last:
            return
        self.last = key
        if self.is_terminal:
            end = "\n" if progress.is_final else ""
            self.stream.write(f"\r\x1b[K{text}{end}")
        else:
            self.stream.write(text + "\n")
        self.stream.flush()


def report_of(progress: bool | Report, what: str, unit: str = "images") -> Report:
    """What is told of a job: `True` prints, a function is called, `False` tells nothing."""
    if callable(progress):
        return progress
    return ProgressLine(what, unit=unit) if progress else nothing
