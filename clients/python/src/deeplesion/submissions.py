"""What a file of detections tells before it is submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypedDict

FileFormat = Literal["COCO_RESULTS", "CSV", "NDJSON", "PARQUET"]
FORMATS: dict[str, FileFormat] = {
    ".json": "COCO_RESULTS",
    ".csv": "CSV",
    ".ndjson": "NDJSON",
    ".jsonl": "NDJSON",
    ".parquet": "PARQUET",
}


class _Named(TypedDict):
    name: str
    version: str


class TrainingPart(TypedDict):
    """Splits of a data set of the server that a detector was trained on, such as `["TRAIN"]`."""

    dataset: str
    splits: list[str]


class ExternalDetector(_Named, total=False):
    """A detector that runs elsewhere. Its name and version are what runs are listed under."""

    architecture: str
    url: str
    citation: str
    licence: str
    training_data: str
    contact: str
    trained_on: list[TrainingPart]


def detector_input(detector: ExternalDetector) -> dict[str, Any]:
    """The detector as the graph has it.

    Raises ValueError for a text that there is no place for.
    """
    known = {**ExternalDetector.__annotations__, **_Named.__annotations__}
    unknown = [name for name in detector if name not in known]
    if unknown or "name" not in detector or "version" not in detector:
        got = ", ".join(detector)
        raise ValueError(
            f"Expected detector to have name and version, and no others than {', '.join(known)}; got {got}."
        )
    graph_names = {"training_data": "trainingData", "trained_on": "trainedOn"}
    return {
        graph_names.get(name, name): value if name == "trained_on" else str(value) for name, value in detector.items()
    }


def format_of(path: Path) -> FileFormat:
    """The format of a file of detections by the end of its name; a further `.gz` is not considered.

    Raises ValueError for another one.
    """
    name = path.name.lower().removesuffix(".gz")
    for ending, file_format in FORMATS.items():
        if name.endswith(ending):
            return file_format
    raise ValueError(f"Expected a file that ends with {', '.join(FORMATS)}, or format=…; got {path.name!r}.")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a file."""

    line: int
    """Line, entry or row of the file, from 1; 0 for the whole file."""
    kind: str
    message: str

    SELECTION = "line kind message"


@dataclass(frozen=True)
class Suspicion:
    """Something that may be wrong with all boxes: they fit the lesions much better if they are read another way."""

    kind: str
    message: str
    mean_iou: float
    corrected_mean_iou: float

    SELECTION = "kind message meanIou correctedMeanIou"


@dataclass(frozen=True)
class SubmissionReport:
    """What the server says of a file of detections."""

    is_valid: bool
    """Whether the file would be taken. Suspicions do not refuse it."""
    problem_count: int
    problems: tuple[Problem, ...]
    """The first 100."""
    suspicions: tuple[Suspicion, ...]
    mean_iou: float | None
    """Mean IoU of the best box of each lesion; None if none can be compared."""
    box_count: int
    clipped_count: int
    image_count: int
    """Images that were run."""
    images_with_boxes: int

    SELECTION = (
        f"isValid problemCount problems {{ {Problem.SELECTION} }} suspicions {{ {Suspicion.SELECTION} }} meanIou "
        "boxCount clippedCount imageCount imagesWithBoxes"
    )

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> SubmissionReport:
        return cls(
            is_valid=data["isValid"],
            problem_count=data["problemCount"],
            problems=tuple(Problem(**one) for one in data["problems"]),
            suspicions=tuple(
                Suspicion(one["kind"], one["message"], one["meanIou"], one["correctedMeanIou"])
                for one in data["suspicions"]
            ),
            mean_iou=data["meanIou"],
            box_count=data["boxCount"],
            clipped_count=data["clippedCount"],
            image_count=data["imageCount"],
            images_with_boxes=data["imagesWithBoxes"],
        )


class SubmissionInvalid(ValueError):
    """The file has problems, and nothing was submitted. `report` has all of them."""

    def __init__(self, report: SubmissionReport) -> None:
        told = "; ".join(f"{one.line}: {one.message}" for one in report.problems[:5])
        super().__init__(f"The file has {report.problem_count} problems (line or entry, and what is wrong): {told}")
        self.report = report
