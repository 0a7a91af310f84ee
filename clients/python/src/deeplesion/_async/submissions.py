"""Detections that were made elsewhere."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._progress import Report
from ..schema import Split, SplitName
from ..submissions import ExternalDetector, FileFormat, SubmissionInvalid, SubmissionReport, detector_input, format_of
from .data import Where
from .evaluations import AsyncEvaluation
from .runs import RUN, AsyncDetectionRun, ChosenImages, image_choice
from .transport import AsyncTransport

Splits = Split | SplitName | Sequence[Split | SplitName] | None


@dataclass(frozen=True)
class AsyncSubmission:
    """A submitted file: the run that was made of it, and its evaluation."""

    run: AsyncDetectionRun
    evaluation: AsyncEvaluation
    report: SubmissionReport


def submission_request(
    dataset: str,
    file: Path,
    detector: ExternalDetector,
    *,
    split: Splits,
    images: ChosenImages,
    where: Where,
    images_in_file: bool,
    format: FileFormat | None,
    box_convention: str | None,
    pixel_convention: str | None,
    score_transform: str | None,
    note: str | None,
) -> dict[str, Any]:
    """What is sent, without the id of the upload.

    Raises ValueError if it is not said which images the detector was run on, or in two ways.
    """
    declared: dict[str, Any] = {}
    if split is not None:
        names = [split] if isinstance(split, str) else list(split)
        declared["split"] = [Split.expect(name).value for name in names]
    if images_in_file:
        declared["listInFile"] = True
    if images is not None or where is not None:
        choice = image_choice(dataset, images, where)
        declared |= {name: choice[name] for name in ("filter", "imageIds") if name in choice}
        # A selection of all images has no filter.
        if declared.get("filter", {}) is None:
            declared["filter"] = {}
    if len(declared) != 1:
        raise ValueError(
            "Expected exactly one of split, images, filter and images_in_file: it says which images the detector was "
            "run on, so that an image without boxes counts as one without detections."
        )
    given = {
        "dataset": dataset,
        "format": format or format_of(file),
        "detector": detector_input(detector),
        "images": declared,
        "boxConvention": box_convention,
        "pixelConvention": pixel_convention,
        "scoreTransform": score_transform,
        "note": note,
    }
    return {name: value for name, value in given.items() if value is not None}


async def async_validate(
    transport: AsyncTransport, file: Path, request: dict[str, Any]
) -> tuple[SubmissionReport, str]:
    """Sends a file and has it read. Gives what it tells, and the id of the upload."""
    upload = await transport.upload(file)
    fields = SubmissionReport.SELECTION
    document = f"query ($input: SubmitDetectionsInput!) {{ validateSubmission(input: $input) {{ {fields} }} }}"
    answer = await transport.graph(document, {"input": {**request, "uploadId": upload["id"]}})
    return SubmissionReport.read(answer["validateSubmission"]), str(upload["id"])


async def async_submit(
    transport: AsyncTransport,
    file: str | os.PathLike[str],
    request: dict[str, Any],
    progress: bool | Report,
    idempotency_key: str | None,
) -> AsyncSubmission:
    """Validates and submits a file, and waits for its evaluation.

    Raises SubmissionInvalid if the file has problems; warns if something may be wrong with all boxes.
    """
    report, upload = await async_validate(transport, Path(file), request)
    if not report.is_valid:
        raise SubmissionInvalid(report)
    for suspicion in report.suspicions:
        warnings.warn(suspicion.message, stacklevel=3)
    document = f"mutation ($input: SubmitDetectionsInput!) {{ submitDetections(input: $input) {{ run {{ {RUN} }} }} }}"
    answer = await transport.mutate(document, {**request, "uploadId": upload}, key=idempotency_key)
    run = AsyncDetectionRun.read(answer["submitDetections"]["run"], transport)
    run = await run.wait(progress)
    return AsyncSubmission(run, await run.evaluation(), report)
