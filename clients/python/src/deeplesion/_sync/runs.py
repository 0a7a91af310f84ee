# Made from _async/runs.py by scripts/generate.py; do not edit.
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
    BookmarkedImage,
    Images,
    Where,
    save,
    export_format,
    id_of,
    reference_of,
)
from .evaluations import EVALUATION, Evaluation
from .jobs import cancel_job, follow_job
from .listing import Listing
from .transport import Transport

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

RUN = f"{DetectionRunFields.SELECTION} {DATASET} detector {{ {DetectorFields.SELECTION} }}"
ChosenImages = Images | Sequence[BookmarkedImage | str] | None


@dataclass(frozen=True)
class Detector(DetectorFields):
    """A detector that the server knows."""


@dataclass(frozen=True)
class Detection(DetectionFields):
    """A scored box, with its image."""

    image: BookmarkedImage


class Detections(Listing[Detection]):
    """Detections of a run: a list of objects by the graph, and a table by one export."""

    def __init__(
        self,
        transport: Transport,
        run: str,
        score_at_least: float | None = None,
        rank_at_most: int | None = None,
        images: Sequence[BookmarkedImage | str] | None = None,
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
            read=lambda data: Detection.from_graph(
                data, image=BookmarkedImage.read(data["image"], transport)
            ),
        )

    def where(
        self,
        *,
        score_at_least: float | None = None,
        rank_at_most: int | None = None,
        images: Sequence[BookmarkedImage | str] | None = None,
    ) -> Detections:
        """Those from a score on, up to a rank on their image (1 is the highest score), or on some images."""
        return Detections(self._transport, self.run, score_at_least, rank_at_most, images)

    def to_arrow(self) -> pyarrow.Table:
        """All as an Arrow table, by one request."""
        frames.need("pyarrow", "arrow", "An Arrow table")
        return frames.arrow_table(self._file(frames.PARQUET))

    def to_pandas(self) -> pandas.DataFrame:
        """All as a pandas data frame, by one request: Parquet if pyarrow is installed, CSV if it is not."""
        file_format = frames.pandas_format()
        return frames.pandas_frame(self._file(file_format), file_format)

    def to_polars(self) -> polars.DataFrame:
        """All as a polars data frame, by one request."""
        frames.need("polars", "polars", "A polars data frame")
        return frames.polars_frame(self._file(frames.PARQUET))

    def to_dicts(self) -> list[dict[str, Any]]:
        """All as dicts, by one request."""
        return frames.dicts(self._file(frames.NDJSON))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes all to a file: `.parquet`, `.csv` or `.ndjson`, or COCO results if its name ends with `.json`."""
        self._expect_all()
        target = Path(path)
        name = "coco-results.json" if target.suffix == ".json" else f"detections.{export_format(target)}"
        return save(self._transport, f"/exports/runs/{self.run}/{name}", {}, target)

    def _file(self, file_format: str) -> bytes:
        self._expect_all()
        return self._transport.fetch(f"/exports/runs/{self.run}/detections.{file_format}")

    def _expect_all(self) -> None:
        if self.filter:
            raise ValueError(
                "Expected all detections of the run: filter the table, whose columns include score and rank."
            )


@dataclass(frozen=True)
class DetectionRun(DetectionRunFields):
    """A run of a detector over images, as it was when it was read."""

    dataset: str
    """`slug@version`"""
    detector: Detector
    _transport: Transport = field(repr=False, compare=False)

    @classmethod
    def read(cls, data: Mapping[str, Any], transport: Transport) -> DetectionRun:
        return cls.from_graph(
            data,
            dataset=reference_of(data["dataset"]),
            detector=Detector.from_graph(data["detector"]),
            _transport=transport,
        )

    @property
    def detections(self) -> Detections:
        """Its detections."""
        return Detections(self._transport, self.id)

    def refresh(self) -> DetectionRun:
        """The run as it is now."""
        return find_run(self._transport, self.id)

    def cancel(self) -> DetectionRun:
        """Ends it. Images that are completed keep their detections."""
        cancel_job(self._transport, self.id)
        return self.refresh()

    def wait(self, progress: bool | Report = False, timeout_seconds: float | None = None) -> DetectionRun:
        """Waits until it has finished, and gives it as it is then.

        Follows it by server-sent events, and by polling if these end. `progress=True` prints on standard error; a
        function is called with each `Progress`. Raises RunFailed if it failed or was cancelled, and TimeoutError.
        """
        report = report_of(progress, f"{self.detector.name} {self.detector.version}")
        follow_job(self._transport, self.id, report, timeout_seconds)
        finished = self.refresh()
        if finished.status != JobStatus.SUCCEEDED:
            raise RunFailed(f"The run {self.id} is {finished.status}: {finished.error or 'it was cancelled'}")
        return finished

    def evaluations(self, first: int = 20) -> list[Evaluation]:
        """Its stored evaluations, the latest first; 100 at most."""
        document = (
            "query ($id: ID!, $first: Int!) { detectionRun(id: $id) { "
            f"evaluations(first: $first) {{ {EVALUATION} }} }} }}"
        )
        answer = self._transport.graph(document, {"id": self.id, "first": first})
        return [Evaluation.read(one, self._transport) for one in answer["detectionRun"]["evaluations"]]

    def _first_evaluation(self) -> Evaluation | None:
        document = (
            "query ($run: ID!) { evaluations(filter: { run: $run }, first: 1, orderBy: [{ field: CREATED_AT }]) { "
            f"nodes {{ {EVALUATION} }} }} }}"
        )
        answer = self._transport.graph(document, {"run": self.id})
        return next((Evaluation.read(one, self._transport) for one in answer["evaluations"]["nodes"]), None)

    def evaluation(
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
    ) -> Evaluation:
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
            first = self._first_evaluation()
            if first is not None:
                return first
        document = (
            "mutation ($input: EvaluateDetectionRunInput!) { evaluateDetectionRun(input: $input) { "
            f"evaluation {{ {EVALUATION} }} }} }}"
        )
        answer = self._transport.mutate(document, {"id": self.id, **given}, key=idempotency_key)
        return Evaluation.read(answer["evaluateDetectionRun"]["evaluation"], self._transport)


def find_run(transport: Transport, run: str) -> DetectionRun:
    """A run by its id.

    Raises LookupError if there is none.
    """
    answer = transport.graph(f"query ($id: ID!) {{ detectionRun(id: $id) {{ {RUN} }} }}", {"id": run})
    if answer["detectionRun"] is None:
        raise LookupError(f"There is no detection run with the id {run!r}.")
    return DetectionRun.read(answer["detectionRun"], transport)


def image_choice(dataset: str | None, images: ChosenImages, where: Where) -> dict[str, Any]:
    """Data set, filter and ids of a request for detections.

    Raises ValueError if they do not fit together.
    """
    if isinstance(images, Images):
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


def detect(
    transport: Transport,
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
) -> DetectionRun:
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
    answer = transport.mutate(document, given, key=idempotency_key)
    return DetectionRun.read(answer["runDetection"]["run"], transport)
