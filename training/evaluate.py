"""Runs a model over folders in DeepLesion layout and prints its accuracy.

    python evaluate.py MODEL FOLDER [FOLDER …]      MODEL is a folder under models/ (the ONNX file is run)
"""
from __future__ import annotations

import argparse
import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SCORE_THRESHOLD, NMS_IOU, MAX_DETECTIONS = 0.05, 0.3, 50


@dataclass
class Detection:
    box: list[float]
    score: float
    label: int


def box_iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """IoU [n,m] of boxes [n,4] and [m,4], continuous coordinates."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    inter = np.prod(np.clip(high - low, 0, None), axis=2)
    area_a, area_b = (np.prod(c[:, 2:] - c[:, :2], axis=1) for c in (a, b))
    return inter / np.maximum(area_a[:, None] + area_b[None] - inter, 1e-9)


def select(boxes: np.ndarray, scores: np.ndarray, threshold: float = SCORE_THRESHOLD, nms_iou: float = NMS_IOU, limit: int = MAX_DETECTIONS) -> list[Detection]:
    """The rule that the server uses too: per class, boxes with score ≥ threshold by descending score (ties by index); a box falls when it
    overlaps a kept one of its class at IoU > nms_iou. Then the best `limit` of all classes (ties by class, then index)."""
    kept: list[tuple[float, int, int]] = []
    for label in range(scores.shape[1]):
        order = [i for i in np.argsort(-scores[:, label], kind="stable") if scores[i, label] >= threshold]
        chosen: list[int] = []
        for index in order:
            if not chosen or box_iou(boxes[index:index + 1], boxes[chosen]).max() <= nms_iou:
                chosen.append(int(index))
        kept += [(-float(scores[i, label]), label, i) for i in chosen]
    return [Detection([float(v) for v in boxes[i]], -negative, label) for negative, label, i in sorted(kept)[:limit]]


def hits(detections: list[Detection], truth: np.ndarray, iou: float, top: int) -> int:
    """How many of the true boxes [n,4] one of the `top` best detections overlaps at IoU > iou."""
    best = sorted(detections, key=lambda d: -d.score)[:top]
    if not best or not len(truth):
        return 0
    return int((box_iou(truth, np.array([d.box for d in best])).max(1) > iou).sum())


def image_hit(detections: list[Detection], truth: np.ndarray, iou: float) -> bool:
    """Whether the highest-scored detection overlaps any of the true boxes at IoU > iou."""
    return hits(detections, truth, iou, 1) > 0


def read_unannotated(folder: str | Path) -> dict[str, list[list[float]]]:
    """Boxes of lesions that a phantom set has but nobody annotated, by file name; empty for real data."""
    path = Path(folder) / "unannotated.csv"
    if not path.is_file():
        return {}
    found: dict[str, list[list[float]]] = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["File_name"], []).append([float(v) for v in row["Bounding_boxes"].split(",")])
    return found


def main() -> None:
    import onnxruntime

    from config import Config
    from data import load_input, read_key_slices, to_file_pixels

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--limit", type=int, default=0, help="only the first N images")
    parser.add_argument("--out", help="write the figures to this JSON file")
    parser.add_argument("--expect", type=float, help="fail when top-1 accuracy at IoU 0.5 is below this")
    arguments = parser.parse_args()
    manifest = json.loads((Path(arguments.model) / "model.json").read_text())
    settings = Config(size=manifest["input"]["width"], channels=[[c["offsetMm"], c["window"]["low"], c["window"]["high"]] for c in manifest["input"]["channels"]])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(Path(arguments.model) / manifest["onnx"]["file"]), options, providers=["CPUExecutionProvider"])
    images = [image for folder in arguments.folders for image in read_key_slices(folder) if image.path().is_file()]
    images = images[: arguments.limit or None]
    unannotated = {name: boxes for folder in arguments.folders for name, boxes in read_unannotated(folder).items()}
    figures = accuracy_of(session, images, unannotated, settings, manifest["defaults"], load_input, to_file_pixels)
    print(json.dumps(figures, indent=1))
    if arguments.out:
        Path(arguments.out).write_text(json.dumps(figures, indent=1) + "\n")
    if arguments.expect and figures["top1"]["0.5"] < arguments.expect:
        raise SystemExit(f"top-1 accuracy {figures['top1']['0.5']} is below the expected {arguments.expect}")


if __name__ == "__main__":
    main()
