"""Measures checkpoints on a prepared data set in PyTorch: accuracy by the server's rule, and the moved-copies meter,
which sees a change of the boxes with a tenth of the noise.

python meter.py runs/NAME/checkpoint.pt [...] --data prepared/evaluation --out measured

A checkpoint gives measured/NAME.npz with one row a lesion. The meter: six copies of each true box, moved and resized as
in training, go through the second stage alone; their mean IoU with the true box says how well boxes are refined, with
no part in it for scores, proposals and suppression. Detectors that share a trunk are measured in one pass.
"""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from config import Config
from data import PreparedData, to_file_pixels
from evaluate import Detection, box_iou, select
from losses import jitter
from model import ROI_WEIGHTS, Detector, clip_boxes, decode, one_hot_of_best, pairwise_iou, roi_align

COPIES = 6  # of each true box
TOPS = (1, 5)  # detections of an image that count


@dataclass
class Measured:
    """What is known of each lesion, row by row."""

    patient: list[int] = field(default_factory=list)
    image: list[int] = field(default_factory=list)
    top: dict[int, list[float]] = field(default_factory=lambda: {top: [] for top in TOPS})  # best IoU among the top K
    proposal: list[float] = field(default_factory=list)  # best IoU of any proposal
    copies: list[np.ndarray] = field(default_factory=list)  # [COPIES] IoU after refinement

    def write(self, path: Path) -> None:
        np.savez(
            path,
            patient=np.array(self.patient),
            image=np.array(self.image),
            proposal=np.array(self.proposal, dtype=np.float32),
            copies=np.array(self.copies, dtype=np.float32),
            **{f"top{top}": np.array(values, dtype=np.float32) for top, values in self.top.items()},
        )


def load_detector(path: Path) -> tuple[Detector, str]:
    """A checkpoint's averaged weights, and a digest of its trunk."""
    state = torch.load(path, map_location="cpu", weights_only=False)
    model = Detector(Config(**state["config"])).eval()
    model.load_state_dict(state["average"])
    digest = hashlib.sha256()
    for value in model.trunk.state_dict().values():
        digest.update(value.numpy().tobytes())
    return model, digest.hexdigest()


def best_iou(truth: np.ndarray, detections: list[Detection], top: int) -> list[float]:
    """For each true box the largest IoU with one of the `top` best detections; 0 where there is none."""
    if not detections:
        return [0.0] * len(truth)
    return box_iou(truth, np.array([d.box for d in detections[:top]])).max(1).tolist()


def refine_copies(model: Detector, p2: Tensor, truth: Tensor, index: int) -> np.ndarray:
    """IoU [n,COPIES] of moved copies of the true boxes after the second stage; the same copies for every detector."""
    moved = jitter(truth, COPIES, torch.Generator().manual_seed(index))
    _, changes = model.head(roi_align(p2, moved[None]))
    refined = decode(moved, changes, ROI_WEIGHTS)
    overlap = pairwise_iou(refined, truth).reshape(COPIES, len(truth), len(truth))
    return overlap.diagonal(dim1=1, dim2=2).T.numpy()


def detect(model: Detector, p2: Tensor, p3: Tensor, side: int) -> tuple[Tensor, Tensor, Tensor]:
    """Boxes [N,4], scores [N,K] and proposals [N,4] of one image from its maps, as Detector.forward computes them."""
    logits, deltas = model.rpn(p3)
    proposals, objectness = model.propose(logits, deltas, model.anchors(p3), side, side)
    classes, changes = model.head(roi_align(p2, proposals))
    boxes = clip_boxes(decode(proposals[0], changes, ROI_WEIGHTS), side, side)
    shares = classes.softmax(-1)[:, 1:]
    score = (shares.sum(-1) * torch.sigmoid(objectness[0])).sqrt()[:, None]
    return boxes, score * one_hot_of_best(shares), proposals[0]


@torch.no_grad()
def measure(models: list[Detector], data: PreparedData) -> list[Measured]:
    """Measures detectors that share a trunk on every image of the data."""
    found, side = [Measured() for _ in models], data.config.size
    for index, entry in enumerate(data.images):
        truth, width, height = data.truth(index), entry["width"], entry["height"]
        in_file = np.array(entry["boxes"])
        p2, p3 = models[0].trunk(data.full([index]))
        for model, rows in zip(models, found):
            boxes, scores, proposals = detect(model, p2, p3, side)
            detections = select(to_file_pixels(boxes.numpy(), width, height, side), scores.numpy())
            rows.patient += [entry["patient"]] * len(truth)
            rows.image += [index] * len(truth)
            for top in TOPS:
                rows.top[top] += best_iou(in_file, detections, top)
            rows.proposal += pairwise_iou(truth, proposals).amax(1).tolist()
            rows.copies += list(refine_copies(model, p2, truth, index))
        if (index + 1) % 200 == 0:
            print(f"{index + 1}/{len(data.images)} images", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("checkpoints", nargs="+", type=Path)
    parser.add_argument("--data", required=True, help="prepared by data.py")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    by_trunk: dict[str, list[tuple[Path, Detector]]] = {}
    for path in arguments.checkpoints:
        model, digest = load_detector(path)
        by_trunk.setdefault(digest, []).append((path, model))
    for group in by_trunk.values():
        data = PreparedData(replace(group[0][1].config, data=arguments.data, labels="", limit=0))
        for (path, _), rows in zip(group, measure([model for _, model in group], data)):
            name = path.parent.name if path.name == "checkpoint.pt" else path.stem
            rows.write(arguments.out / f"{name}.npz")
            accuracy = ", ".join(f"top {top} {np.mean(np.array(v) > 0.5):.4f}" for top, v in rows.top.items())
            print(f"{name}: {accuracy} at IoU > 0.5, copies {np.mean(rows.copies):.4f}", flush=True)


if __name__ == "__main__":
    main()
