# Made from _async/uploads.py by scripts/generate.py; do not edit.
"""Detections in slices of one's own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._pauses import sleep
from .._progress import FINAL
from ..dicom import UploadContent, upload_content
from ..errors import RunFailed
from ..pictures import Picture, picture_query
from ..schema import JobStatus, UploadedDetection
from ..structured_report import structured_report
from .transport import Transport

if TYPE_CHECKING:
    import pydicom

FOUND = (
    "id status error detector { name version } upload { id } "
    f"slices {{ sliceIndex error detections {{ {UploadedDetection.SELECTION} }} }}"
)


@dataclass(frozen=True)
class SliceDetections:
    """What was detected in one slice."""

    slice_index: int
    """From 1, from head to feet."""
    detections: tuple[UploadedDetection, ...]
    """By descending score."""
    detector: str
    detector_version: str
    _upload: str
    _detection: str
    _transport: Transport = field(repr=False, compare=False)

    def png(
        self,
        *,
        window: str | None = None,
        size: int | None = None,
        top: int | None = None,
        score_threshold: float | None = None,
    ) -> Picture:
        """The slice with its detections."""
        query = picture_query(
            overlay=f"detections:{self._detection}", window=window, size=size, top=top, score_threshold=score_threshold
        )
        return Picture(self._transport.fetch(f"/uploads/{self._upload}/{self.slice_index}.png", query))

    def to_dicom_sr(
        self, source: pydicom.Dataset | str | os.PathLike[str], score_threshold: float = 0.0
    ) -> pydicom.Dataset:
        """The detections as a DICOM structured report (TID 1500) on the slice that they were made from.

        `source` is that DICOM file; the report belongs to its study. Needs highdicom.
        """
        chosen = [one for one in self.detections if one.score >= score_threshold]
        return structured_report(source, chosen, self.detector, self.detector_version)


@dataclass(frozen=True)
class FileDetections:
    """What was detected in the slices that were sent. The server deletes them after some hours, or by `delete()`."""

    slices: tuple[SliceDetections, ...]
    _upload: str
    _transport: Transport = field(repr=False, compare=False)

    @property
    def detections(self) -> tuple[UploadedDetection, ...]:
        """Those of the only slice.

        Raises ValueError if there are several.
        """
        if len(self.slices) != 1:
            raise ValueError(f"There are {len(self.slices)} slices: take the detections of each.")
        return self.slices[0].detections

    def delete(self) -> None:
        """Deletes what was sent, and what was detected in it, from the server."""
        self._transport.send("DELETE", f"/uploads/{self._upload}")


def detect_file(
    transport: Transport,
    files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    detector: str,
    *,
    version: str | None,
    score_threshold: float | None,
    max_detections_per_image: int | None,
    idempotency_key: str | None,
) -> FileDetections:
    """Sends the pixels of DICOM slices, and gives what a detector finds in them."""
    paths = [files] if isinstance(files, (str, os.PathLike)) else list(files)
    sent: UploadContent = upload_content([Path(path) for path in paths])
    upload = transport.upload_bytes(sent.content, sent.query)
    given = {
        "upload": upload["id"],
        "detector": detector,
        "detectorVersion": version,
        "scoreThreshold": score_threshold,
        "maxDetectionsPerImage": max_detections_per_image,
    }
    document = (
        f"mutation ($input: DetectInImageInput!) {{ detectInImage(input: $input) {{ detection {{ {FOUND} }} }} }}"
    )
    answer = transport.mutate(document, given, key=idempotency_key)
    found = _finished(transport, answer["detectInImage"]["detection"])
    return FileDetections(
        slices=tuple(_read_slice(found, one, transport) for one in found["slices"]),
        _upload=upload["id"],
        _transport=transport,
    )


def _finished(transport: Transport, detection: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] | None = detection
    while found is not None and JobStatus.read(found["status"]) not in FINAL:
        sleep(0.5)
        document = f"query ($id: ID!) {{ uploadDetection(id: $id) {{ {FOUND} }} }}"
        found = (transport.graph(document, {"id": detection["id"]}))["uploadDetection"]
    if found is None:
        raise RunFailed("The upload expired before the detection had finished: send it again.")
    errors = [found["error"], *(one["error"] for one in found["slices"])]
    told = next((error for error in errors if error), None)
    if found["status"] != JobStatus.SUCCEEDED or told:
        raise RunFailed(f"The detection is {found['status']}: {told}")
    return found


def _read_slice(found: Mapping[str, Any], one: Mapping[str, Any], transport: Transport) -> SliceDetections:
    return SliceDetections(
        slice_index=one["sliceIndex"],
        detections=tuple(UploadedDetection.from_graph(box) for box in one["detections"]),
        detector=found["detector"]["name"],
        detector_version=found["detector"]["version"],
        _upload=found["upload"]["id"],
        _detection=found["id"],
        _transport=transport,
    )
