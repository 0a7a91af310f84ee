"""Curves of an evaluation, with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from ._frames import Table, need
from .schema import AccuracyDifference, AccuracyPoint, FrocPoint, PrecisionRecallPoint

Point = TypeVar("Point", AccuracyPoint, FrocPoint, PrecisionRecallPoint, AccuracyDifference)


class Curve(Table, Generic[Point]):
    """Points of a curve by ascending abscissa."""

    x_name = ""
    y_name = ""
    x_label = ""
    y_label = ""

    def __init__(self, points: Sequence[Point], label: str) -> None:
        super().__init__(points)
        self.label = label
        """Whose curve it is, for a legend."""

    @property
    def points(self) -> tuple[Point, ...]:
        return self.rows

    def plot(self, axes: Any = None, **line: Any) -> Any:
        """Draws the curve with its band into matplotlib axes, which are made if omitted, and gives them."""
        if axes is None:
            axes = need("matplotlib.pyplot", "plot", "A plot").subplots()[1]
        known = [point for point in self.rows if getattr(point, self.y_name) is not None]
        x = [getattr(point, self.x_name) for point in known]
        (drawn,) = axes.plot(x, [getattr(point, self.y_name) for point in known], **{"label": self.label, **line})
        banded = [point for point in known if getattr(point, "ci_low", None) is not None]
        if banded:
            axes.fill_between(
                [getattr(point, self.x_name) for point in banded],
                [point.ci_low for point in banded],
                [point.ci_high for point in banded],
                color=drawn.get_color(),
                alpha=0.2,
                linewidth=0,
            )
        axes.set_xlabel(self.x_label)
        axes.set_ylabel(self.y_label)
        axes.legend()
        return axes


class AccuracyCurve(Curve[AccuracyPoint]):
    """Share of the lesions that a top-k detection of their image hits, against the IoU threshold."""

    x_name, y_name = "iou_threshold", "accuracy"
    x_label, y_label = "IoU threshold", "accuracy (95 % interval)"


class FrocCurve(Curve[FrocPoint]):
    """Sensitivity against false positives per image."""

    x_name, y_name = "false_positives_per_image", "sensitivity"
    x_label, y_label = "false positives per image", "sensitivity (95 % interval)"


class PrecisionRecallCurve(Curve[PrecisionRecallPoint]):
    """Precision against recall."""

    x_name, y_name = "recall", "precision"
    x_label, y_label = "recall", "precision"


class DifferenceCurve(Curve[AccuracyDifference]):
    """Paired difference of the accuracies of two runs against the IoU threshold."""

    x_name, y_name = "iou_threshold", "difference"
    x_label, y_label = "IoU threshold", "difference of accuracy (95 % interval)"
