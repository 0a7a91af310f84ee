"""Reads what experiments.py measured and applies the rules of docs/reproduction/conditions.md: conditions.json, the
figure conditions.svg and the tables in Markdown.

python conditions.py --work WORK --out ../docs/reproduction   # and adds them to report.json there

Nothing is chosen here: a condition is reported with the seeds of which both arms were measured. Those that WORK has not
measured stay as an earlier conditions.json in the folder has them.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from conditions_figure import draw
from experiments import CONDITIONS, Arm, Condition, run_name

THRESHOLDS = [round(0.3 + 0.05 * step, 2) for step in range(13)]
RESAMPLES = 2000
SEED = 1
COPIES_MARGIN = 0.003  # of experiment 4 (b)
POINTS_MARGIN = 0.02  # within which there is no difference

Rows = dict[str, np.ndarray]


@dataclass
class Draws:
    """What the bootstrap draws, the same for every comparison: patients, and seeds by their place."""

    patients: np.ndarray  # [RESAMPLES, patients] how often each was drawn
    row_patient: np.ndarray  # [lesions] place of each lesion's patient
    generator_seed: int

    def seeds(self, count: int) -> np.ndarray:
        """[RESAMPLES, count] shares of the drawn seeds; the same draws for every comparison of as many seeds."""
        random = np.random.default_rng([self.generator_seed, 1, count])
        return random.multinomial(count, [1 / count] * count, RESAMPLES) / count

    def means(self, values: np.ndarray) -> np.ndarray:
        """[RESAMPLES] means of values [seeds, lesions] over drawn patients and seeds."""
        count = self.patients.shape[1]
        sums = np.stack([np.bincount(self.row_patient, row, count) for row in values])
        sizes = self.patients @ np.bincount(self.row_patient, minlength=count)
        return ((self.patients @ sums.T) / sizes[:, None] * self.seeds(len(values))).sum(1)


def make_draws(patients: np.ndarray) -> Draws:
    names, row_patient = np.unique(patients, return_inverse=True)
    count = len(names)
    drawn = np.random.default_rng([SEED, 0]).multinomial(count, [1 / count] * count, RESAMPLES)
    return Draws(drawn, row_patient, SEED)


def estimate(values: np.ndarray, draws: Draws) -> dict[str, float]:
    """Mean of values [seeds, lesions], 95 % interval, and the two-sided bootstrap p that it is zero."""
    return described(float(values.mean()), draws.means(values))


def described(value: float, drawn: np.ndarray) -> dict[str, float]:
    low, high = np.quantile(drawn, [0.025, 0.975])
    p = max(1 / RESAMPLES, 2 * min(np.mean(drawn <= 0), np.mean(drawn >= 0)))
    return {"value": value, "low": float(low), "high": float(high), "p": min(1.0, float(p))}


def holm(ps: dict[str, float]) -> dict[str, float]:
    """Holm's adjusted p values."""
    adjusted, highest = {}, 0.0
    for place, (name, p) in enumerate(sorted(ps.items(), key=lambda entry: entry[1])):
        highest = max(highest, min(1.0, p * (len(ps) - place)))
        adjusted[name] = highest
    return adjusted


def read_arm(folder: Path, arm: Arm) -> dict[int, Rows]:
    """The measured rows of an arm by seed."""
    paths = {seed: folder / f"{run_name(arm, seed)}.npz" for seed in range(1, 10)}
    return {seed: dict(np.load(path)) for seed, path in paths.items() if path.is_file()}


def differences(first: list[Rows], second: list[Rows], key: str, iou: float) -> np.ndarray:
    """[seeds, lesions] in −1, 0, 1: found by the second arm alone, or by the first alone."""
    return np.stack([(b[key] > iou).astype(float) - (a[key] > iou) for a, b in zip(first, second)])


def copies(first: list[Rows], second: list[Rows]) -> np.ndarray:
    """[seeds, lesions] difference of the mean IoU of the moved copies."""
    return np.stack([b["copies"].mean(1) - a["copies"].mean(1) for a, b in zip(first, second)])


def figures_of(rows: Rows) -> dict[str, object]:
    """One training: lesions found, by IoU threshold, and the meter."""
    return {
        "lesions": len(rows["patient"]),
        "movedCopiesMeanIou": round(float(rows["copies"].mean()), 5),
        "proposalsAbove0.8": int((rows["proposal"] > 0.8).sum()),
        **{
            f"top{top}": [
                {"iouThreshold": iou, "correct": int((rows[f"top{top}"] > iou).sum())} for iou in THRESHOLDS
            ]
            for top in (1, 5)
        },
    }


def compare(condition: Condition, folder: Path, draws: Draws) -> tuple[dict[str, object], dict[str, np.ndarray]] | None:
    """A condition's figures, and its differences [seeds, lesions] for the rules; None where no seed is complete."""
    arms = [read_arm(folder, arm) for arm in (condition.first, condition.second)]
    seeds = sorted(set(arms[0]) & set(arms[1]))
    if not seeds:
        return None
    first, second = ([arm[seed] for seed in seeds] for arm in arms)
    kept = {
        "primary": differences(first, second, "top5", 0.5),
        "secondary": differences(first, second, "top5", 0.75),
        "copies": copies(first, second),
    }
    found = {
        "name": condition.name,
        "first": condition.first.name,
        "second": condition.second.name,
        "multiClassMinusSingleClass": condition.compares_labels,
        "options": list(condition.second.options),
        "seeds": seeds,
        "runs": [
            {"arm": arm.name, "seed": seed, **figures_of(rows[seed])}
            for arm, rows in zip((condition.first, condition.second), arms)
            for seed in sorted(rows)
        ],
        "differences": {
            key: [
                {"iouThreshold": iou, **estimate(differences(first, second, key, iou), draws)} for iou in THRESHOLDS
            ]
            for key in ("top5", "top1", "proposal")
        },
        "movedCopies": estimate(kept["copies"], draws),
    }
    return found, kept


def trend(first: np.ndarray, second: np.ndarray, draws: Draws) -> dict[str, float]:
    """The first condition's difference less the second's; each [seeds, lesions]."""
    return described(float(first.mean() - second.mean()), draws.means(first) - draws.means(second))


def apply_rules(kept: dict[str, dict[str, np.ndarray]], draws: Draws, earlier: dict | None = None) -> dict[str, object]:
    """The rules that were fixed beforehand, as far as their conditions were measured, now or `earlier`."""
    earlier = earlier or {}
    tests: dict[str, dict[str, float]] = dict(earlier.get("tests", {}))
    if "frozen" in kept and "free" in kept:
        tests["frozen less free at 0.75"] = trend(kept["frozen"]["secondary"], kept["free"]["secondary"], draws)
    for name in ("frozen", "slow"):
        if name in kept:
            tests[f"{name} at 0.5"] = estimate(kept[name]["primary"], draws)
    adjusted = holm({name: test["p"] for name, test in tests.items()})
    outcome: dict[str, object] = {
        **earlier,
        "tests": {
            name: {**test, "pHolm": adjusted[name], "shownAboveZero": test["low"] > 0 and adjusted[name] < 0.05}
            for name, test in tests.items()
        },
    }
    if "spared" in kept:
        found = estimate(kept["spared"]["copies"], draws)
        within = -COPIES_MARGIN <= found["low"] and found["high"] <= COPIES_MARGIN
        outcome["spared moved copies"] = {**found, "margin": COPIES_MARGIN, "withinMargin": within}
    return outcome


def points(entry: dict[str, float]) -> str:
    """`+0.3 (−0.9 to +1.5)`"""
    def text(share: float) -> str:
        return f"{100 * share:+.1f}".replace("-", "−")

    return f"{text(entry['value'])} ({text(entry['low'])} to {text(entry['high'])})"


def iou_text(entry: dict[str, float]) -> str:
    """`−0.0061 (−0.0076 to −0.0045)`"""
    def text(value: float) -> str:
        return f"{value:+.4f}".replace("-", "−")

    return f"{text(entry['value'])} ({text(entry['low'])} to {text(entry['high'])})"


def table(conditions: list[dict]) -> str:
    """The conditions as a table in Markdown, the second arm minus the first."""
    lines = [
        "| condition | seeds | top 5, IoU > 0.5 | > 0.75 | > 0.8 | top 1, IoU > 0.5 | moved copies, mean IoU |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in conditions:
        at = {
            (key, entry["iouThreshold"]): points(entry)
            for key, entries in one["differences"].items()
            for entry in entries
        }
        cells = [at["top5", 0.5], at["top5", 0.75], at["top5", 0.8], at["top1", 0.5], iou_text(one["movedCopies"])]
        lines.append(f"| {one['name']} | {', '.join(map(str, one['seeds']))} | {' | '.join(cells)} |")
    return "\n".join(lines)


def runs_table(conditions: list[dict]) -> str:
    """Every training that ran, each once."""
    lines = [
        "| training | seed | top 5, IoU > 0.5 | > 0.75 | top 1, IoU > 0.5 | moved copies, mean IoU |",
        "|---|---|---|---|---|---|",
    ]
    for run in {(run["arm"], run["seed"]): run for one in conditions for run in one["runs"]}.values():
        hits = {(key, e["iouThreshold"]): e["correct"] for key in ("top1", "top5") for e in run[key]}
        cells = [hits["top5", 0.5], hits["top5", 0.75], hits["top1", 0.5]]
        total = run["lesions"]
        shares = [f"{100 * count / total:.1f} ({count} of {total})" for count in cells]
        lines.append(f"| {run['arm']} | {run['seed']} | {' | '.join(shares)} | {run['movedCopiesMeanIou']:.4f} |")
    return "\n".join(lines)


def random_start(path: Path) -> list[dict]:
    """The difference of report.json, if it is there, as a condition of the figure."""
    if not path.is_file():
        return []
    report = json.loads(path.read_text())
    found = next(one for one in report["comparisons"] if one["stratum"] == "ALL" and one["topK"] == 5)
    points_shown = [
        {"iouThreshold": point["iouThreshold"], **point["difference"]}
        for point in found["points"]
        if THRESHOLDS[0] <= point["iouThreshold"] <= THRESHOLDS[-1]
    ]
    return [{"name": "random", "seeds": report["settings"]["seeds"], "differences": {"top5": points_shown}}]


def read_earlier(path: Path) -> tuple[list[dict], dict]:
    """The conditions and the outcome of the rules that an earlier conditions.json holds."""
    if not path.is_file():
        return [], {}
    earlier = json.loads(path.read_text())
    return earlier["conditions"], earlier["rules"]


def join(earlier: list[dict], measured: list[dict]) -> list[dict]:
    """Conditions in the order of experiments.py; one that was not measured now stays as it was."""
    found = {one["name"]: one for one in [*earlier, *measured]}
    return [found[condition.name] for condition in CONDITIONS if condition.name in found]


def add_to_report(path: Path, conditions: dict[str, object]) -> None:
    """report.json of `npm run reproduce`, where it is, gets these trainings beside its own."""
    if path.is_file():
        report = {**json.loads(path.read_text()), "conditions": conditions}
        path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    folder = arguments.work / "measured"
    measured = sorted(folder.glob("*.npz"))
    if not measured:
        raise SystemExit(f"nothing is measured in {folder}: run experiments.py first")
    draws = make_draws(np.load(measured[0])["patient"])
    compared = [found for condition in CONDITIONS if (found := compare(condition, folder, draws))]
    earlier, outcome_before = read_earlier(arguments.out / "conditions.json")
    conditions = join(earlier, [figures for figures, _ in compared])
    outcome = apply_rules({str(figures["name"]): kept for figures, kept in compared}, draws, outcome_before)
    written = {"resamples": RESAMPLES, "conditions": conditions, "rules": outcome}
    (arguments.out / "conditions.json").write_text(json.dumps(written, indent=1) + "\n")
    (arguments.out / "conditions.svg").write_text(draw(random_start(arguments.out / "report.json") + conditions))
    add_to_report(arguments.out / "report.json", written)
    arms = [one for one in conditions if one["multiClassMinusSingleClass"]]
    others = [one for one in conditions if one not in arms]
    print(table(arms), table(others), runs_table(conditions), json.dumps(outcome, indent=1), sep="\n\n")


if __name__ == "__main__":
    main()
