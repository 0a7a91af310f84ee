"""More exact boxes without a training: measures the settings of docs/reproduction/boxes.md on exported detectors.

python refinement.py ../models/phantom-single ../models/phantom-multi --data FOLDER --patients 1 100 --out chosen.json
python refinement.py … --data FOLDER --patients 101 430 --setting "one pass, votes above 0.5" --out measured.json

FOLDER is in DeepLesion layout. Without --setting, all settings are measured and the one of the plan's rule is named;
with it, that one against the detectors as they are, paired by lesion. Both write their figures as JSON.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from conditions import Draws, estimate, holm, make_draws
from config import Config
from data import KeySlice, load_input, read_key_slices, to_file_pixels
from evaluate import open_onnx, select
from export import OPSET
from meter import TOPS, best_iou
from model import Detector, one_hot_of_best, vote
from reexport import detector_of

FLOORS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8)  # 0: no votes
THRESHOLDS = (0.5, 0.75)
EQUAL = 0.003  # of the mean of the four accuracies, within which the setting that computes least is taken
NAMES = ("one pass", "two passes, boxes only", "two passes, boxes and scores")


@dataclass(frozen=True)
class Setting:
    """What follows the first pass of the second stage; the order is that of what they compute."""

    passes: int  # place in NAMES
    floor: float  # IoU above which boxes vote; 0: they do not

    def __str__(self) -> str:
        return NAMES[self.passes] + (f", votes above {self.floor:g}" if self.floor else "")


SETTINGS = [Setting(passes, floor) for passes in range(len(NAMES)) for floor in FLOORS]
TODAY = SETTINGS[0]


class BothPasses(nn.Module):
    """A detector that shows what its second stage makes of the proposals and, again, of its own boxes."""

    def __init__(self, detector: Detector) -> None:
        super().__init__()
        self.detector = detector

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        model, side = self.detector, int(image.shape[2])
        p2, p3 = model.trunk(image)
        logits, deltas = model.rpn(p3)
        proposals, objectness = model.propose(logits, deltas, model.anchors(p3), side, side)
        first, first_shares = model.refine(p2, proposals, side, side)
        second, second_shares = model.refine(p2, first, side, side)
        return first, first_shares, second, second_shares, torch.sigmoid(objectness)


def open_passes(folder: Path) -> onnxruntime.InferenceSession:
    """The exported detector with both passes as its outputs, run by ONNX Runtime, which is faster than PyTorch."""
    model, config = detector_of(folder)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "passes.onnx"
        example = torch.zeros(1, len(config.channels), config.size, config.size)
        torch.onnx.export(
            BothPasses(model).eval(), (example,), str(path), input_names=["image"], opset_version=OPSET, dynamo=False
        )
        return open_onnx(path)


def apply(setting: Setting, passes: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Boxes [1,N,4] and scores [1,N,K] of a setting, as Detector.forward gives them."""
    first, first_shares, second, second_shares, objectness = passes
    shares = (first_shares + second_shares) / 2 if setting.passes == 2 else first_shares
    score = (shares.sum(-1) * objectness).sqrt()
    boxes = first if setting.passes == 0 else second
    if setting.floor:
        boxes = vote(boxes, score, setting.floor)
    return boxes, score[..., None] * one_hot_of_best(shares)


def images_of(folder: str, first: int, last: int) -> Iterator[tuple[KeySlice, np.ndarray]]:
    """Key slices of the patients `first` to `last` with their input [1,C,H,W]."""
    images = [image for image in read_key_slices(folder) if first <= image.patient <= last and image.path().is_file()]
    for index, image in enumerate(images):
        if index % 100 == 0:
            print(f"{index}/{len(images)} images", flush=True)
        yield image, load_input(image, Config())[None].numpy()


@dataclass
class Overlaps:
    """The best IoU of each lesion among the top detections: rows[model][setting][top]; and the lesions' patients."""

    patients: list[int]
    rows: dict[str, dict[Setting, dict[int, list[float]]]]

    def found(self, model: str, setting: Setting, top: int, iou: float) -> np.ndarray:
        return np.array(self.rows[model][setting][top]) > iou


@torch.no_grad()
def overlaps_of(folders: list[Path], data: str, settings: list[Setting], patients_of: tuple[int, int]) -> Overlaps:
    sessions = {folder.name: open_passes(folder) for folder in folders}
    rows = {name: {setting: {top: [] for top in TOPS} for setting in settings} for name in sessions}
    patients: list[int] = []
    for image, tensor in images_of(data, *patients_of):
        truth, place = np.array(image.boxes), (image.width, image.height, tensor.shape[-1])
        patients += [image.patient] * len(truth)
        for name, session in sessions.items():
            passes = [torch.from_numpy(value) for value in session.run(None, {"image": tensor})]
            for setting in settings:
                boxes, scores = apply(setting, passes)
                detections = select(to_file_pixels(boxes[0].numpy(), *place), scores[0].numpy())
                for top in TOPS:
                    rows[name][setting][top] += best_iou(truth, detections, top)
    return Overlaps(patients, rows)


def accuracies(found: Overlaps, setting: Setting, models: list[str]) -> dict[str, dict[str, float]]:
    """`top 1, IoU > 0.5` → share of lesions found, by model."""
    return {
        model: {
            f"top {top}, IoU > {iou}": round(float(found.found(model, setting, top, iou).mean()), 4)
            for top in TOPS
            for iou in THRESHOLDS
        }
        for model in models
    }


def choose(means: dict[Setting, float]) -> Setting:
    """Of the settings within EQUAL of the best mean the first, which computes least."""
    best = max(means.values())
    return next(setting for setting in SETTINGS if means[setting] >= best - EQUAL)


def selection(found: Overlaps, models: list[str]) -> dict[str, object]:
    """Every setting's accuracies, the mean that the rule looks at, and what the rule takes."""
    means = {
        setting: float(np.mean([found.found(model, setting, 1, iou).mean() for model in models for iou in THRESHOLDS]))
        for setting in SETTINGS
    }
    listed = [
        {"setting": str(setting), "mean": round(means[setting], 5), "accuracy": accuracies(found, setting, models)}
        for setting in SETTINGS
    ]
    return {"lesions": len(found.patients), "settings": listed, "chosen": str(choose(means))}


def change(found: Overlaps, model: str, setting: Setting, top: int, iou: float) -> np.ndarray:
    """[1, lesions] in −1, 0, 1: found with the setting alone, or by the detector of today alone."""
    after, before = (found.found(model, one, top, iou).astype(float) for one in (setting, TODAY))
    return (after - before)[None]


def evaluation(found: Overlaps, setting: Setting, models: list[str], draws: Draws) -> dict[str, object]:
    """The setting less today, by model, with intervals, and the change of the second model's difference to the
    first."""
    changes = {
        model: {
            f"top {top}, IoU > {iou}": estimate(change(found, model, setting, top, iou), draws)
            for top in TOPS
            for iou in THRESHOLDS
        }
        for model in models
    }
    arms = {
        f"top 5, IoU > {iou}": estimate(
            change(found, models[1], setting, 5, iou) - change(found, models[0], setting, 5, iou), draws
        )
        for iou in THRESHOLDS
    }
    return {
        "lesions": len(found.patients),
        "patients": len(set(found.patients)),
        "setting": str(setting),
        "today": accuracies(found, TODAY, models),
        "after": accuracies(found, setting, models),
        "change": changes,
        "pHolm": holm({model: changes[model]["top 1, IoU > 0.75"]["p"] for model in models}),
        "changeOfMultiMinusSingle": arms,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("models", nargs=2, type=Path, help="the single-class and the multi-class detector")
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", type=Path, required=True, help="JSON file")
    parser.add_argument("--setting", choices=[str(setting) for setting in SETTINGS[1:]])
    parser.add_argument("--patients", type=int, nargs=2, required=True, metavar=("FIRST", "LAST"))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    models = [folder.name for folder in arguments.models]
    chosen = next((setting for setting in SETTINGS if str(setting) == arguments.setting), None)
    settings = SETTINGS if chosen is None else [TODAY, chosen]
    found = overlaps_of(arguments.models, arguments.data, settings, tuple(arguments.patients))
    if chosen is None:
        figures = selection(found, models)
    else:
        figures = evaluation(found, chosen, models, make_draws(np.array(found.patients)))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
