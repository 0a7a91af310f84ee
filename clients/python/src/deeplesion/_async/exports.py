"""Files that the server writes as jobs, and what differs between two versions of a data set."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from .._files import sha256_of
from .._progress import Report, report_of
from ..errors import DownloadDamaged, RunFailed
from ..schema import JobStatus
from .data import LESION, AsyncLesion, AsyncSelection, async_save
from .evaluations import AsyncEvaluation
from .jobs import async_cancel_job, async_follow_job
from .listing import AsyncListing
from .runs import AsyncDetectionRun
from .transport import AsyncTransport

EXPORT = "id status url bytes sha256 error"
FORMATS = ("CSV", "NDJSON", "PARQUET")
Exported = AsyncSelection[Any] | AsyncDetectionRun | AsyncEvaluation | str


@dataclass(frozen=True)
class AsyncExport:
    """A file that the server writes as a job, as it was when it was read."""

    id: str
    status: JobStatus
    url: str
    """Its address; with a key, send the same one."""
    bytes: int
    """Written so far; its size once it has succeeded."""
    sha256: str | None
    """In hexadecimal; None until it has succeeded."""
    error: str | None
    _transport: AsyncTransport = field(repr=False, compare=False)

    @classmethod
    def read(cls, data: Mapping[str, Any], transport: AsyncTransport) -> AsyncExport:
        return cls(
            id=data["id"],
            status=JobStatus.read(data["status"]),
            url=data["url"],
            bytes=int(data["bytes"]),
            sha256=data["sha256"],
            error=data["error"],
            _transport=transport,
        )

    async def refresh(self) -> AsyncExport:
        """The export as it is now.

        Raises LookupError if it is listed no more, 7 days after its end.
        """
        document = f"query ($id: ID!) {{ job(id: $id) {{ ... on Export {{ {EXPORT} }} }} }}"
        answer = await self._transport.graph(document, {"id": self.id})
        if answer["job"] is None:
            raise LookupError(f"There is no export with the id {self.id!r}.")
        return AsyncExport.read(answer["job"], self._transport)

    async def wait(self, progress: bool | Report = False, timeout_seconds: float | None = None) -> AsyncExport:
        """Waits until it has ended, and gives it as it is then.

        `progress=True` prints on standard error; a function is called with each `Progress`. Raises RunFailed if it
        failed or was cancelled, and TimeoutError.
        """
        report = report_of(progress, "export", "files")
        await async_follow_job(self._transport, self.id, report, timeout_seconds)
        ended = await self.refresh()
        if ended.status != JobStatus.SUCCEEDED:
            raise RunFailed(f"The export {self.id} is {ended.status}: {ended.error or 'it was cancelled'}")
        return ended

    async def save(self, path: str | os.PathLike[str]) -> Path:
        """Downloads the file. A broken connection is taken up again, and the file is held against its SHA-256.

        Raises DownloadDamaged if it is another one.
        """
        address = httpx.URL(self.url)
        # The server may know itself by another name than this client.
        below = address.path[address.path.index("/exports/") :]
        target = await async_save(self._transport, below, dict(address.params), Path(path))
        if self.sha256 is not None and sha256_of(target) != self.sha256:
            target.unlink()
            raise DownloadDamaged(f"{target.name} was received with another SHA-256 than {self.sha256}: save it again.")
        return target

    async def cancel(self) -> AsyncExport:
        """Cancels it; then no file stays."""
        await async_cancel_job(self._transport, self.id)
        return await self.refresh()


async def async_create_export(
    transport: AsyncTransport,
    what: Exported,
    *,
    file: str | None,
    format: str | None,
    fields: Sequence[str] | None,
    parameters: Mapping[str, str] | None,
    webhook_url: str | None,
    idempotency_key: str | None,
) -> AsyncExport:
    """Has a file written.

    Raises ValueError for an unknown format, and if nothing says which file it is.
    """
    given: dict[str, Any]
    if isinstance(what, AsyncSelection):
        given = {"dataset": await what.version(), "filter": what.filter or None, "file": file or what.table}
    elif isinstance(what, AsyncDetectionRun):
        given = {"run": what.id, "file": file or "detections"}
    elif isinstance(what, AsyncEvaluation):
        given = {"evaluation": what.id, "file": file}
    else:
        given = {"dataset": what, "file": file}
    if given["file"] is None:
        raise ValueError("Expected file to name what is exported, such as 'coco.json' or 'outcomes'.")
    if format is not None and format.upper() not in FORMATS:
        raise ValueError(f"Expected the format to be one of {', '.join(FORMATS)}, got {format!r}.")
    has_ending = "." in str(given["file"])
    given |= {
        "format": None if has_ending else (format or "PARQUET").upper(),
        "fields": None if fields is None else list(fields),
        "parameters": None if parameters is None else dict(parameters),
        "webhookUrl": webhook_url,
    }
    document = f"mutation ($input: CreateExportInput!) {{ createExport(input: $input) {{ export {{ {EXPORT} }} }} }}"
    answer = await transport.mutate(document, given, key=idempotency_key)
    return AsyncExport.read(answer["createExport"]["export"], transport)


@dataclass(frozen=True)
class DiffCounts:
    """Rows of two versions."""

    added: int
    removed: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class AsyncLesionChange:
    """A lesion that differs between two versions."""

    kind: str
    """ADDED, REMOVED, CHANGED or UNCHANGED."""
    fields: list[str]
    """Names of the graph's fields whose values differ; empty unless it was changed."""
    before: AsyncLesion | None
    """None if it was added."""
    after: AsyncLesion | None
    """None if it was removed."""


@dataclass(frozen=True)
class AsyncDatasetDiff:
    """What differs between two versions of a data set."""

    patients: DiffCounts
    studies: DiffCounts
    images: DiffCounts
    lesions: DiffCounts
    changes: AsyncListing[AsyncLesionChange]
    """The lesions that differ, by file name and row of the source file."""


async def async_dataset_diff(transport: AsyncTransport, a: str, b: str) -> AsyncDatasetDiff:
    """Compares two versions."""
    tables = ("patients", "studies", "images", "lesions")
    counts = "added removed changed unchanged"
    listed = " ".join(f"{table} {{ {counts} }}" for table in tables)
    document = f"query ($a: String!, $b: String!) {{ datasetDiff(a: $a, b: $b) {{ {listed} }} }}"
    found = (await transport.graph(document, {"a": a, "b": b}))["datasetDiff"]
    changes = AsyncListing(
        transport,
        root="datasetDiff.changedLesions",
        arguments="",
        variables={"a": ("String!", a), "b": ("String!", b)},
        fields=f"kind fields before {{ {LESION} }} after {{ {LESION} }}",
        read=lambda data: _change_of(data, transport),
        wrapper=("datasetDiff(a: $a, b: $b) { ", " }"),
    )
    return AsyncDatasetDiff(**{table: DiffCounts(**found[table]) for table in tables}, changes=changes)


def _change_of(data: Mapping[str, Any], transport: AsyncTransport) -> AsyncLesionChange:
    def read(lesion: Mapping[str, Any] | None) -> AsyncLesion | None:
        return None if lesion is None else AsyncLesion.read(lesion, transport)

    return AsyncLesionChange(data["kind"], list(data["fields"]), read(data["before"]), read(data["after"]))
