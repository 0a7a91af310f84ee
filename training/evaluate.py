"""Runs an exported model over folders in DeepLesion layout and prints its accuracy.

    python evaluate.py ../models/NAME FOLDER [FOLDER …] [--expect 0.55] [--into-card "1,200 phantoms of seed 5"]
"""
from __future__ import annotations

import argparse
import csv
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from config import Config
from data import KeySlice, load_input, read_key_slices, to_file_pixels

SCORE_THRESHOLD, NMS_IOU, MAX_DETECTIONS = 0.05, 0.3, 50
FROC_SCORE = 0.005  # the sensitivity curve needs weaker boxes than a reader wants to see
THRESHOLDS = [0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9]
COARSE_TYPES = {
    1: "bone",
    2: "abdomen",
    3: "mediastinum",
    4: "liver",
    5: "lung",
    6: "kidney",
    7: "soft tissue",
    8: "pelvis",
}


@dataclass
class Detection:
    box: list[float]
    score: float
    label: int


@dataclass
class Judged:
    """One image's detections, best first, beside its annotated and its unannotated lesions; boxes in file pixels."""

    detections: list[Detection]
    truth: np.ndarray
    types: list[int]
    unannotated: np.ndarray


def box_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU [n,m] of boxes [n,4] and [m,4], continuous coordinates (no +1)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inter = np.prod(np.clip(high - low, 0, None), axis=2)
    area_a, area_b = (np.prod(c[:, 2:] - c[:, :2], axis=1) for c in (a, b))
    return inter / np.maximum(area_a[:, None] + area_b[None] - inter, 1e-9)


def select(boxes: np.ndarray, scores: np.ndarray, threshold: float = SCORE_THRESHOLD, nms_iou: float = NMS_IOU,
           limit: int = MAX_DETECTIONS) -> list[Detection]:
    """The server's rule (nmsScope ALL_CLASSES). A box counts with its best class: boxes with score ≥ threshold by
    descending score (ties by index); one falls when it overlaps a kept one at IoU > nms_iou. The best `limit`
    remain."""
    best, score = scores.argmax(1), scores.max(1)
    chosen: list[int] = []
    for index in (int(i) for i in np.argsort(-score, kind="stable") if score[i] >= threshold):
        if not chosen or box_iou(boxes[index:index + 1], boxes[chosen]).max() <= nms_iou:
            chosen.append(index)
    return [Detection([float(v) for v in boxes[i]], float(score[i]), int(best[i])) for i in chosen[:limit]]


def found(detections: list[Detection], truth: np.ndarray, iou: float, top: int) -> np.ndarray:
    """For each true box [n,4] whether one of the `top` best detections overlaps it at IoU > iou."""
    if not detections or not len(truth):
        return np.zeros(len(truth), dtype=bool)
    return box_iou(truth, np.array([d.box for d in detections[:top]])).max(1) > iou


def sensitivity(images: list[Judged], rates: list[float], iou: float = 0.5) -> dict[str, float]:
    """FROC as the public DeepLesion code counts: a box claims every lesion it overlaps at IoU ≥ iou, a repeated hit is
    neither right nor wrong."""
    pooled = sorted(((-d.score, i, k) for i, image in enumerate(images) for k, d in enumerate(image.detections)))
    hit = [np.zeros(len(image.truth), dtype=bool) for image in images]
    total, false, true, best = sum(len(image.truth) for image in images), 0, 0, dict.fromkeys(rates, 0)
    for _, i, k in pooled:
        overlap = box_iou(np.array([images[i].detections[k].box]), images[i].truth)[0] >= iou
        if not overlap.any():
            false += 1
        true += int((overlap & ~hit[i]).sum())
        hit[i] |= overlap
        for rate in rates:
            if false <= rate * len(images):
                best[rate] = true
    return {str(rate): round(value / total, 4) for rate, value in best.items()}


def figures_of(images: list[Judged]) -> dict[str, object]:
    """Accuracy over lesions (the share with one of the topK best boxes at IoU > threshold), over images, by type, and
    FROC."""
    lesions = sum(len(image.truth) for image in images)
    accuracy = []
    for top in (1, 5):
        for iou in THRESHOLDS:
            correct = int(sum(found(image.detections, image.truth, iou, top).sum() for image in images))
            accuracy.append(
                {
                    "topK": top,
                    "iouThreshold": iou,
                    "correct": correct,
                    "total": lesions,
                    "accuracy": round(correct / lesions, 4),
                }
            )
    annotated = sum(bool(found(image.detections, image.truth, 0.5, 1).any()) for image in images)
    anything = sum(
        bool(found(image.detections, np.concatenate([image.truth, image.unannotated]), 0.5, 1).any())
        for image in images
    )
    by_type = {}
    for code, name in COARSE_TYPES.items():
        outcome = [
            bool(hit)
            for image in images
            for hit, kind in zip(found(image.detections, image.truth, 0.5, 1), image.types)
            if kind == code
        ]
        if outcome:
            by_type[name] = {"correct": sum(outcome), "total": len(outcome)}
    return {
        "images": len(images),
        "accuracy": accuracy,
        "imagesWhoseBestBoxHits": {
            "iouThreshold": 0.5,
            "anAnnotatedLesion": annotated,
            "anyLesion": anything,
            "total": len(images),
        },
        "top1ByCoarseType": by_type,
        "sensitivityAtFalsePositivesPerImage": sensitivity(images, [0.5, 1, 2, 4]),
    }


def card_figures(figures: dict, data: str) -> dict[str, object]:
    """The part of the model card that evaluation measures."""
    kept = [entry for entry in figures["accuracy"] if entry["iouThreshold"] in (0.5, 0.75)]
    best = figures["imagesWhoseBestBoxHits"]
    return {
        "accuracy": [{"data": data, **entry} for entry in kept],
        "top1AnyLesion": {"data": data, "iouThreshold": 0.5, "correct": best["anyLesion"], "total": best["total"]},
        "top1AnnotatedLesionByImage": {
            "data": data,
            "iouThreshold": 0.5,
            "correct": best["anAnnotatedLesion"],
            "total": best["total"],
        },
        "top1ByCoarseType": figures["top1ByCoarseType"],
        "sensitivityAtFalsePositivesPerImage": figures["sensitivityAtFalsePositivesPerImage"],
    }


def read_unannotated(folder: str | Path) -> dict[str, list[list[float]]]:
    """Boxes of the lesions that a phantom set shows but nobody annotated, by file name; empty for real data."""
    path, boxes = Path(folder) / "unannotated.csv", {}
    if path.is_file():
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                boxes.setdefault(row["File_name"], []).append([float(v) for v in row["Bounding_boxes"].split(",")])
    return boxes


def open_onnx(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def judge(
    session: onnxruntime.InferenceSession,
    image: KeySlice,
    config: Config,
    unannotated: list[list[float]],
    nms_iou: float,
) -> tuple[Judged, float]:
    """One image through the model, and the milliseconds that the model took."""
    tensor = load_input(image, config)[None].numpy()
    started = time.perf_counter()
    # Files from before batches answer one image without the batch's axis.
    boxes, scores = (value.reshape(value.shape[-2:]) for value in session.run(["boxes", "scores"], {"image": tensor}))
    milliseconds = (time.perf_counter() - started) * 1000
    detections = select(to_file_pixels(boxes, image.width, image.height, config.size), scores, FROC_SCORE, nms_iou)
    return Judged(detections, np.array(image.boxes), image.types, np.array(unannotated).reshape(-1, 4)), milliseconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("model", type=Path)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--limit", type=int, help="only the first N images")
    parser.add_argument(
        "--into-card", metavar="DATA", help="put the figures into the model card, with these words for the data"
    )
    parser.add_argument("--expect", type=float, help="fail when top-1 accuracy at IoU 0.5 is below this")
    arguments = parser.parse_args()
    manifest = json.loads((arguments.model / "model.json").read_text())
    spec = manifest["input"]
    config = Config(
        size=spec["width"],
        channels=[[c["offsetMm"], c["window"]["low"], c["window"]["high"]] for c in spec["channels"]],
    )
    session = open_onnx(arguments.model / manifest["onnx"]["file"])
    judged, times = [], []
    for folder in arguments.folders:
        unannotated = read_unannotated(folder)
        for image in read_key_slices(folder):
            if image.path().is_file() and len(judged) < (arguments.limit or float("inf")):
                outcome, milliseconds = judge(
                    session,
                    image,
                    config,
                    unannotated.get(image.file_name, []),
                    manifest["defaults"]["nmsIouThreshold"],
                )
                judged.append(outcome)
                times.append(milliseconds)
    figures = {**figures_of(judged), "medianModelMilliseconds": round(float(np.median(times)), 1)}
    print(json.dumps(figures, indent=1))
    if arguments.into_card:
        manifest["card"].update(card_figures(figures, arguments.into_card))
        (arguments.model / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")
    top1 = next(
        entry["accuracy"] for entry in figures["accuracy"] if entry["topK"] == 1 and entry["iouThreshold"] == 0.5
    )
    if arguments.expect and top1 < arguments.expect:
        raise SystemExit(f"top-1 accuracy {top1} at IoU 0.5 is below the expected {arguments.expect}")


if __name__ == "__main__":
    main()
