"""Boards: the detectors of a data set on a split, with ranks that say how sure they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._frames import Table
from .transport import AsyncTransport

_ENTRY = (
    "rank rankLow rankHigh group tiedWithBest value ciLow ciHigh standing coverage verified sawTestPatients "
    "sawTestPatientsBecause tries run { id } evaluation { id } detector { name version }"
)


class Leaderboard(Table):
    """Entries of a board, ranked ones first. `to_pandas()` and `to_polars()` make a frame of one row per entry."""

    def __init__(self, rows: Sequence[dict[str, Any]], metric: str, resolvable_difference: float | None) -> None:
        super().__init__(rows)
        self.metric = metric
        """The metric, as text."""
        self.resolvable_difference = resolvable_difference
        """Any two ranked entries that differ by more are told apart. None if nothing can be told apart."""


async def async_leaderboard(
    transport: AsyncTransport, dataset: str, split: str, protocol: str, metric: dict[str, Any], stratum: str
) -> Leaderboard:
    """The board of a split."""
    document = (
        "query ($dataset: String!, $split: Split!, $protocol: EvaluationPreset!, $metric: LeaderboardMetricInput!, "
        "$stratum: String!) { leaderboard(dataset: $dataset, split: $split, protocol: $protocol, metric: $metric, "
        f"stratum: $stratum) {{ metric resolvableDifference entries {{ {_ENTRY} }} }} }}"
    )
    variables = {"dataset": dataset, "split": split, "protocol": protocol, "metric": metric, "stratum": stratum}
    board = (await transport.graph(document, variables))["leaderboard"]
    rows = [_row(entry) for entry in board["entries"]]
    return Leaderboard(rows, board["metric"], board["resolvableDifference"])


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    detector, evaluation = entry["detector"], entry["evaluation"]
    return {
        "detector": detector["name"],
        "version": detector["version"],
        "rank": entry["rank"],
        "rank_low": entry["rankLow"],
        "rank_high": entry["rankHigh"],
        "group": entry["group"],
        "tied_with_best": entry["tiedWithBest"],
        "value": entry["value"],
        "ci_low": entry["ciLow"],
        "ci_high": entry["ciHigh"],
        "standing": entry["standing"],
        "coverage": entry["coverage"],
        "verified": entry["verified"],
        "saw_test_patients": entry["sawTestPatients"],
        "saw_test_patients_because": entry["sawTestPatientsBecause"],
        "tries": entry["tries"],
        "run_id": entry["run"]["id"],
        "evaluation_id": evaluation["id"] if evaluation else None,
    }
