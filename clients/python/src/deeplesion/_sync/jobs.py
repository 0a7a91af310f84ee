# Made from _async/jobs.py by scripts/generate.py; do not edit.
"""Jobs of the server, followed to their end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from .._pauses import sleep
from .._progress import Progress, Report
from ..errors import ConnectionFailed, RateLimited, RunFailed, Unavailable
from ..schema import JobStatus
from .transport import Transport

JOB = "id status progress { completed failed total }"
MOST_POLLS_SECONDS = 5.0


def follow_job(transport: Transport, id: str, report: Report, timeout_seconds: float | None) -> None:
    """Reports the progress of a job until it has ended: by server-sent events, and by polling if these end.

    Raises RunFailed if it was deleted, and TimeoutError.
    """
    deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
    try:
        _follow(transport, id, report, deadline)
    except (ConnectionFailed, RateLimited, Unavailable):
        _poll(transport, id, report, deadline)


def cancel_job(transport: Transport, id: str) -> None:
    """Cancels a job; one that has ended stays as it is."""
    document = "mutation ($input: CancelJobInput!) { cancelJob(input: $input) { job { id } } }"
    transport.graph(document, {"input": {"id": id}})


def _follow(transport: Transport, id: str, report: Report, deadline: float | None) -> None:
    document = f"subscription ($id: ID!) {{ jobProgress(id: $id) {{ {JOB} }} }}"
    with closing(transport.events(document, {"id": id})) as events:
        for answer in events:
            progress = _progress_of(answer["jobProgress"])
            report(progress)
            if progress.is_final:
                return
            _expect_time(deadline, id)
    _poll(transport, id, report, deadline)


def _poll(transport: Transport, id: str, report: Report, deadline: float | None) -> None:
    pause = 0.5
    while True:
        answer = transport.graph(f"query ($id: ID!) {{ job(id: $id) {{ {JOB} }} }}", {"id": id})
        if answer["job"] is None:
            raise RunFailed(f"The job {id} was deleted.")
        progress = _progress_of(answer["job"])
        report(progress)
        if progress.is_final:
            return
        _expect_time(deadline, id)
        sleep(pause)
        pause = min(2 * pause, MOST_POLLS_SECONDS)


def _progress_of(job: Mapping[str, Any]) -> Progress:
    counts = job["progress"]
    return Progress(JobStatus.read(job["status"]), counts["completed"], counts["failed"], counts["total"])


def _expect_time(deadline: float | None, job: str) -> None:
    if deadline is not None and time.monotonic() >= deadline:
        raise TimeoutError(f"The job {job} has not finished in time. It goes on; wait() follows it again.")
