"""Detection runs: from the request to the detections."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import _frames as frames
from .._progress import Report, report_of
from ..errors import RunFailed
from ..filters import Expression, filter_input
from ..schema import (
    DetectionFields,
    DetectionRunFields,
    DetectorFields,
    EvaluationPreset,
    EvaluationPresetName,
    ImageFilterFields,
    JobStatus,
    ReviewPolicy,
    ReviewPolicyName,
    RunPriority,
    RunPriorityName,
)
from .data import (
    DATASET,
    IMAGE,
    AsyncBookmarkedImage,
    AsyncImages,
    Where,
    async_save,
    export_format,
    id_of,
    reference_of,
)
from .evaluations import EVALUATION, AsyncEvaluation
from .jobs import async_cancel_job, async_follow_job
from .listing import AsyncListing
from .transport import AsyncTransport

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

RUN = f"{DetectionRunFields.SELECTION} {DATASET} detector {{ {DetectorFields.SELECTION} }}"
ChosenImages = AsyncImages | Sequence[AsyncBookmarkedImage | str] | None


@dataclass(frozen=True)
class Detector(DetectorFields):
    """A detector that the server knows."""


@dataclass(frozen=True)
class AsyncDetection(DetectionFields):
    """A scored box, with its image."""

    image: AsyncBookmarkedImage


class AsyncDetections(AsyncListing[AsyncDetection]):
    """Detections of a run: a list of objects by the graph, and a table by one export."""

    def __init__(
        self,
        transport: AsyncTransport,
        run: str,
        score_at_least: float | None = None,
        rank_at_most: int | None = None,
        images: Sequence[AsyncBookmarkedImage | str] | None = None,
    ) -> None:
        self.run = run
        given = {
            "scoreAtLeast": score_at_least,
            "rankAtMost": rank_at_most,
            "imageIds": None if images is None else [id_of(image) for image in images],
        }
        self.filter = {name: value for name, value in given.items() if value is not None}
        super().__init__(
            transport,
            root="detectionRun.detections",
            wrapper=("detectionRun(id: $run) { ", " }"),
            arguments="filter: $filter",
            variables={"run": ("ID!", run), "filter": ("DetectionFilter", self.filter)},
            fields=f"{DetectionFields.SELECTION} image {{ {IMAGE} }}",
            read=lambda data: AsyncDetection.from_graph(
                data, image=AsyncBookmarkedImage.read(data["image"], transport)
            ),
        )

    def where(
        self,
        *,
        score_at_least: float | None = None,
        rank_at_most: int | None = None,
        images: Sequence[AsyncBookmarkedImage | str] | None = None,
    ) -> AsyncDetections:
        """Those from a score on, up to a rank on their image (1 is the highest score), or on some images."""
        return AsyncDetections(self._transport, self.run, score_at_least, rank_at_most, images)

    async def to_arrow(self) -> pyarrow.Table:
        """All as an Arrow table, by one request."""
        frames.need("pyarrow", "arrow", "An Arrow table")
        return frames.arrow_table(await self._file(frames.PARQUET))

    async def to_pandas(self) -> pandas.DataFrame:
        """All as a pandas data frame, by one request: Parquet if pyarrow is installed, CSV if it is not."""
        file_format = frames.pandas_format()
        return frames.pandas_frame(await self._file(file_format), file_format)

    async def to_polars(self) -> polars.DataFrame:
        """All as a polars data frame, by one request."""
        frames.need("polars", "polars", "A polars data frame")
        return frames.polars_frame(await self._file(frames.PARQUET))

    async def to_dicts(self) -> list[dict[str, Any]]:
        """All as dicts, by one request."""
        return frames.dicts(await self._file(frames.NDJSON))

    async def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes all to a file: `.parquet`, `.csv` or `.ndjson`, or COCO results if its name ends with `.json`."""
        self._expect_all()
        target = Path(path)
        name = "coco-results.json" if target.suffix == ".json" else f"detections.{export_format(target)}"
        return await async_save(self._transport, f"/exports/runs/{self.run}/{name}", {}, target)

    async def _file(self, file_format: str) -> bytes:
        self._expect_all()
        return await self._transport.fetch(f"/exports/runs/{self.run}/detections.{file_format}")

    def _expect_all(self) -> None:
        if self.filter:
            raise ValueError(
                "Expected all detections of the run: filter the table, whose columns include score and rank."
            )


@dataclass(frozen=True)
class AsyncDetectionRun(DetectionRunFields):
    """A run of a detector over images, as it was when it was read."""

    dataset: str
    """`slug@version`"""
    detector: Detector
    _transport: AsyncTransport = field(repr=False, compare=False)

    @classmethod
    def read(cls, data: Mapping[str, Any], transport: AsyncTransport) -> AsyncDetectionRun:
        return cls.from_graph(
            data,
            dataset=reference_of(data["dataset"]),
            detector=Detector.from_graph(data["detector"]),
            _transport=transport,
        )

    @property
    def detections(self) -> AsyncDetections:
        """Its detections."""
        return AsyncDetections(self._transport, self.id)

    async def refresh(self) -> AsyncDetectionRun:
        """The run as it is now."""
        return await async_find_run(self._transport, self.id)

    async def cancel(self) -> AsyncDetectionRun:
        """Ends it. Images that are completed keep their detections."""
        await async_cancel_job(self._transport, self.id)
        return await self.refresh()

    async def wait(self, progress: bool | Report = False, timeout_seconds: float | None = None) -> AsyncDetectionRun:
        """Waits until it has finished, and gives it as it is then.

        Follows it by server-sent events, and by polling if these end. `progress=True` prints on standard error; a
        function is called with each `Progress`. Raises RunFailed if it failed or was cancelled, and TimeoutError.
        """
        report = report_of(progress, f"{self.detector.name} {self.detector.version}")
        await async_follow_job(self._transport, self.id, report, timeout_seconds)
        finished = await self.refresh()
        if finished.status != JobStatus.SUCCEEDED:
            raise RunFailed(f"The run {self.id} is {finished.status}: {finished.error or 'it was cancelled'}")
        return finished

    async def evaluations(self, first: int = 20) -> list[AsyncEvaluation]:
        """Its stored evaluations, the latest first; 100 at most."""
        document = (
            "query ($id: ID!, $first: Int!) { detectionRun(id: $id) { "
            f"evaluations(first: $first) {{ {EVALUATION} }} }} }}"
        )
        answer = await self._transport.graph(document, {"id": self.id, "first": first})
        return [AsyncEvaluation.read(one, self._transport) for one in answer["detectionRun"]["evaluations"]]

    async def _first_evaluation(self) -> AsyncEvaluation | None:
        document = (
            "query ($run: ID!) { evaluations(filter: { run: $run }, first: 1, orderBy: [{ field: CREATED_AT }]) { "
            f"nodes {{ {EVALUATION} }} }} }}"
        )
        answer = await self._transport.graph(document, {"run": self.id})
        return next((AsyncEvaluation.read(one, self._transport) for one in answer["evaluations"]["nodes"]), None)

    async def evaluation(
        self,
        preset: EvaluationPreset | EvaluationPresetName | None = None,
        *,
        top_k: Sequence[int] | None = None,
        iou_thresholds: Sequence[float] | None = None,
        froc_thresholds: Sequence[float] | None = None,
        score_floor: float | None = None,
        reviews: ReviewPolicy | ReviewPolicyName | None = None,
        categorization: str | None = None,
        resamples: int | None = None,
        seed: int | None = None,
        idempotency_key: str | None = None,
    ) -> AsyncEvaluation:
        """Its evaluation by a protocol: the stored one if there is one with the same, else it is computed.

        Without any argument it is the one that the server made when the run had finished, by the protocol of the paper,
        which needs no other right than to read.
        """
        given = {
            "preset": None if preset is None else EvaluationPreset.expect(preset).value,
            "topK": None if top_k is None else list(top_k),
            "iouThresholds": None if iou_thresholds is None else list(iou_thresholds),
            "frocThresholds": None if froc_thresholds is None else list(froc_thresholds),
            "scoreFloor": score_floor,
            "reviews": None if reviews is None else ReviewPolicy.expect(reviews).value,
            "categorization": categorization,
            "resamples": resamples,
            "seed": seed,
        }
        if all(value is None for value in given.values()):
            first = await self._first_evaluation()
            if first is not None:
                return first
        document = (
            "mutation ($input: EvaluateDetectionRunInput!) { evaluateDetectionRun(input: $input) { "
            f"evaluation {{ {EVALUATION} }} }} }}"
        )
        answer = await self._transport.mutate(document, {"id": self.id, **given}, key=idempotency_key)
        return AsyncEvaluation.read(answer["evaluateDetectionRun"]["evaluation"], self._transport)


async def async_find_run(transport: AsyncTransport, run: str) -> AsyncDetectionRun:
    """A run by its id.

    Raises LookupError if there is none.
    """
    answer = await transport.graph(f"query ($id: ID!) {{ detectionRun(id: $id) {{ {RUN} }} }}", {"id": run})
    if answer["detectionRun"] is None:
        raise LookupError(f"There is no detection run with the id {run!r}.")
    return AsyncDetectionRun.read(answer["detectionRun"], transport)


def image_choice(dataset: str | None, images: ChosenImages, where: Where) -> dict[str, Any]:
    """Data set, filter and ids of a request for detections.

    Raises ValueError if they do not fit together.
    """
    if isinstance(images, AsyncImages):
        if where is not None:
            raise ValueError("Expected images or filter, got both: a selection of images has its own filter.")
        if dataset is not None and dataset != images.dataset:
            raise ValueError(f"Expected the data set of the images, {images.dataset}, got {dataset}.")
        return {"dataset": images.dataset, "filter": images.filter or None}
    if images is not None and where is not None:
        raise ValueError("Expected images or filter, got both.")
    if images is None:
        if dataset is None:
            raise ValueError("Expected dataset, such as deeplesion@1, or images of a data set.")
        return {"dataset": dataset, "filter": _image_filter(where)}
    own = {image.dataset for image in images if not isinstance(image, str)} | ({dataset} if dataset else set())
    if len(own) != 1:
        raise ValueError(
            f"Expected images of one data set, got {', '.join(sorted(map(str, own))) or 'ids without it'}."
        )
    return {"dataset": own.pop(), "imageIds": [id_of(image) for image in images]}


def _image_filter(where: Expression | Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if where is None else filter_input(ImageFilterFields, where)


async def async_detect(
    transport: AsyncTransport,
    detector: str,
    choice: Mapping[str, Any],
    *,
    version: str | None,
    score_threshold: float | None,
    max_detections_per_image: int | None,
    top_k: int | None,
    iou_thresholds: Sequence[float] | None,
    priority: RunPriority | RunPriorityName | None,
    webhook_url: str | None,
    idempotency_key: str | None,
) -> AsyncDetectionRun:
    """Requests a run."""
    given = {
        **choice,
        "detector": detector,
        "detectorVersion": version,
        "scoreThreshold": score_threshold,
        "maxDetectionsPerImage": max_detections_per_image,
        "topK": top_k,
        "iouThresholds": None if iou_thresholds is None else list(iou_thresholds),
        "priority": None if priority is None else RunPriority.expect(priority).value,
        "webhookUrl": webhook_url,
    }
    document = f"mutation ($input: RunDetectionInput!) {{ runDetection(input: $input) {{ run {{ {RUN} }} }} }}"
    answer = await transport.mutate(document, given, key=idempotency_key)
    return AsyncDetectionRun.read(answer["runDetection"]["run"], transport)
