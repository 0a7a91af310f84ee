# Made from _async/exports.py by scripts/generate.py; do not edit.
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
from .data import LESION, Lesion, Selection, save
from .evaluations import Evaluation
from .jobs import cancel_job, follow_job
from .listing import Listing
from .runs import DetectionRun
from .transport import Transport

EXPORT = "id status url bytes sha256 error"
FORMATS = ("CSV", "NDJSON", "PARQUET")
Exported = Selection[Any] | DetectionRun | Evaluation | str


@dataclass(frozen=True)
class Export:
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
    _transport: Transport = field(repr=False, compare=False)

    @classmethod
    def read(cls, data: Mapping[str, Any], transport: Transport) -> Export:
        return cls(
            id=data["id"],
            status=JobStatus.read(data["status"]),
            url=data["url"],
            bytes=int(data["bytes"]),
            sha256=data["sha256"],
            error=data["error"],
            _transport=transport,
        )

    def refresh(self) -> Export:
        """The export as it is now.

        Raises LookupError if it is listed no more, 7 days after its end.
        """
        document = f"query ($id: ID!) {{ job(id: $id) {{ ... on Export {{ {EXPORT} }} }} }}"
        answer = self._transport.graph(document, {"id": self.id})
        if answer["job"] is None:
            raise LookupError(f"There is no export with the id {self.id!r}.")
        return Export.read(answer["job"], self._transport)

    def wait(self, progress: bool | Report = False, timeout_seconds: float | None = None) -> Export:
        """Waits until it has ended, and gives it as it is then.

        `progress=True` prints on standard error; a function is called with each `Progress`. Raises RunFailed if it
        failed or was cancelled, and TimeoutError.
        """
        report = report_of(progress, "export", "files")
        follow_job(self._transport, self.id, report, timeout_seconds)
        ended = self.refresh()
        if ended.status != JobStatus.SUCCEEDED:
            raise RunFailed(f"The export {self.id} is {ended.status}: {ended.error or 'it was cancelled'}")
        return ended

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Downloads the file. A broken connection is taken up again, and the file is held against its SHA-256.

        Raises DownloadDamaged if it is another one.
        """
        address = httpx.URL(self.url)
        # The server may know itself by another name than this client.
        below = address.path[address.path.index("/exports/") :]
        target = save(self._transport, below, dict(address.params), Path(path))
        if self.sha256 is not None and sha256_of(target) != self.sha256:
            target.unlink()
            raise DownloadDamaged(f"{target.name} was received with another SHA-256 than {self.sha256}: save it again.")
        return target

    def cancel(self) -> Export:
        """Cancels it; then no file stays."""
        cancel_job(self._transport, self.id)
        return self.refresh()


def create_export(
    transport: Transport,
    what: Exported,
    *,
    file: str | None,
    format: str | None,
    fields: Sequence[str] | None,
    parameters: Mapping[str, str] | None,
    webhook_url: str | None,
    idempotency_key: str | None,
) -> Export:
    """Has a file written.

    Raises ValueError for an unknown format, and if nothing says which file it is.
    """
    given: dict[str, Any]
    if isinstance(what, Selection):
        given = {"dataset": what.version(), "filter": what.filter or None, "file": file or what.table}
    elif isinstance(what, DetectionRun):
        given = {"run": what.id, "file": file or "detections"}
    elif isinstance(what, Evaluation):
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
    answer = transport.mutate(document, given, key=idempotency_key)
    return Export.read(answer["createExport"]["export"], transport)


@dataclass(frozen=True)
class DiffCounts:
    """Rows of two versions."""

    added: int
    removed: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class LesionChange:
    """A lesion that differs between two versions."""

    kind: str
    """ADDED, REMOVED, CHANGED or UNCHANGED."""
    fields: list[str]
    """Names of the graph's fields whose values differ; empty unless it was changed."""
    before: Lesion | None
    """None if it was added."""
    after: Lesion | None
    """None if it was removed."""


@dataclass(frozen=True)
class DatasetDiff:
    """What differs between two versions of a data set."""

    patients: DiffCounts
    studies: DiffCounts
    images: DiffCounts
    lesions: DiffCounts
    changes: Listing[LesionChange]
    """The lesions that differ, by file name and row of the source file."""


def dataset_diff(transport: Transport, a: str, b: str) -> DatasetDiff:
    """Compares two versions."""
    tables = ("patients", "studies", "images", "lesions")
    counts = "added removed changed unchanged"
    listed = " ".join(f"{table} {{ {counts} }}" for table in tables)
    document = f"query ($a: String!, $b: String!) {{ datasetDiff(a: $a, b: $b) {{ {listed} }} }}"
    found = (transport.graph(document, {"a": a, "b": b}))["datasetDiff"]
    changes = Listing(
        transport,
        root="datasetDiff.changedLesions",
        arguments="",
        variables={"a": ("String!", a), "b": ("String!", b)},
        fields=f"kind fields before {{ {LESION} }} after {{ {LESION} }}",
        read=lambda data: _change_of(data, transport),
        wrapper=("datasetDiff(a: $a, b: $b) { ", " }"),
    )
    return DatasetDiff(**{table: DiffCounts(**found[table]) for table in tables}, changes=changes)


def _change_of(data: Mapping[str, Any], transport: Transport) -> LesionChange:
    def read(lesion: Mapping[str, Any] | None) -> Lesion | None:
        return None if lesion is None else Lesion.read(lesion, transport)

    return LesionChange(data["kind"], list(data["fields"]), read(data["before"]), read(data["after"]))
