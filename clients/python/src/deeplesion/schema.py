# Made from schema.graphql by scripts/generate.py; do not edit.
"""Types of the server: enums, the fields of its objects, and what its filters take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from ._graph import GraphEnum, GraphObject
from .filters import BooleanField, EnumField, Fields, IntegerField, NumberField, TextField


class BoxMeasure(GraphEnum):
    """Whether box width is x2 − x1 or x2 − x1 + 1."""

    CONTINUOUS = "CONTINUOUS"
    """x2 − x1, as in COCO."""
    INCLUSIVE = "INCLUSIVE"
    """x2 − x1 + 1, as in PASCAL VOC: the last pixel belongs to the box."""


BoxMeasureName = Literal[
    "CONTINUOUS", "INCLUSIVE",
]


class CoarseType(GraphEnum):
    """Coarse lesion type of DeepLesion, which its authors provide for the validation and test splits only."""

    ABDOMEN = "ABDOMEN"
    """Abdomen, other than liver and kidney (source value 2)."""
    BONE = "BONE"
    """Bone (source value 1)."""
    KIDNEY = "KIDNEY"
    """Kidney (source value 6)."""
    LIVER = "LIVER"
    """Liver (source value 4)."""
    LUNG = "LUNG"
    """Lung (source value 5)."""
    MEDIASTINUM = "MEDIASTINUM"
    """Mediastinum, mostly lymph nodes (source value 3)."""
    PELVIS = "PELVIS"
    """Pelvis (source value 8)."""
    SOFT_TISSUE = "SOFT_TISSUE"
    """Soft tissue: muscle, skin, fat (source value 7)."""
    UNKNOWN = "UNKNOWN"
    """Unknown (source value -1)."""


CoarseTypeName = Literal[
    "ABDOMEN", "BONE", "KIDNEY", "LIVER", "LUNG", "MEDIASTINUM", "PELVIS", "SOFT_TISSUE", "UNKNOWN",
]


class DatasetVisibility(GraphEnum):
    """Who sees a data set."""

    PRIVATE = "PRIVATE"
    """
    Keys that are bound to it, and callers with `operate` that are not bound to others. For all others it is absent.
    """
    PUBLIC = "PUBLIC"
    """Anyone with the scope `read`."""
    TERMS = "TERMS"
    """Anyone with the scope `read` sees that it is there; its content is for those who have accepted its terms."""


DatasetVisibilityName = Literal[
    "PRIVATE", "PUBLIC", "TERMS",
]


class DetectionRunOrigin(GraphEnum):
    """Who made the detections of a run."""

    OWN = "OWN"
    """A worker of this server, with a model."""
    SUBMITTED = "SUBMITTED"
    """An external detector elsewhere; they came as a file."""


DetectionRunOriginName = Literal[
    "OWN", "SUBMITTED",
]


class DetectorSource(GraphEnum):
    """Where a detector comes from."""

    EXTERNAL = "EXTERNAL"
    """It runs outside this server, which has no model of it and stores only its detections."""
    REGISTERED = "REGISTERED"
    """It was registered by `registerDetector` or `deeplesion model register`; the database keeps its model."""
    SHIPPED = "SHIPPED"
    """Its model folder is, or was, in MODELS_DIR."""


DetectorSourceName = Literal[
    "EXTERNAL", "REGISTERED", "SHIPPED",
]


class DiscordantSide(GraphEnum):
    """Which of two runs found a lesion that the other did not find."""

    BASELINE = "BASELINE"
    """The baseline."""
    OTHER = "OTHER"
    """The run that is compared with the baseline."""


DiscordantSideName = Literal[
    "BASELINE", "OTHER",
]


class EvaluationPreset(GraphEnum):
    """A published evaluation convention: the rules for a hit."""

    COCO = "COCO"
    """
    As in pycocotools: IoU at or above the threshold, continuous box widths, one lesion per box, a second box on a
    lesion is a false positive.
    """
    DEEPLESION_FROC = "DEEPLESION_FROC"
    """
    As in the public DeepLesion code: IoU at or above the threshold, inclusive box widths, a second box on a lesion is
    neither a hit nor a false positive.
    """
    PAPER = "PAPER"
    """
    Accuracy as in Yan et al. 2017: IoU above the threshold, continuous box widths. FROC as in the public DeepLesion
    code.
    """


EvaluationPresetName = Literal[
    "COCO", "DEEPLESION_FROC", "PAPER",
]


class ExecutionProvider(GraphEnum):
    """Execution provider of ONNX Runtime, which runs models."""

    CPU = "CPU"
    """The processor."""
    CUDA = "CUDA"
    """An NVIDIA GPU, by CUDA."""
    WEBGPU = "WEBGPU"
    """Any GPU, by WebGPU."""


ExecutionProviderName = Literal[
    "CPU", "CUDA", "WEBGPU",
]


class FrocDuplicates(GraphEnum):
    """How the FROC counts a second box on a lesion."""

    FALSE_POSITIVE = "FALSE_POSITIVE"
    """It is a false positive, as in COCO; a box matches at most one lesion."""
    NEITHER_HIT_NOR_FALSE_POSITIVE = "NEITHER_HIT_NOR_FALSE_POSITIVE"
    """It is not counted, as in the public DeepLesion code; a box may hit several lesions."""


FrocDuplicatesName = Literal[
    "FALSE_POSITIVE", "NEITHER_HIT_NOR_FALSE_POSITIVE",
]


class JobStatus(GraphEnum):
    """Status of a job. A job ends with exactly one of SUCCEEDED, FAILED and CANCELLED."""

    CANCELLED = "CANCELLED"
    """It was cancelled."""
    FAILED = "FAILED"
    """It failed; `error` gives the reason."""
    QUEUED = "QUEUED"
    """Accepted; the work has not started yet."""
    RUNNING = "RUNNING"
    """The work has started."""
    SUCCEEDED = "SUCCEEDED"
    """It has been completed; individual images or lesions may have failed."""


JobStatusName = Literal[
    "CANCELLED", "FAILED", "QUEUED", "RUNNING", "SUCCEEDED",
]


class LesionArea(GraphEnum):
    """COCO's size classes, by the area of the lesion's box."""

    ALL = "ALL"
    """Every lesion."""
    LARGE = "LARGE"
    """Area from 96 × 96 square pixels."""
    MEDIUM = "MEDIUM"
    """Area from 32 × 32 to 96 × 96 square pixels."""
    SMALL = "SMALL"
    """Area up to 32 × 32 square pixels."""


LesionAreaName = Literal[
    "ALL", "LARGE", "MEDIUM", "SMALL",
]


class MissReason(GraphEnum):
    """The reason why a run did not find a lesion."""

    NO_BOX = "NO_BOX"
    """No box overlaps the lesion."""
    SCORE_TOO_LOW = "SCORE_TOO_LOW"
    """A box reaches the threshold, but it is not among the top-k detections of its image."""
    TOO_FAR = "TOO_FAR"
    """Boxes overlap the lesion, but none reaches the threshold."""


MissReasonName = Literal[
    "NO_BOX", "SCORE_TOO_LOW", "TOO_FAR",
]


class OverlapComparator(GraphEnum):
    """Whether an overlap equal to the threshold is a hit."""

    GREATER = "GREATER"
    """Only an overlap above the threshold is a hit."""
    GREATER_OR_EQUAL = "GREATER_OR_EQUAL"
    """An overlap at or above the threshold is a hit."""


OverlapComparatorName = Literal[
    "GREATER", "GREATER_OR_EQUAL",
]


class OverlapCriterion(GraphEnum):
    """Measure of the overlap of a detection with a lesion."""

    IOBB = "IOBB"
    """Intersection over the area of the detection box."""
    IOBBGT = "IOBBGT"
    """The larger of IOBB and IOGT."""
    IOGT = "IOGT"
    """Intersection over the area of the ground-truth box."""
    IOU = "IOU"
    """Intersection over union."""


OverlapCriterionName = Literal[
    "IOBB", "IOBBGT", "IOGT", "IOU",
]


class PixelConvention(GraphEnum):
    """
    Pixel coordinate convention of the source: x increases to the right, y downwards; coordinates may be fractional.
    """

    ONE_BASED = "ONE_BASED"
    """As in DeepLesion: the centre of the first pixel is at 1.0, its left edge at 0.5."""
    ZERO_BASED = "ZERO_BASED"
    """As in COCO: the left edge of the first pixel is at 0.0, its centre at 0.5."""


PixelConventionName = Literal[
    "ONE_BASED", "ZERO_BASED",
]


class PossiblyNoisyLesions(GraphEnum):
    """How an evaluation treats lesions with the flag `possiblyNoisy`."""

    KEEP = "KEEP"
    """They count like all other lesions."""
    LEAVE_OUT = "LEAVE_OUT"
    """They are excluded, and so is an image without other lesions, as in the public codes."""


PossiblyNoisyLesionsName = Literal[
    "KEEP", "LEAVE_OUT",
]


class ReviewPolicy(GraphEnum):
    """How an evaluation treats the verdicts of radiologists."""

    IGNORE = "IGNORE"
    """Only annotated lesions are ground truth."""
    INCLUDE = "INCLUDE"
    """Lesions confirmed by reviews, on any run of the data set, count as ground truth like annotated lesions."""


ReviewPolicyName = Literal[
    "IGNORE", "INCLUDE",
]


class RunPriority(GraphEnum):
    """
    Priority of a run in the queue. Workers are shared fairly between clients, image by image, so that no client waits
    for everything that another client has queued. A client is identified by its address.
    """

    BACKGROUND = "BACKGROUND"
    """Without urgency: an image counts as four images in the fair share."""
    INTERACTIVE = "INTERACTIVE"
    """
    For a user who waits for the result: an image counts as a quarter of an image in the fair share. Intended for a
    few images.
    """
    NORMAL = "NORMAL"
    """The regular fair share."""


RunPriorityName = Literal[
    "BACKGROUND", "INTERACTIVE", "NORMAL",
]


class Sex(GraphEnum):
    """The patient's sex according to the source."""

    FEMALE = "FEMALE"
    """Female (source value F)."""
    MALE = "MALE"
    """Male (source value M)."""
    UNKNOWN = "UNKNOWN"
    """The source is empty or has another value."""


SexName = Literal[
    "FEMALE", "MALE", "UNKNOWN",
]


class Split(GraphEnum):
    """Split of the data set. All rows of a patient are in the same split."""

    TEST = "TEST"
    """Test, for reported metrics (source value 3)."""
    TRAIN = "TRAIN"
    """Training (source value 1)."""
    UNASSIGNED = "UNASSIGNED"
    """The source gives no split."""
    VALIDATION = "VALIDATION"
    """Validation, for choosing among trained models (source value 2)."""


SplitName = Literal[
    "TEST", "TRAIN", "UNASSIGNED", "VALIDATION",
]


class StratumKind(GraphEnum):
    """What the lesions of a stratum have in common."""

    ALL = "ALL"
    """All evaluated lesions."""
    COARSE_TYPE = "COARSE_TYPE"
    """Their coarse type."""
    OWN = "OWN"
    """They fit the filter of a stratum that the request for the evaluation or the run named."""
    PSEUDO_CLUSTER = "PSEUDO_CLUSTER"
    """Their pseudo-cluster in the categorization of the protocol."""
    SIZE = "SIZE"
    """The band of their long diameter: under 10 mm, 10 to 30 mm, over 30 mm."""


StratumKindName = Literal[
    "ALL", "COARSE_TYPE", "OWN", "PSEUDO_CLUSTER", "SIZE",
]


@dataclass(frozen=True)
class AccuracyDifference(GraphObject):
    """The accuracy of two runs on the same lesions at one IoU threshold."""

    SELECTION: ClassVar[str] = (
        "ciHigh ciLow correctBaseline correctOther difference iouThreshold mcNemarP onlyBaseline onlyOther total "
    )

    ci_high: float | None
    """
    Upper bound of the 95 % confidence interval of the difference, by a paired bootstrap over patients. Null for fewer
    than two patients.
    """
    ci_low: float | None
    """
    Lower bound of the 95 % confidence interval of the difference, by a paired bootstrap over patients. Null for fewer
    than two patients.
    """
    correct_baseline: int
    """Number of lesions that the baseline hits."""
    correct_other: int
    """Number of lesions that the other run hits."""
    difference: float | None
    """Accuracy of the other run minus that of the baseline, -1 to 1. Null if there are no lesions."""
    iou_threshold: float
    """IoU threshold, 0 to 1."""
    mc_nemar_p: float
    """
    Two-sided p-value of the exact McNemar test, whose null hypothesis is that both runs are equally likely to be the
    only one to hit a lesion. The test assumes independent lesions; the confidence interval does not.
    """
    only_baseline: int
    """Number of lesions that the baseline hits and the other run does not."""
    only_other: int
    """Number of lesions that the other run hits and the baseline does not."""
    total: int
    """Number of lesions of the stratum on the images that both runs completed."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "ci_high": None if data["ciHigh"] is None else float(data["ciHigh"]),
            "ci_low": None if data["ciLow"] is None else float(data["ciLow"]),
            "correct_baseline": data["correctBaseline"],
            "correct_other": data["correctOther"],
            "difference": None if data["difference"] is None else float(data["difference"]),
            "iou_threshold": float(data["iouThreshold"]),
            "mc_nemar_p": float(data["mcNemarP"]),
            "only_baseline": data["onlyBaseline"],
            "only_other": data["onlyOther"],
            "total": data["total"],
        }


@dataclass(frozen=True)
class AccuracyPoint(GraphObject):
    """
    One point of an accuracy curve (Yan et al. 2017): the fraction of lesions that are hit by one of the top-k
    detections of their image at IoU > iouThreshold, ignoring classes.
    """

    SELECTION: ClassVar[str] = (
        "accuracy ciHigh ciLow correct iouThreshold stratum topK total "
    )

    accuracy: float | None
    """correct / total, 0 to 1. Null if there are no lesions."""
    ci_high: float | None
    """Upper bound of the 95 % confidence interval, by a bootstrap over patients. Null for fewer than two patients."""
    ci_low: float | None
    """Lower bound of the 95 % confidence interval, by a bootstrap over patients. Null for fewer than two patients."""
    correct: int
    """Number of lesions that were hit."""
    iou_threshold: float
    """IoU threshold, 0 to 1."""
    stratum: str
    """The stratum."""
    top_k: int
    """Number of top-scoring detections per image that count (top-k)."""
    total: int
    """Number of lesions of the stratum."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "accuracy": None if data["accuracy"] is None else float(data["accuracy"]),
            "ci_high": None if data["ciHigh"] is None else float(data["ciHigh"]),
            "ci_low": None if data["ciLow"] is None else float(data["ciLow"]),
            "correct": data["correct"],
            "iou_threshold": float(data["iouThreshold"]),
            "stratum": data["stratum"],
            "top_k": data["topK"],
            "total": data["total"],
        }


@dataclass(frozen=True)
class Axis(GraphObject):
    """One of the two axes of a RECIST measurement, from end point to end point as drawn by the radiologist."""

    SELECTION: ClassVar[str] = (
        "end { x y } start { x y } "
    )

    end: Point
    """The end point that the source lists second."""
    start: Point
    """The end point that the source lists first."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "end": Point.from_graph(data["end"]),
            "start": Point.from_graph(data["start"]),
        }


@dataclass(frozen=True)
class BookmarkedImageFields(GraphObject):
    """A key slice, on which a radiologist measured (bookmarked) at least one lesion."""

    SELECTION: ClassVar[str] = (
        "fileName hasPixels height id pixelSha256 pixelSpacingMm sliceIndex sliceIntervalMm sliceRangeFirst "
        "sliceRangeLast split width windows { center high low width } "
    )

    file_name: str
    """File name in the source (DL_info.csv: File_name), e.g. `000001_01_01_109.png`."""
    has_pixels: bool
    """
    Whether a picture is available: its pixel file was present at the time of the import, and this server can
    currently reach the image folder of the data set. The individual file is not checked.
    """
    height: int
    """Height in pixels (DL_info.csv: Image_size)."""
    id: str
    """Global id; it is also the ID in the URL `/images/ID.png`."""
    pixel_sha256: str | None
    """
    SHA-256 of its pixel file at the time of the import, in hexadecimal; null if there was no pixel file or the import
    computed no checksums. Checksums are not kept for neighbouring slices. If the file has changed since, pictures
    have the header `X-DeepLesion-Pixels: CHANGED` and runs set `pixelsChanged`.
    """
    pixel_spacing_mm: float | None
    """Pixel spacing in mm (DL_info.csv: Spacing_mm_px_, first value)."""
    slice_index: int
    """Index of the slice within its series (DL_info.csv: Key_slice_index)."""
    slice_interval_mm: float | None
    """Distance between neighbouring slices in mm (DL_info.csv: Spacing_mm_px_, third value)."""
    slice_range_first: int | None
    """First slice of the range around the key slice that the source provides (DL_info.csv: Slice_range)."""
    slice_range_last: int | None
    """Last slice of the range around the key slice that the source provides (DL_info.csv: Slice_range)."""
    split: Split
    """The split of the data set (DL_info.csv: Train_Val_Test)."""
    width: int
    """Width in pixels (DL_info.csv: Image_size)."""
    windows: list[HounsfieldWindow]
    """
    Hounsfield windows that the source gives for reading the slice (DL_info.csv: DICOM_windows); the first is the
    default.
    """

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "file_name": data["fileName"],
            "has_pixels": data["hasPixels"],
            "height": data["height"],
            "id": data["id"],
            "pixel_sha256": data["pixelSha256"],
            "pixel_spacing_mm": None if data["pixelSpacingMm"] is None else float(data["pixelSpacingMm"]),
            "slice_index": data["sliceIndex"],
            "slice_interval_mm": None if data["sliceIntervalMm"] is None else float(data["sliceIntervalMm"]),
            "slice_range_first": data["sliceRangeFirst"],
            "slice_range_last": data["sliceRangeLast"],
            "split": Split.read(data["split"]),
            "width": data["width"],
            "windows": [HounsfieldWindow.from_graph(one) for one in data["windows"]],
        }


@dataclass(frozen=True)
class BoundingBox(GraphObject):
    """
    A box in pixels of the source image, in the data set's pixelConvention: x increases to the right, y downwards; the
    width is x2 - x1, the height y2 - y1.
    """

    SELECTION: ClassVar[str] = (
        "x1 x2 y1 y2 "
    )

    x1: float
    """Left edge in pixels of the source image, in the data set's pixelConvention."""
    x2: float
    """Right edge in pixels of the source image, in the data set's pixelConvention; always greater than x1."""
    y1: float
    """Top edge in pixels of the source image, in the data set's pixelConvention."""
    y2: float
    """Bottom edge in pixels of the source image, in the data set's pixelConvention; always greater than y1."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "x1": float(data["x1"]),
            "x2": float(data["x2"]),
            "y1": float(data["y1"]),
            "y2": float(data["y2"]),
        }


@dataclass(frozen=True)
class DatasetFields(GraphObject):
    """
    One version of a data set. Its rows never change: a changed source file becomes a new version. Its name, licence,
    citation and description can be changed; `edits` lists the changes.
    """

    SELECTION: ClassVar[str] = (
        "citation counts { images imagesWithPixels lesions patients series studies } description id importedAt "
        "isLatest licence name pixelConvention slug sourceFile sourceFormat sourceSha256 synthetic version "
        "visibility "
    )

    citation: str
    """Recommended citation; may be empty."""
    counts: DatasetCounts | None
    """Number of rows of each kind. Null if you have to accept the terms of the data set first."""
    description: str
    """Description in a few sentences; may be empty."""
    id: str
    """Global id of this version."""
    imported_at: datetime
    """Time of the import (UTC)."""
    is_latest: bool
    """Whether this is the latest version."""
    licence: str
    """Licence, as an SPDX identifier if there is one; may be empty."""
    name: str
    """Display name."""
    pixel_convention: PixelConvention
    """Pixel coordinate convention of all its boxes and axes."""
    slug: str
    """Short name for queries and commands; without a version it denotes the latest version."""
    source_file: str
    """Name of the source file."""
    source_format: str
    """Format of the source file: `dl-info` or `coco`."""
    source_sha256: str
    """SHA-256 of the source file, in hexadecimal. Empty if a ground truth in it is hidden from you."""
    synthetic: bool
    """Whether the data set was generated by a program rather than acquired from patients."""
    version: int
    """Version number, starting at 1. `slug@version` denotes this version wherever a data set is expected."""
    visibility: DatasetVisibility
    """Who sees the data set, all its versions."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "citation": data["citation"],
            "counts": None if data["counts"] is None else DatasetCounts.from_graph(data["counts"]),
            "description": data["description"],
            "id": data["id"],
            "imported_at": cls._time(data["importedAt"]),
            "is_latest": data["isLatest"],
            "licence": data["licence"],
            "name": data["name"],
            "pixel_convention": PixelConvention.read(data["pixelConvention"]),
            "slug": data["slug"],
            "source_file": data["sourceFile"],
            "source_format": data["sourceFormat"],
            "source_sha256": data["sourceSha256"],
            "synthetic": data["synthetic"],
            "version": data["version"],
            "visibility": DatasetVisibility.read(data["visibility"]),
        }


@dataclass(frozen=True)
class DatasetCounts(GraphObject):
    """Number of rows of a data set version, per kind."""

    SELECTION: ClassVar[str] = (
        "images imagesWithPixels lesions patients series studies "
    )

    images: int
    """Number of bookmarked images."""
    images_with_pixels: int
    """Number of bookmarked images whose pixel file was present at the time of the import."""
    lesions: int
    """Number of lesions."""
    patients: int
    """Number of patients."""
    series: int
    """Number of series with at least one bookmarked image."""
    studies: int
    """Number of studies with at least one bookmarked image."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "images": data["images"],
            "images_with_pixels": data["imagesWithPixels"],
            "lesions": data["lesions"],
            "patients": data["patients"],
            "series": data["series"],
            "studies": data["studies"],
        }


@dataclass(frozen=True)
class DetectionFields(GraphObject):
    """One bounding box with a score that a detector found on a bookmarked image."""

    SELECTION: ClassVar[str] = (
        "boundingBox { x1 x2 y1 y2 } classIndex id rank score "
    )

    bounding_box: BoundingBox
    """The box, clipped to the image, in the data set's pixelConvention."""
    class_index: int
    """Index into the detector's `classes`; 0 if the detector is external and has no classes."""
    id: str
    """Global id."""
    rank: int
    """Rank among the detections of its image by score, starting at 1 for the highest score."""
    score: float
    """The detector's score, 0 to 1; comparable only within one detector."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "bounding_box": BoundingBox.from_graph(data["boundingBox"]),
            "class_index": data["classIndex"],
            "id": data["id"],
            "rank": data["rank"],
            "score": float(data["score"]),
        }


@dataclass(frozen=True)
class DetectionRunFields(GraphObject):
    """One run of a detector over a set of images, with all settings that determine its detections."""

    SELECTION: ClassVar[str] = (
        "codeVersion createdAt error executionProviders finishedAt id iouThresholds maxDetectionsPerImage "
        "modelSha256 name nmsIouThreshold note origin owner priority progress { completed failed total } "
        "scoreThreshold startedAt status tags timing { imagesPerSecond meanMsPerImage p50MsPerImage p95MsPerImage "
        "stages { decodeMs networkMs postprocessMs prepareMs } } topK traceId warnings "
    )

    code_version: str
    """Version of the server that accepted the request."""
    created_at: datetime
    """Time at which the request was accepted (UTC)."""
    error: str | None
    """The reason for the failure."""
    execution_providers: list[ExecutionProvider]
    """
    Execution providers that were used, in the order of their first use: several if one failed or workers had
    different ones.
    """
    finished_at: datetime | None
    """Time at which it ended (UTC)."""
    id: str
    """Global id."""
    iou_thresholds: list[float]
    """IoU thresholds of the request, in addition to 0.05 to 0.95."""
    max_detections_per_image: int | None
    """Maximum number of detections per image. Null if the detector is external and does not state it."""
    model_sha256: str | None
    """SHA-256 of the ONNX file that was run, in hexadecimal. Null if the detector is external."""
    name: str | None
    """Name that people gave it by updateDetectionRun; null if there is none."""
    nms_iou_threshold: float | None
    """
    IoU threshold of non-maximum suppression, 0 to 1: of two boxes that overlap more than this, the one with the lower
    score was discarded. Null if the detector is external and does not state it.
    """
    note: str | None
    """Note that people made of it by updateDetectionRun; null if there is none."""
    origin: DetectionRunOrigin
    """Whether this server made the detections."""
    owner: str | None
    """
    Name of the key with which it was requested, or of the person. Null if it was requested without either or by the
    command line.
    """
    priority: RunPriority
    """Priority of the run in the queue."""
    progress: DetectionRunProgress
    """Progress of the run."""
    score_threshold: float | None
    """
    Minimum score, 0 to 1: detections with a lower score were discarded. Null if the detector is external and does not
    state it.
    """
    started_at: datetime | None
    """Time at which the work started (UTC)."""
    status: JobStatus
    """Current status."""
    tags: list[str]
    """Tags that people gave it by updateDetectionRun, in their order."""
    timing: DetectionRunTiming
    """Speed of the run."""
    top_k: int
    """Number of top-scoring detections per image that count in the accuracy curve (top-k)."""
    trace_id: str | None
    """
    OpenTelemetry trace of the request that made it, and of its work on workers, as 32 hexadecimal digits. Null if
    that server sent no traces.
    """
    warnings: list[str]
    """Noteworthy events, e.g. a fallback to another execution provider."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "code_version": data["codeVersion"],
            "created_at": cls._time(data["createdAt"]),
            "error": data["error"],
            "execution_providers": [ExecutionProvider.read(one) for one in data["executionProviders"]],
            "finished_at": None if data["finishedAt"] is None else cls._time(data["finishedAt"]),
            "id": data["id"],
            "iou_thresholds": [float(one) for one in data["iouThresholds"]],
            "max_detections_per_image": data["maxDetectionsPerImage"],
            "model_sha256": data["modelSha256"],
            "name": data["name"],
            "nms_iou_threshold": None if data["nmsIouThreshold"] is None else float(data["nmsIouThreshold"]),
            "note": data["note"],
            "origin": DetectionRunOrigin.read(data["origin"]),
            "owner": data["owner"],
            "priority": RunPriority.read(data["priority"]),
            "progress": DetectionRunProgress.from_graph(data["progress"]),
            "score_threshold": None if data["scoreThreshold"] is None else float(data["scoreThreshold"]),
            "started_at": None if data["startedAt"] is None else cls._time(data["startedAt"]),
            "status": JobStatus.read(data["status"]),
            "tags": data["tags"],
            "timing": DetectionRunTiming.from_graph(data["timing"]),
            "top_k": data["topK"],
            "trace_id": data["traceId"],
            "warnings": data["warnings"],
        }


@dataclass(frozen=True)
class DetectionRunProgress(GraphObject):
    """Progress of a detection run, in images."""

    SELECTION: ClassVar[str] = (
        "completed failed total "
    )

    completed: int
    """Number of completed images, including images without detections."""
    failed: int
    """Number of images that failed."""
    total: int
    """Total number of images of the run."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "completed": data["completed"],
            "failed": data["failed"],
            "total": data["total"],
        }


@dataclass(frozen=True)
class DetectionRunTiming(GraphObject):
    """
    Speed of a run over its completed images. The time of an image includes reading, preprocessing, inference and
    postprocessing. Null before the first image is completed.
    """

    SELECTION: ClassVar[str] = (
        "imagesPerSecond meanMsPerImage p50MsPerImage p95MsPerImage stages { decodeMs networkMs postprocessMs "
        "prepareMs } "
    )

    images_per_second: float | None
    """
    Throughput in completed images per second of wall-clock time, from the start of the run to its end or to the
    present.
    """
    mean_ms_per_image: float | None
    """Mean time per image in ms."""
    p50_ms_per_image: float | None
    """Median time per image in ms."""
    p95_ms_per_image: float | None
    """95th percentile of the time per image in ms."""
    stages: DetectionStages | None
    """Mean time per stage. Null before the first image is completed, and for runs of older servers."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "images_per_second": None if data["imagesPerSecond"] is None else float(data["imagesPerSecond"]),
            "mean_ms_per_image": None if data["meanMsPerImage"] is None else float(data["meanMsPerImage"]),
            "p50_ms_per_image": None if data["p50MsPerImage"] is None else float(data["p50MsPerImage"]),
            "p95_ms_per_image": None if data["p95MsPerImage"] is None else float(data["p95MsPerImage"]),
            "stages": None if data["stages"] is None else DetectionStages.from_graph(data["stages"]),
        }


@dataclass(frozen=True)
class DetectionStages(GraphObject):
    """
    Mean wall-clock time of each stage per image in ms. Images are read and preprocessed while the model runs on
    others, so that the time of a run may be less than the sum.
    """

    SELECTION: ClassVar[str] = (
        "decodeMs networkMs postprocessMs prepareMs "
    )

    decode_ms: float
    """Reading of the slice and its neighbours, in ms."""
    network_ms: float
    """Inference, in ms. The time of a batch is divided equally among its images."""
    postprocess_ms: float
    """Postprocessing of the model output: decoding of boxes and non-maximum suppression, in ms."""
    prepare_ms: float
    """Preprocessing of the model input: interpolation, windows, resampling, in ms."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "decode_ms": float(data["decodeMs"]),
            "network_ms": float(data["networkMs"]),
            "postprocess_ms": float(data["postprocessMs"]),
            "prepare_ms": float(data["prepareMs"]),
        }


@dataclass(frozen=True)
class DetectorFields(GraphObject):
    """
    A trained model that detects lesions: an ONNX file with its manifest and model card. Or an external detector,
    which runs elsewhere: only its detections are here.
    """

    SELECTION: ClassVar[str] = (
        "architecture archivedAt categorization citation classes contact id licence modelSha256 name registeredAt "
        "source trainingData url version "
    )

    architecture: str | None
    """Architecture of the model. Null if the detector is external and does not state it."""
    archived_at: datetime | None
    """Time since which it is archived and takes no new runs (UTC); null if it takes runs."""
    categorization: str | None
    """
    Name of the categorization whose pseudo-clusters are the classes. Null for a single-class detector and an external
    one.
    """
    citation: str | None
    """
    How to cite an external detector. Null if it does not state it, and for other detectors, whose model card may.
    """
    classes: list[str] | None
    """Names of the classes, in the order of the class indices. Null if the detector is external."""
    contact: str | None
    """Whom to ask about an external detector. Null if it does not state it, and for other detectors."""
    id: str
    """Global id."""
    licence: str | None
    """Licence of an external detector. Null if it does not state it, and for other detectors."""
    model_sha256: str | None
    """SHA-256 of the ONNX file, in hexadecimal. Null if the detector is external."""
    name: str
    """Name of the detector, as used by `runDetection`."""
    registered_at: datetime
    """Time at which it was registered, or first seen in MODELS_DIR (UTC)."""
    source: DetectorSource
    """Where the detector comes from."""
    training_data: str | None
    """Data that an external detector was trained with. Null if it does not state it, and for other detectors."""
    url: str | None
    """Web page of an external detector. Null if it does not state one, and for other detectors."""
    version: str
    """Version: MAJOR.MINOR.PATCH."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "architecture": data["architecture"],
            "archived_at": None if data["archivedAt"] is None else cls._time(data["archivedAt"]),
            "categorization": data["categorization"],
            "citation": data["citation"],
            "classes": data["classes"],
            "contact": data["contact"],
            "id": data["id"],
            "licence": data["licence"],
            "model_sha256": data["modelSha256"],
            "name": data["name"],
            "registered_at": cls._time(data["registeredAt"]),
            "source": DetectorSource.read(data["source"]),
            "training_data": data["trainingData"],
            "url": data["url"],
            "version": data["version"],
        }


@dataclass(frozen=True)
class DiscordantLesionFields(GraphObject):
    """A lesion that only one of two runs found."""

    SELECTION: ClassVar[str] = (
        "bestOverlap bestRank bestScore foundBy reason "
    )

    best_overlap: float
    """The greatest overlap of a box of the run that missed the lesion, 0 to 1; 0 if there is no such box."""
    best_rank: int | None
    """Rank of that box among the detections of its image by score, starting at 1. Null if there is no such box."""
    best_score: float | None
    """Score of that box, 0 to 1. Null if there is no such box."""
    found_by: DiscordantSide
    """The run that found it."""
    reason: MissReason
    """The reason why the other run did not find it."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "best_overlap": float(data["bestOverlap"]),
            "best_rank": data["bestRank"],
            "best_score": None if data["bestScore"] is None else float(data["bestScore"]),
            "found_by": DiscordantSide.read(data["foundBy"]),
            "reason": MissReason.read(data["reason"]),
        }


@dataclass(frozen=True)
class EvaluatedPopulation(GraphObject):
    """Numbers of images and lesions that were evaluated or excluded."""

    SELECTION: ClassVar[str] = (
        "detections images imagesCompleted imagesFailed imagesLeftOut imagesPending imagesWithoutLesions lesions "
        "lesionsConfirmed lesionsLeftOut patients "
    )

    detections: int
    """Number of detections on the evaluated images."""
    images: int
    """Number of images that were evaluated."""
    images_completed: int
    """Number of completed images of the run."""
    images_failed: int
    """Number of failed images of the run; they are not evaluated."""
    images_left_out: int
    """Number of completed images whose lesions are all possibly noisy; they are not evaluated."""
    images_pending: int
    """Number of images of the run that had not been processed."""
    images_without_lesions: int
    """Number of evaluated images without lesions."""
    lesions: int
    """Number of lesions that were evaluated."""
    lesions_confirmed: int
    """Number of evaluated lesions that were not annotated but confirmed by reviews."""
    lesions_left_out: int
    """Number of lesions that were excluded as possibly noisy."""
    patients: int
    """Number of patients of the evaluated lesions."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "detections": data["detections"],
            "images": data["images"],
            "images_completed": data["imagesCompleted"],
            "images_failed": data["imagesFailed"],
            "images_left_out": data["imagesLeftOut"],
            "images_pending": data["imagesPending"],
            "images_without_lesions": data["imagesWithoutLesions"],
            "lesions": data["lesions"],
            "lesions_confirmed": data["lesionsConfirmed"],
            "lesions_left_out": data["lesionsLeftOut"],
            "patients": data["patients"],
        }


@dataclass(frozen=True)
class EvaluationFields(GraphObject):
    """The result of one protocol on one detection run. Every metric is stored with its integer counts."""

    SELECTION: ClassVar[str] = (
        "comparisonKey createdAt detectionCount id imageCount lesionCount protocol { accuracyBoxMeasure "
        "accuracyComparator accuracyCriterion authenticatedReviewsOnly averagePrecisionThresholds categorization "
        "dataset defaultTopK frocBoxMeasure frocComparator frocCriterion frocDuplicates frocThresholds "
        "iouThresholds json population { detections images imagesCompleted imagesFailed imagesLeftOut imagesPending "
        "imagesWithoutLesions lesions lesionsConfirmed lesionsLeftOut patients } possiblyNoisyLesions preset "
        "resamples reviewsUpTo scoreFloor seed topK } protocolKey provenance { categorization "
        "categorizationCodeVersion categorizationCommand dataset datasetSha256 detector detectorVersion "
        "evaluationCodeVersion executionProvider modelSha256 redo runCodeVersion trainingCodeVersion "
        "trainingCommand trainingData } "
    )

    comparison_key: str
    """
    SHA-256 of the rules that metrics have to share to be comparable: data set version, policy for possibly noisy
    lesions, rules of a hit, minimum score, and reviews. Evaluations of two detectors with the same key can be
    compared.
    """
    created_at: datetime
    """Time of the evaluation (UTC)."""
    detection_count: int
    """Number of detections that were evaluated."""
    id: str
    """Global id."""
    image_count: int
    """Number of images that were evaluated."""
    lesion_count: int
    """Number of lesions that were evaluated."""
    protocol: EvaluationProtocol
    """All settings that determine the metrics."""
    protocol_key: str
    """
    SHA-256 of the whole protocol, with the numbers of images, lesions and detections that were evaluated: evaluating
    a run again with the same protocol gives the stored evaluation. `comparisonKey` tells which evaluations are
    comparable.
    """
    provenance: Provenance
    """Provenance of the metrics."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "comparison_key": data["comparisonKey"],
            "created_at": cls._time(data["createdAt"]),
            "detection_count": data["detectionCount"],
            "id": data["id"],
            "image_count": data["imageCount"],
            "lesion_count": data["lesionCount"],
            "protocol": EvaluationProtocol.from_graph(data["protocol"]),
            "protocol_key": data["protocolKey"],
            "provenance": Provenance.from_graph(data["provenance"]),
        }


@dataclass(frozen=True)
class EvaluationProtocol(GraphObject):
    """All settings that determine the metrics of an evaluation of a run."""

    SELECTION: ClassVar[str] = (
        "accuracyBoxMeasure accuracyComparator accuracyCriterion authenticatedReviewsOnly "
        "averagePrecisionThresholds categorization dataset defaultTopK frocBoxMeasure frocComparator frocCriterion "
        "frocDuplicates frocThresholds iouThresholds json population { detections images imagesCompleted "
        "imagesFailed imagesLeftOut imagesPending imagesWithoutLesions lesions lesionsConfirmed lesionsLeftOut "
        "patients } possiblyNoisyLesions preset resamples reviewsUpTo scoreFloor seed topK "
    )

    accuracy_box_measure: BoxMeasure
    """Whether box width is x2 − x1 or x2 − x1 + 1 in the accuracy."""
    accuracy_comparator: OverlapComparator
    """Whether an overlap equal to the threshold is a hit in the accuracy."""
    accuracy_criterion: OverlapCriterion
    """Overlap measure for a hit in the accuracy."""
    authenticated_reviews_only: bool
    """Whether of these only the reviews count whose reviewer was identified by a key."""
    average_precision_thresholds: list[float]
    """IoU thresholds of the average precision, as in COCO."""
    categorization: str | None
    """Name of the categorization whose pseudo-clusters are strata."""
    dataset: str
    """The data set version, as `slug@version`."""
    default_top_k: int
    """The topK of a curve if it is omitted, which is that of the run."""
    froc_box_measure: BoxMeasure
    """Whether box width is x2 − x1 or x2 − x1 + 1 in the FROC."""
    froc_comparator: OverlapComparator
    """Whether an overlap equal to the threshold is a hit in the FROC."""
    froc_criterion: OverlapCriterion
    """Overlap measure for a hit in the FROC."""
    froc_duplicates: FrocDuplicates
    """How the FROC counts a second box on a lesion."""
    froc_thresholds: list[float]
    """Overlap thresholds of the FROC."""
    iou_thresholds: list[float]
    """Overlap thresholds of the accuracy curves."""
    json: Any
    """The complete protocol as stored."""
    population: EvaluatedPopulation
    """Numbers of images, lesions and detections that were evaluated."""
    possibly_noisy_lesions: PossiblyNoisyLesions
    """How possibly noisy lesions were treated."""
    preset: EvaluationPreset
    """The evaluation convention whose rules were the defaults."""
    resamples: int
    """Number of resamples of the bootstrap over patients, from which the confidence intervals are computed."""
    reviews_up_to: int | None
    """
    The number of reviews of the data set version that count, in the order in which they were given: lesions confirmed
    by them are evaluated like annotated lesions. Null if reviews are ignored.
    """
    score_floor: float | None
    """Minimum score of the detections that count. Null if all detections count."""
    seed: float
    """Seed of the bootstrap, an integer."""
    top_k: list[int]
    """The values of topK for which there are accuracy curves."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "accuracy_box_measure": BoxMeasure.read(data["accuracyBoxMeasure"]),
            "accuracy_comparator": OverlapComparator.read(data["accuracyComparator"]),
            "accuracy_criterion": OverlapCriterion.read(data["accuracyCriterion"]),
            "authenticated_reviews_only": data["authenticatedReviewsOnly"],
            "average_precision_thresholds": [float(one) for one in data["averagePrecisionThresholds"]],
            "categorization": data["categorization"],
            "dataset": data["dataset"],
            "default_top_k": data["defaultTopK"],
            "froc_box_measure": BoxMeasure.read(data["frocBoxMeasure"]),
            "froc_comparator": OverlapComparator.read(data["frocComparator"]),
            "froc_criterion": OverlapCriterion.read(data["frocCriterion"]),
            "froc_duplicates": FrocDuplicates.read(data["frocDuplicates"]),
            "froc_thresholds": [float(one) for one in data["frocThresholds"]],
            "iou_thresholds": [float(one) for one in data["iouThresholds"]],
            "json": data["json"],
            "population": EvaluatedPopulation.from_graph(data["population"]),
            "possibly_noisy_lesions": PossiblyNoisyLesions.read(data["possiblyNoisyLesions"]),
            "preset": EvaluationPreset.read(data["preset"]),
            "resamples": data["resamples"],
            "reviews_up_to": data["reviewsUpTo"],
            "score_floor": None if data["scoreFloor"] is None else float(data["scoreFloor"]),
            "seed": float(data["seed"]),
            "top_k": data["topK"],
        }


@dataclass(frozen=True)
class FrocPoint(GraphObject):
    """One operating point of a FROC: the sensitivity at a rate of false positives per image."""

    SELECTION: ClassVar[str] = (
        "ciHigh ciLow falsePositivesPerImage reachedFalsePositivesPerImage scoreThreshold sensitivity total "
        "truePositives "
    )

    ci_high: float | None
    """Upper bound of the 95 % confidence interval, by a bootstrap over patients. Null for fewer than two patients."""
    ci_low: float | None
    """Lower bound of the 95 % confidence interval, by a bootstrap over patients. Null for fewer than two patients."""
    false_positives_per_image: float
    """False positives per image."""
    reached_false_positives_per_image: bool
    """
    Whether the detections reach this rate of false positives; if not, the sensitivity is that of all detections.
    """
    score_threshold: float | None
    """Minimum score of the detections that count at this point. Null before the first detection."""
    sensitivity: float | None
    """Fraction of lesions that are hit, 0 to 1. Null if there are no lesions."""
    total: int
    """Number of lesions of the stratum."""
    true_positives: int
    """Number of lesions that are hit."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "ci_high": None if data["ciHigh"] is None else float(data["ciHigh"]),
            "ci_low": None if data["ciLow"] is None else float(data["ciLow"]),
            "false_positives_per_image": float(data["falsePositivesPerImage"]),
            "reached_false_positives_per_image": data["reachedFalsePositivesPerImage"],
            "score_threshold": None if data["scoreThreshold"] is None else float(data["scoreThreshold"]),
            "sensitivity": None if data["sensitivity"] is None else float(data["sensitivity"]),
            "total": data["total"],
            "true_positives": data["truePositives"],
        }


@dataclass(frozen=True)
class HounsfieldWindow(GraphObject):
    """A Hounsfield window: the range of CT values that is mapped to the grey levels of a picture."""

    SELECTION: ClassVar[str] = (
        "center high low width "
    )

    center: float
    """Centre of the window in HU: (low + high) / 2."""
    high: float
    """Upper bound in HU."""
    low: float
    """Lower bound in Hounsfield units (HU)."""
    width: float
    """Width of the window in HU: high - low."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "center": float(data["center"]),
            "high": float(data["high"]),
            "low": float(data["low"]),
            "width": float(data["width"]),
        }


@dataclass(frozen=True)
class LesionFields(GraphObject):
    """A lesion: one RECIST measurement (long and short diameter) on a bookmarked image, with its bounding box."""

    SELECTION: ClassVar[str] = (
        "boundingBox { x1 x2 y1 y2 } coarseType id longAxis { end { x y } start { x y } } longDiameterMm "
        "normalizedLocation { x y z } possiblyNoisy shortAxis { end { x y } start { x y } } shortDiameterMm "
        "sourceRowIndex split "
    )

    bounding_box: BoundingBox
    """
    Bounding box of both axes with a padding of 5 px on each side (Yan et al. 2018), or the box of the source if there
    are no axes.
    """
    coarse_type: CoarseType
    """Coarse lesion type (DL_info.csv: Coarse_lesion_type)."""
    id: str
    """Global id."""
    long_axis: Axis | None
    """The long axis (DL_info.csv: Measurement_coordinates). Null if the source has only boxes."""
    long_diameter_mm: float | None
    """Long RECIST diameter in mm (DL_info.csv: Lesion_diameters_Pixel_ × pixel spacing)."""
    normalized_location: NormalizedLocation | None
    """Relative position in the body (DL_info.csv: Normalized_lesion_location)."""
    possibly_noisy: bool
    """The authors' flag for a possibly noisy measurement (DL_info.csv: Possibly_noisy)."""
    short_axis: Axis | None
    """The short axis (DL_info.csv: Measurement_coordinates). Null if the source has only boxes."""
    short_diameter_mm: float | None
    """Short RECIST diameter in mm, perpendicular to the long diameter."""
    source_row_index: int
    """Row of the lesion in the source file, starting at 0. Publications cite lesions by it (CADLab: lesion_idx)."""
    split: Split
    """The split of the data set (DL_info.csv: Train_Val_Test)."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "bounding_box": BoundingBox.from_graph(data["boundingBox"]),
            "coarse_type": CoarseType.read(data["coarseType"]),
            "id": data["id"],
            "long_axis": None if data["longAxis"] is None else Axis.from_graph(data["longAxis"]),
            "long_diameter_mm": None if data["longDiameterMm"] is None else float(data["longDiameterMm"]),
            "normalized_location": None if data["normalizedLocation"] is None else NormalizedLocation.from_graph(data["normalizedLocation"]),
            "possibly_noisy": data["possiblyNoisy"],
            "short_axis": None if data["shortAxis"] is None else Axis.from_graph(data["shortAxis"]),
            "short_diameter_mm": None if data["shortDiameterMm"] is None else float(data["shortDiameterMm"]),
            "source_row_index": data["sourceRowIndex"],
            "split": Split.read(data["split"]),
        }


@dataclass(frozen=True)
class NormalizedLocation(GraphObject):
    """Relative position in the body as estimated by DeepLesion, each coordinate 0 to 1."""

    SELECTION: ClassVar[str] = (
        "x y z "
    )

    x: float
    """Position from the left to the right edge of the body in the image, 0 to 1."""
    y: float
    """Position from front to back, 0 to 1."""
    z: float
    """Position from head to feet, 0 to 1."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "x": float(data["x"]),
            "y": float(data["y"]),
            "z": float(data["z"]),
        }


@dataclass(frozen=True)
class PatientFields(GraphObject):
    """A patient of one data set version. No other attributes of the person are stored."""

    SELECTION: ClassVar[str] = (
        "id patientIndex sex "
    )

    id: str
    """Global id."""
    patient_index: int
    """The source's index of the patient (DL_info.csv: Patient_index); unique within the data set version."""
    sex: Sex
    """Sex (DL_info.csv: Patient_gender)."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "id": data["id"],
            "patient_index": data["patientIndex"],
            "sex": Sex.read(data["sex"]),
        }


@dataclass(frozen=True)
class Point(GraphObject):
    """A point in pixels of the source image, in the data set's pixelConvention."""

    SELECTION: ClassVar[str] = (
        "x y "
    )

    x: float
    """
    Horizontal position, increasing to the right, in pixels of the source image, in the data set's pixelConvention.
    """
    y: float
    """Vertical position, increasing downwards, in pixels of the source image, in the data set's pixelConvention."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "x": float(data["x"]),
            "y": float(data["y"]),
        }


@dataclass(frozen=True)
class PrecisionRecallPoint(GraphObject):
    """One point of a precision-recall curve, interpolated as in COCO."""

    SELECTION: ClassVar[str] = (
        "ciHigh ciLow precision recall scoreThreshold "
    )

    ci_high: float | None
    """
    Upper bound of the 95 % confidence interval of the precision, by a bootstrap over patients. Null for fewer than
    two patients.
    """
    ci_low: float | None
    """
    Lower bound of the 95 % confidence interval of the precision, by a bootstrap over patients. Null for fewer than
    two patients.
    """
    precision: float
    """Maximum precision at this or a higher recall, 0 to 1; 0 beyond the highest recall that is reached."""
    recall: float
    """Fraction of lesions that are found, 0 to 1."""
    score_threshold: float | None
    """Minimum score of the detections that count at this point. Null beyond the highest recall that is reached."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "ci_high": None if data["ciHigh"] is None else float(data["ciHigh"]),
            "ci_low": None if data["ciLow"] is None else float(data["ciLow"]),
            "precision": float(data["precision"]),
            "recall": float(data["recall"]),
            "score_threshold": None if data["scoreThreshold"] is None else float(data["scoreThreshold"]),
        }


@dataclass(frozen=True)
class Provenance(GraphObject):
    """Provenance of the metrics of an evaluation, back to the source data."""

    SELECTION: ClassVar[str] = (
        "categorization categorizationCodeVersion categorizationCommand dataset datasetSha256 detector "
        "detectorVersion evaluationCodeVersion executionProvider modelSha256 redo runCodeVersion "
        "trainingCodeVersion trainingCommand trainingData "
    )

    categorization: str | None
    """Name of the categorization whose pseudo-clusters are strata."""
    categorization_code_version: str | None
    """Version of the code that made the categorization."""
    categorization_command: str | None
    """The command that made the categorization."""
    dataset: str
    """The data set version, as `slug@version`."""
    dataset_sha256: str
    """SHA-256 of the file from which the data set was imported, in hexadecimal."""
    detector: str
    """Name of the detector."""
    detector_version: str
    """Version of the detector."""
    evaluation_code_version: str | None
    """Version of the server that evaluated the run. Null for evaluations of older servers."""
    execution_provider: str | None
    """ONNX execution provider of the model. Null before the start, and if the detector is external."""
    model_sha256: str | None
    """
    SHA-256 of the ONNX file that was run, in hexadecimal. Null if the detector is external, and the texts of the
    model card are null then, too.
    """
    redo: str
    """The command that repeats the evaluation of the run with the same protocol. It needs no model."""
    run_code_version: str
    """Version of the server that ran the model, or that stored the detections of an external detector."""
    training_code_version: str | None
    """Version of the code that trained the model, from its model card."""
    training_command: str | None
    """The command that trained the model, from its model card."""
    training_data: str | None
    """The data on which the model was trained, from its model card."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "categorization": data["categorization"],
            "categorization_code_version": data["categorizationCodeVersion"],
            "categorization_command": data["categorizationCommand"],
            "dataset": data["dataset"],
            "dataset_sha256": data["datasetSha256"],
            "detector": data["detector"],
            "detector_version": data["detectorVersion"],
            "evaluation_code_version": data["evaluationCodeVersion"],
            "execution_provider": data["executionProvider"],
            "model_sha256": data["modelSha256"],
            "redo": data["redo"],
            "run_code_version": data["runCodeVersion"],
            "training_code_version": data["trainingCodeVersion"],
            "training_command": data["trainingCommand"],
            "training_data": data["trainingData"],
        }


@dataclass(frozen=True)
class StratumFields(GraphObject):
    """A subset of the lesions for which an evaluation has curves."""

    SELECTION: ClassVar[str] = (
        "key kind label lesionCount name "
    )

    key: str | None
    """
    Which stratum of its kind: a value of `CoarseType`, a size band (`under-10mm`, `10-30mm`, `over-30mm`), the
    `clusterIndex` of a pseudo-cluster. Null for all lesions.
    """
    kind: StratumKind
    """What its lesions have in common."""
    label: str
    """
    The name of the stratum as text for readers, e.g. "Lung", "Under 10 mm", "Cluster 3", or "Cluster 3: liver" if the
    pseudo-cluster has the label "liver".
    """
    lesion_count: int
    """Number of lesions in it."""
    name: str
    """
    Name of the stratum, as used by the curves: `ALL`, `coarse-type:LUNG`, `size:under-10mm`, `size:10-30mm`,
    `size:over-30mm`, `pseudo-cluster:INDEX` with the `clusterIndex` of a pseudo-cluster in the categorization of the
    protocol.
    """

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "key": data["key"],
            "kind": StratumKind.read(data["kind"]),
            "label": data["label"],
            "lesion_count": data["lesionCount"],
            "name": data["name"],
        }


@dataclass(frozen=True)
class StudyFields(GraphObject):
    """One CT examination of a patient."""

    SELECTION: ClassVar[str] = (
        "ageYears id studyIndex "
    )

    age_years: float | None
    """
    The patient's age at the time of the study in years (DL_info.csv: Patient_age). Null if the source value is empty,
    0 or above 120.
    """
    id: str
    """Global id."""
    study_index: int
    """The source's index of the study (DL_info.csv: Study_index); unique within the patient."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "age_years": None if data["ageYears"] is None else float(data["ageYears"]),
            "id": data["id"],
            "study_index": data["studyIndex"],
        }


@dataclass(frozen=True)
class UploadedDetection(GraphObject):
    """One bounding box with a score that a detector found on a slice of the caller."""

    SELECTION: ClassVar[str] = (
        "boundingBox { x1 x2 y1 y2 } classIndex classLabel rank score "
    )

    bounding_box: BoundingBox
    """
    The box, clipped to the image, in ONE_BASED pixels as in DeepLesion: the centre of the first pixel is at 1, its
    left edge at 0.5.
    """
    class_index: int
    """Index into the detector's `classes`."""
    class_label: str | None
    """The detector's name of the class; null if its model folder is no longer present."""
    rank: int
    """Rank among the detections of its slice by score, starting at 1 for the highest score."""
    score: float
    """The detector's score, 0 to 1; comparable only within one detector."""

    @classmethod
    def _values(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "bounding_box": BoundingBox.from_graph(data["boundingBox"]),
            "class_index": data["classIndex"],
            "class_label": data["classLabel"],
            "rank": data["rank"],
            "score": float(data["score"]),
        }


class LesionFilterFields(Fields):
    """Filter for lesions: all given fields must match; null is the same as omitting a field."""

    FILTER: ClassVar[str] = "LesionFilter"
    NAMES: ClassVar[frozenset[str]] = frozenset((
        "ageYears", "coarseType", "cohort", "hasPixels", "locationZ", "longDiameterMm", "patientIndex",
        "possiblyNoisy", "pseudoCluster", "sex", "shortDiameterMm", "sourceRowIndex", "split",
    ))

    age_years: NumberField = NumberField("ageYears")
    """Age of the patient at the time of the study in years."""
    coarse_type: EnumField[CoarseType, CoarseTypeName] = EnumField("coarseType", takes_list=True, enum=CoarseType)
    """One of these coarse types; a single value need not be a list. An empty list matches nothing."""
    cohort: TextField = TextField("cohort")
    """Global id of a cohort: it contains the lesion. A filter with a cohort covers the data set version of it."""
    has_pixels: BooleanField = BooleanField("hasPixels")
    """Whether the pixel file of its image was present at the time of the import."""
    location_z: NumberField = NumberField("locationZ")
    """Relative position in the body from head to feet, 0 to 1 (`Lesion.normalizedLocation.z`)."""
    long_diameter_mm: NumberField = NumberField("longDiameterMm")
    """Long RECIST diameter in mm."""
    patient_index: IntegerField = IntegerField("patientIndex")
    """The source's patient index."""
    possibly_noisy: BooleanField = BooleanField("possiblyNoisy")
    """The authors' flag for a possibly noisy measurement."""
    pseudo_cluster: TextField = TextField("pseudoCluster")
    """Global id of a pseudo-cluster that contains the lesion."""
    sex: EnumField[Sex, SexName] = EnumField("sex", takes_list=True, enum=Sex)
    """One of these sexes of the patient; a single value need not be a list. An empty list matches nothing."""
    short_diameter_mm: NumberField = NumberField("shortDiameterMm")
    """Short RECIST diameter in mm."""
    source_row_index: IntegerField = IntegerField("sourceRowIndex", takes_list=True)
    """One of these row numbers of the source file, starting at 0. An empty list matches nothing."""
    split: EnumField[Split, SplitName] = EnumField("split", takes_list=True, enum=Split)
    """One of these splits; a single value need not be a list. An empty list matches nothing."""


class ImageFilterFields(Fields):
    """Filter for bookmarked images: all given fields must match; null is the same as omitting a field."""

    FILTER: ClassVar[str] = "BookmarkedImageFilter"
    NAMES: ClassVar[frozenset[str]] = frozenset((
        "ageYears", "coarseType", "cohort", "fileName", "hasPixels", "patientIndex", "pixelSpacingMm",
        "pseudoCluster", "sex", "sliceIntervalMm", "split",
    ))

    age_years: NumberField = NumberField("ageYears")
    """Age of the patient at the time of the study in years."""
    coarse_type: EnumField[CoarseType, CoarseTypeName] = EnumField("coarseType", takes_list=True, enum=CoarseType)
    """At least one lesion has one of these coarse types. An empty list matches nothing."""
    cohort: TextField = TextField("cohort")
    """
    Global id of a cohort: it contains at least one lesion of the image. A filter with a cohort covers the data set
    version of it.
    """
    file_name: TextField = TextField("fileName", takes_list=True)
    """One of these file names; a single value need not be a list. An empty list matches nothing."""
    has_pixels: BooleanField = BooleanField("hasPixels")
    """Whether the pixel file was present at the time of the import."""
    patient_index: IntegerField = IntegerField("patientIndex")
    """The source's patient index."""
    pixel_spacing_mm: NumberField = NumberField("pixelSpacingMm")
    """Pixel spacing in mm."""
    pseudo_cluster: TextField = TextField("pseudoCluster")
    """Global id of a pseudo-cluster that contains at least one lesion of the image."""
    sex: EnumField[Sex, SexName] = EnumField("sex", takes_list=True, enum=Sex)
    """One of these sexes of the patient; a single value need not be a list. An empty list matches nothing."""
    slice_interval_mm: NumberField = NumberField("sliceIntervalMm")
    """Distance between neighbouring slices in mm."""
    split: EnumField[Split, SplitName] = EnumField("split", takes_list=True, enum=Split)
    """One of these splits; a single value need not be a list. An empty list matches nothing."""


class StudyFilterFields(Fields):
    """Filter for studies: all given fields must match; null is the same as omitting a field."""

    FILTER: ClassVar[str] = "StudyFilter"
    NAMES: ClassVar[frozenset[str]] = frozenset((
        "ageYears", "cohort", "patientIndex", "sex",
    ))

    age_years: NumberField = NumberField("ageYears")
    """Age of the patient at the time of the study in years."""
    cohort: TextField = TextField("cohort")
    """
    Global id of a cohort: it contains at least one lesion of the study. A filter with a cohort covers the data set
    version of it.
    """
    patient_index: IntegerField = IntegerField("patientIndex")
    """The source's patient index."""
    sex: EnumField[Sex, SexName] = EnumField("sex", takes_list=True, enum=Sex)
    """One of these sexes of the patient; a single value need not be a list. An empty list matches nothing."""


class PatientFilterFields(Fields):
    """Filter for patients: all given fields must match; null is the same as omitting a field."""

    FILTER: ClassVar[str] = "PatientFilter"
    NAMES: ClassVar[frozenset[str]] = frozenset((
        "coarseType", "cohort", "patientIndex", "sex", "split",
    ))

    coarse_type: EnumField[CoarseType, CoarseTypeName] = EnumField("coarseType", takes_list=True, enum=CoarseType)
    """At least one lesion has one of these coarse types. An empty list matches nothing."""
    cohort: TextField = TextField("cohort")
    """
    Global id of a cohort: it contains at least one lesion of the patient. A filter with a cohort covers the data set
    version of it.
    """
    patient_index: IntegerField = IntegerField("patientIndex")
    """The source's patient index."""
    sex: EnumField[Sex, SexName] = EnumField("sex", takes_list=True, enum=Sex)
    """One of these sexes; a single value need not be a list. An empty list matches nothing."""
    split: EnumField[Split, SplitName] = EnumField("split", takes_list=True, enum=Split)
    """At least one lesion is in one of these splits. An empty list matches nothing."""


class AllFilterFields(Fields):
    """All fields of filters: `F` is one of these."""

    FILTER: ClassVar[str] = ""
    NAMES: ClassVar[frozenset[str]] = frozenset()

    lesion: LesionFilterFields = LesionFilterFields(of_lesion=True)
    """Fields of lesions, for filters of images: at least one lesion of the image fits."""
    age_years: NumberField = NumberField("ageYears")
    """Age of the patient at the time of the study in years."""
    coarse_type: EnumField[CoarseType, CoarseTypeName] = EnumField("coarseType", takes_list=True, enum=CoarseType)
    """One of these coarse types; a single value need not be a list. An empty list matches nothing."""
    cohort: TextField = TextField("cohort")
    """Global id of a cohort: it contains the lesion. A filter with a cohort covers the data set version of it."""
    has_pixels: BooleanField = BooleanField("hasPixels")
    """Whether the pixel file of its image was present at the time of the import."""
    location_z: NumberField = NumberField("locationZ")
    """Relative position in the body from head to feet, 0 to 1 (`Lesion.normalizedLocation.z`)."""
    long_diameter_mm: NumberField = NumberField("longDiameterMm")
    """Long RECIST diameter in mm."""
    patient_index: IntegerField = IntegerField("patientIndex")
    """The source's patient index."""
    possibly_noisy: BooleanField = BooleanField("possiblyNoisy")
    """The authors' flag for a possibly noisy measurement."""
    pseudo_cluster: TextField = TextField("pseudoCluster")
    """Global id of a pseudo-cluster that contains the lesion."""
    sex: EnumField[Sex, SexName] = EnumField("sex", takes_list=True, enum=Sex)
    """One of these sexes of the patient; a single value need not be a list. An empty list matches nothing."""
    short_diameter_mm: NumberField = NumberField("shortDiameterMm")
    """Short RECIST diameter in mm."""
    source_row_index: IntegerField = IntegerField("sourceRowIndex", takes_list=True)
    """One of these row numbers of the source file, starting at 0. An empty list matches nothing."""
    split: EnumField[Split, SplitName] = EnumField("split", takes_list=True, enum=Split)
    """One of these splits; a single value need not be a list. An empty list matches nothing."""
    file_name: TextField = TextField("fileName", takes_list=True)
    """One of these file names; a single value need not be a list. An empty list matches nothing."""
    pixel_spacing_mm: NumberField = NumberField("pixelSpacingMm")
    """Pixel spacing in mm."""
    slice_interval_mm: NumberField = NumberField("sliceIntervalMm")
    """Distance between neighbouring slices in mm."""


F = AllFilterFields()
