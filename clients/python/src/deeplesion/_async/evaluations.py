"""Evaluations of runs, and comparisons of two or more."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import _frames as frames
from .._frames import Table
from ..citations import Citation, CitationFormat
from ..curves import AccuracyCurve, DifferenceCurve, FrocCurve, PrecisionRecallCurve
from ..schema import (
    AccuracyDifference,
    AccuracyPoint,
    DiscordantLesionFields,
    DiscordantSide,
    DiscordantSideName,
    EvaluationFields,
    FrocPoint,
    LesionArea,
    LesionAreaName,
    PrecisionRecallPoint,
    StratumFields,
)
from .data import LESION, AsyncLesion, async_cite, async_save, export_format, id_of
from .transport import AsyncTransport

if TYPE_CHECKING:
    import pandas

EVALUATION = f"{EvaluationFields.SELECTION} run {{ id detector {{ name version }} }}"


@dataclass(frozen=True)
class Stratum(StratumFields):
    """A part of the lesions for which an evaluation has curves."""


@dataclass(frozen=True)
class AsyncEvaluation(EvaluationFields):
    """What the detections of a run are worth by one protocol. It never changes."""

    run_id: str
    label: str
    """Name and version of the detector."""
    _transport: AsyncTransport = field(repr=False, compare=False)

    @classmethod
    def read(cls, data: Mapping[str, Any], transport: AsyncTransport) -> AsyncEvaluation:
        run = data["run"]
        label = f"{run['detector']['name']} {run['detector']['version']}"
        return cls.from_graph(data, run_id=run["id"], label=label, _transport=transport)

    async def curve(self, stratum: str = "ALL", top_k: int | None = None) -> AccuracyCurve:
        """The accuracy curve, the metric of the paper, with its 95 % intervals. `strata()` lists the strata."""
        text = f"accuracyCurve(stratum: $stratum, topK: $topK) {{ {AccuracyPoint.SELECTION} }}"
        given = {"stratum": ("String!", stratum), "topK": ("Int", top_k)}
        points = await self._field(text, given, "accuracyCurve")
        return AccuracyCurve([AccuracyPoint.from_graph(point) for point in points], self._label(stratum))

    async def froc(
        self,
        stratum: str = "ALL",
        iou_threshold: float = 0.5,
        false_positives_per_image: Sequence[float] | None = None,
    ) -> FrocCurve:
        """Sensitivity at rates of false positives per image; 0.125, 0.25 … 16 by default."""
        text = (
            f"froc(stratum: $stratum, iouThreshold: $iou, falsePositivesPerImage: $rates) {{ {FrocPoint.SELECTION} }}"
        )
        rates = None if false_positives_per_image is None else list(false_positives_per_image)
        given = {"stratum": ("String!", stratum), "iou": ("Float!", iou_threshold), "rates": ("[Float!]", rates)}
        points = await self._field(text, given, "froc")
        return FrocCurve([FrocPoint.from_graph(point) for point in points], self._label(stratum))

    async def precision_recall(self, iou_threshold: float = 0.5) -> PrecisionRecallCurve:
        """Precision at 101 recalls."""
        text = f"precisionRecall(iouThreshold: $iou) {{ {PrecisionRecallPoint.SELECTION} }}"
        points = await self._field(text, {"iou": ("Float!", iou_threshold)}, "precisionRecall")
        return PrecisionRecallCurve([PrecisionRecallPoint.from_graph(point) for point in points], self.label)

    async def average_precision(
        self, iou_threshold: float | None = None, area: LesionArea | LesionAreaName = "ALL"
    ) -> float | None:
        """Average precision as in COCO, 0 to 1: the mean over IoU 0.50 to 0.95, or at one threshold."""
        given = {"iou": ("Float", iou_threshold), "area": ("LesionArea!", LesionArea.expect(area).value)}
        value = await self._field("averagePrecision(iouThreshold: $iou, area: $area)", given, "averagePrecision")
        return None if value is None else float(value)

    async def strata(self) -> list[Stratum]:
        """The parts of the lesions for which there are curves, `ALL` first."""
        data = await self._field(f"strata {{ {StratumFields.SELECTION} }}", {}, "strata")
        return [Stratum.from_graph(one) for one in data]

    async def to_pandas(self) -> pandas.DataFrame:
        """All points of the accuracy curves, in all strata, as a pandas data frame, by one request."""
        file_format = frames.pandas_format()
        content = await self._transport.fetch(f"/exports/evaluations/{self.id}/accuracy.{file_format}")
        return frames.pandas_frame(content, file_format)

    async def plot(self, axes: Any = None, stratum: str = "ALL", **line: Any) -> Any:
        """Draws the accuracy curve with its band by matplotlib, and gives the axes."""
        return (await self.curve(stratum)).plot(axes, **line)

    async def save(self, table: str, path: str | os.PathLike[str]) -> Path:
        """Writes `accuracy`, `froc`, `precision-recall` or `outcomes` to a file: `.parquet`, `.csv` or `.ndjson`."""
        target = Path(path)
        address = f"/exports/evaluations/{self.id}/{table}.{export_format(target)}"
        return await async_save(self._transport, address, {}, target)

    async def cite(self, format: CitationFormat = "text") -> Citation:
        """How the evaluation is cited: the data, the detector and the software."""
        return await async_cite(self._transport, f"/exports/evaluations/{self.id}/citation", format)

    def _label(self, stratum: str) -> str:
        return self.label if stratum == "ALL" else f"{self.label}, {stratum}"

    async def _field(self, text: str, variables: Mapping[str, tuple[str, Any]], name: str) -> Any:
        declared = "".join(f", ${name}: {kind}" for name, (kind, _) in variables.items())
        document = f"query ($id: ID!{declared}) {{ evaluation(id: $id) {{ {text} }} }}"
        given = {key: value for key, (_, value) in variables.items()}
        answer = await self._transport.graph(document, {"id": self.id, **given})
        if answer["evaluation"] is None:
            raise LookupError(f"There is no evaluation with the id {self.id!r} any more.")
        return answer["evaluation"][name]


async def async_find_evaluation(transport: AsyncTransport, evaluation: str) -> AsyncEvaluation:
    """An evaluation by its id.

    Raises LookupError if there is none.
    """
    document = f"query ($id: ID!) {{ evaluation(id: $id) {{ {EVALUATION} }} }}"
    answer = await transport.graph(document, {"id": evaluation})
    if answer["evaluation"] is None:
        raise LookupError(f"There is no evaluation with the id {evaluation!r}.")
    return AsyncEvaluation.read(answer["evaluation"], transport)


@dataclass(frozen=True)
class AsyncDiscordantLesion(DiscordantLesionFields):
    """A lesion that only one of two runs found."""

    lesion: AsyncLesion | None
    """None for a lesion that reviews confirmed."""


@dataclass(frozen=True)
class AsyncDifference:
    """How one evaluation differs from the baseline, over the images that both runs completed."""

    baseline: AsyncEvaluation
    other: AsyncEvaluation
    stratum: str
    top_k: int
    image_count: int
    points: tuple[AccuracyDifference, ...]
    """At each IoU threshold: the paired difference with its 95 % interval, and the p of the exact McNemar test."""
    _transport: AsyncTransport = field(repr=False, compare=False)

    def curve(self) -> DifferenceCurve:
        """The points as a table and for a plot."""
        return DifferenceCurve(self.points, f"{self.other.label} − {self.baseline.label}")

    async def discordant_lesions(
        self,
        iou_threshold: float = 0.5,
        found_by: DiscordantSide | DiscordantSideName | None = None,
        first: int = 50,
    ) -> list[AsyncDiscordantLesion]:
        """The lesions that only one of the runs found, with the reason."""
        document = (
            "query ($ids: [ID!]!, $stratum: String!, $topK: Int, $iou: Float!, $by: DiscordantSide, $first: Int!) { "
            "compareEvaluations(ids: $ids, stratum: $stratum, topK: $topK) { differences { "
            "discordantLesions(iouThreshold: $iou, foundBy: $by, first: $first) { "
            f"{DiscordantLesionFields.SELECTION} lesion {{ {LESION} }} }} }} }} }}"
        )
        given = {
            "ids": [self.baseline.id, self.other.id],
            "stratum": self.stratum,
            "topK": self.top_k,
            "iou": iou_threshold,
            "by": None if found_by is None else DiscordantSide.expect(found_by).value,
            "first": first,
        }
        answer = await self._transport.graph(document, given)
        found = answer["compareEvaluations"]["differences"][0]["discordantLesions"]
        return [
            AsyncDiscordantLesion.from_graph(
                one, lesion=AsyncLesion.read(one["lesion"], self._transport) if one["lesion"] else None
            )
            for one in found
        ]


@dataclass(frozen=True)
class AsyncComparison:
    """Evaluations that were compared with the first of them."""

    baseline: AsyncEvaluation
    differences: tuple[AsyncDifference, ...]

    def table(self) -> Table:
        """All points of all differences, with the label of the other evaluation."""
        return Table(
            [
                {"other": difference.other.label, "stratum": difference.stratum, **frames.plain_row(point)}
                for difference in self.differences
                for point in difference.points
            ]
        )

    def to_pandas(self) -> pandas.DataFrame:
        """All points of all differences as a pandas data frame."""
        return self.table().to_pandas()

    def plot(self, axes: Any = None, **line: Any) -> Any:
        """Draws the differences with their bands by matplotlib, and gives the axes."""
        for difference in self.differences:
            axes = difference.curve().plot(axes, **line)
        return axes


async def async_compare(
    transport: AsyncTransport, evaluations: Sequence[AsyncEvaluation | str], stratum: str, top_k: int | None
) -> AsyncComparison:
    """Compares evaluations with the first of them."""
    document = (
        "query ($ids: [ID!]!, $stratum: String!, $topK: Int) { "
        f"compareEvaluations(ids: $ids, stratum: $stratum, topK: $topK) {{ baseline {{ {EVALUATION} }} "
        f"differences {{ other {{ {EVALUATION} }} stratum topK imageCount "
        f"points {{ {AccuracyDifference.SELECTION} }} }} }} }}"
    )
    ids = [id_of(one) for one in evaluations]
    answer = await transport.graph(document, {"ids": ids, "stratum": stratum, "topK": top_k})
    compared = answer["compareEvaluations"]
    baseline = AsyncEvaluation.read(compared["baseline"], transport)
    differences = tuple(
        AsyncDifference(
            baseline=baseline,
            other=AsyncEvaluation.read(one["other"], transport),
            stratum=one["stratum"],
            top_k=one["topK"],
            image_count=one["imageCount"],
            points=tuple(AccuracyDifference.from_graph(point) for point in one["points"]),
            _transport=transport,
        )
        for one in compared["differences"]
    )
    return AsyncComparison(baseline, differences)
