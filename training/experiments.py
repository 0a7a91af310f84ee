"""Under which conditions do pseudo-clusters help? Runs the trainings of docs/reproduction/conditions.md and measures them.

python experiments.py --work WORK [--seeds 3] [--only frozen free …]

WORK holds train/ and evaluation/, made by `deeplesion phantom` (PHANTOMS below); everything else is made there, and what
is finished is not done again: an interrupted training goes on from its checkpoint. Both arms of a condition differ in
their labels only, and start from the shipped single-class detector.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
PHANTOMS = {"train": (700, 20171), "evaluation": (430, 90210)}  # patients, seed; --neighbours 1
STEPS = 1600
SAVE_EVERY = 200  # steps


@dataclass
class Arm:
    """One way to train: its options of train.py, and whether the clusters are its labels."""

    name: str
    clusters: bool
    options: tuple[str, ...] = ()
    starts: bool = True  # from the shipped single-class detector
    balanced: bool = False  # images of rare clusters are drawn more often


@dataclass
class Condition:
    """A comparison of two arms: `second` minus `first`."""

    name: str
    first: Arm
    second: Arm

    @property
    def compares_labels(self) -> bool:
        """Whether it is multi-class against single-class."""
        return self.second.clusters and not self.first.clusters


def pair(name: str, *options: str, starts: bool = True) -> Condition:
    arms = (Arm(f"{name}-{kind}", clusters, options, starts) for kind, clusters in (("single", False), ("multi", True)))
    return Condition(name, *arms)


FREE = pair("free")
BOXES = pair("boxes", "--box-weight", "3")
LITE0 = Arm("lite0-single", False, ("--trunk", "lite0", "--trunk-rate", "0.1"), starts=False)
RANDOM = Arm("random-single", False, starts=False)
SPARED = Arm("spared-multi", True, ("--spare-trunk",))
SGD_OPTIONS = ("--optimizer", "sgd", "--lr", "0.02")
SGD = pair("sgd", *SGD_OPTIONS, starts=False)
SGD_HEAVY = Arm("sgd-heavy-single", False, (*SGD_OPTIONS, "--class-weight", "1.5"), starts=False)
IMAGES = (261, 522, 1044)  # an eighth, a quarter and half of the training images
CONDITIONS = [
    pair("frozen", "--trunk-rate", "0"),
    FREE,
    Condition("spared", FREE.first, SPARED),
    pair("slow", "--trunk-rate", "0.1"),
    BOXES,
    # the same arm with and without something: not multi-class against single-class
    Condition("sparing", FREE.second, SPARED),
    Condition("weight", FREE.first, BOXES.first),
    Condition("imagenet", RANDOM, LITE0),
    Condition("scratch", RANDOM, Arm("random-multi", True, starts=False)),
    SGD,
    Condition("sgd-heavy", SGD.first, SGD_HEAVY),
    Condition("balanced", RANDOM, Arm("balanced-single", False, starts=False, balanced=True)),
    *(pair(f"images-{count}", "--limit", str(count), starts=False) for count in IMAGES),
]


def run_name(arm: Arm, seed: int) -> str:
    return f"{arm.name}-seed-{seed}"


def python(*words: str | Path) -> None:
    print("python " + " ".join(map(str, words)), flush=True)
    subprocess.run([sys.executable, *map(str, words)], cwd=HERE, check=True)


def once(made: Path, *words: str | Path) -> None:
    """Runs a script whose result is complete when the file `made` is there."""
    if not made.exists():
        python(*words)


def prepare(work: Path) -> None:
    """The prepared images, the clusters of the training lesions by the shipped encoder, and the start."""
    once(work / "prepared/index.json", "data.py", work / "train", "--out", work / "prepared", "--processes", "1")
    assign = ("--assign", ROOT / "docs/reproduction/categorization", "--processes", "1")
    once(work / "labels/categorization.json", "categorize.py", work / "train", *assign, "--out", work / "labels")
    start = ("--data", work / "prepared", "--out", work / "start.pt")
    once(work / "start.pt", "unfold.py", ROOT / "models/phantom-single", *start)


def train(work: Path, arm: Arm, seed: int) -> None:
    """One training to its end; a finished one is left alone."""
    out = work / "runs" / run_name(arm, seed)
    if (out / "finished").exists():
        return
    start = ["--start", work / "start.pt"] if arm.starts else []
    words = ["--data", work / "prepared", *start, "--seed", seed, "--steps", STEPS]
    assignments = work / "labels/assignments.csv"
    labels = ["--labels", assignments] if arm.clusters else []
    balance = ["--balance", assignments] if arm.balanced else []
    fixed = ["--holdout", "0.005", "--save-every", SAVE_EVERY, "--out", out]
    resume = ["--resume"] if (out / "checkpoint.pt").exists() else []
    python("train.py", *words, *labels, *balance, *arm.options, *fixed, *resume)
    (out / "finished").touch()


def measure(work: Path, names: list[str]) -> None:
    """Measures the finished trainings that have no figures yet; those that share a trunk in one pass."""
    out = work / "measured"
    waiting = [
        work / "runs" / name / "checkpoint.pt"
        for name in names
        if (work / "runs" / name / "finished").exists() and not (out / f"{name}.npz").exists()
    ]
    if waiting and not (work / "evaluation").exists():
        print(f"{work / 'evaluation'} is not there: {len(waiting)} trainings wait to be measured", flush=True)
    elif waiting:
        evaluation = work / "prepared-evaluation"
        once(evaluation / "index.json", "data.py", work / "evaluation", "--out", evaluation, "--processes", "1")
        python("meter.py", *waiting, "--data", evaluation, "--out", out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--only", nargs="+", choices=[c.name for c in CONDITIONS], default=[c.name for c in CONDITIONS])
    arguments = parser.parse_args()
    prepare(arguments.work)
    for condition in CONDITIONS:
        if condition.name in arguments.only:
            arms = [(arm, seed) for seed in arguments.seeds for arm in (condition.first, condition.second)]
            for arm, seed in arms:
                train(arguments.work, arm, seed)
            measure(arguments.work, [run_name(arm, seed) for arm, seed in arms])


if __name__ == "__main__":
    main()
