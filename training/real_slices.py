"""What could lift a phantom-trained detector on real CT: changes the pixels of key slices before the detector sees
them, and counts the lesions that it finds (docs/reproduction/conditions.md).

python real_slices.py FOLDER --dl-info DL_info.csv … --out lifted.json

FOLDER holds annotations.coco.json (0-based boxes) and Images_png/, as for `deeplesion evaluate-real`; neighbouring
slices are not read. The pixel spacing comes from the rows of --dl-info, where they have the slice.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from scipy import ndimage

from conditions import Draws, estimate, make_draws
from config import Config
from data import AIR, BODY, apply_windows, numbers, offsets_of, read_hounsfield
from evaluate import open_onnx, select
from export import MODELS
from meter import TOPS, best_iou

ADDED_HU = 8  # 8-bit slices over −1024…3071 HU lie half a grey level too low
GREY_LEVEL = 16  # HU
SPACING_MM = 0.8  # about that of phantoms
IOU = 0.5


@dataclass
class RealSlice:
    """A key slice: pixels [h,w] in HU, boxes [n,4] in continuous pixels (the left edge of the first is 0)."""

    patient: int
    hounsfield: np.ndarray
    boxes: np.ndarray
    spacing_mm: float | None


Change = Callable[[RealSlice], RealSlice]


def with_pixels(image: RealSlice, hounsfield: np.ndarray) -> RealSlice:
    return RealSlice(image.patient, hounsfield.astype(np.float32), image.boxes, image.spacing_mm)


def add(image: RealSlice, hounsfield: float) -> RealSlice:
    return with_pixels(image, image.hounsfield + hounsfield)


def smooth(image: RealSlice, sigma: float) -> RealSlice:
    return with_pixels(image, ndimage.gaussian_filter(image.hounsfield, sigma))


def fill_steps(image: RealSlice) -> RealSlice:
    """Noise within the grey level of 8 bits, the same for the same slice."""
    noise = np.random.default_rng(1).uniform(-GREY_LEVEL / 2, GREY_LEVEL / 2, image.hounsfield.shape)
    return with_pixels(image, image.hounsfield + noise)


def body_alone(image: RealSlice) -> RealSlice:
    """Air outside the largest connected part of the patient, whose holes (lungs) stay."""
    labels, count = ndimage.label(ndimage.binary_opening(image.hounsfield > BODY, iterations=3))
    if count == 0:
        return image
    largest = labels == 1 + int(np.argmax(ndimage.sum_labels(labels > 0, labels, range(1, count + 1))))
    inside = ndimage.binary_dilation(ndimage.binary_fill_holes(largest), iterations=3)
    return with_pixels(image, np.where(inside, image.hounsfield, AIR))


def magnify(image: RealSlice, factor: float) -> RealSlice:
    """Magnified around its centre, with air where the slice ends; the size stays."""
    height, width = image.hounsfield.shape
    theta = torch.tensor([[[1 / factor, 0, 0], [0, 1 / factor, 0]]], dtype=torch.float32)
    grid = F.affine_grid(theta, [1, 1, height, width], align_corners=False)
    pixels = torch.from_numpy(image.hounsfield - AIR)[None, None]
    # averaged first where it shrinks, so that noise does not fold
    if factor < 1:
        pixels = torch.from_numpy(ndimage.gaussian_filter(pixels.numpy()[0, 0], 0.4 / factor))[None, None]
    moved = F.grid_sample(pixels, grid, padding_mode="zeros", align_corners=False)[0, 0].numpy() + AIR
    centre = np.array([width, height] * 2) / 2
    return RealSlice(image.patient, moved, (image.boxes - centre) * factor + centre, image.spacing_mm)


def magnify_to_spacing(image: RealSlice) -> RealSlice:
    return image if image.spacing_mm is None else magnify(image, image.spacing_mm / SPACING_MM)


CHANGES: dict[str, Change] = {
    "unchanged": lambda image: image,
    "8 HU less": partial(add, hounsfield=-8),
    "8 HU more": partial(add, hounsfield=8),
    "smoothed by 0.75 pixels": partial(smooth, sigma=0.75),
    "smoothed by 1.5 pixels": partial(smooth, sigma=1.5),
    "steps filled with noise": fill_steps,
    "body alone": body_alone,
    "magnified by 0.85": partial(magnify, factor=0.85),
    "magnified by 1.18": partial(magnify, factor=1.18),
    "magnified to 0.8 mm": magnify_to_spacing,
    "body alone, magnified to 0.8 mm": lambda image: magnify_to_spacing(body_alone(image)),
}


def read_slices(folder: Path, csv_paths: list[Path]) -> list[RealSlice]:
    spacing: dict[str, float] = {}
    for path in csv_paths:
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                spacing[row["File_name"]] = numbers(row["Spacing_mm_px_"])[0]
    coco = json.loads((folder / "annotations.coco.json").read_text())
    slices = []
    for image in coco["images"]:
        boxes = [a["bbox"] for a in coco["annotations"] if a["image_id"] == image["id"]]
        corners = np.array([[x, y, x + w, y + h] for x, y, w, h in boxes]).reshape(-1, 4)
        hounsfield = read_hounsfield(folder / "Images_png" / image["file_name"]) + ADDED_HU
        slices.append(
            RealSlice(image["patient"], hounsfield, corners, spacing.get(image["file_name"].replace("/", "_")))
        )
    return slices


def input_of(image: RealSlice, config: Config) -> np.ndarray:
    """The network's input [1,C,size,size]; the key slice stands in for its neighbours."""
    pixels = torch.from_numpy(image.hounsfield)[None, None].float()
    small = F.interpolate(pixels, size=(config.size, config.size), mode="bilinear", antialias=True, align_corners=False)
    stack = small[0].expand(len(offsets_of(config)), -1, -1)
    return apply_windows(stack, config)[None].numpy()


def overlaps(model: Path, slices: list[RealSlice], change: Change) -> dict[int, np.ndarray]:
    """The best IoU of each lesion among the top detections."""
    config, session = Config(), open_onnx(model / "model.onnx")
    rows: dict[int, list[float]] = {top: [] for top in TOPS}
    for image in map(change, slices):
        height, width = image.hounsfield.shape
        boxes, scores = session.run(["boxes", "scores"], {"image": input_of(image, config)})
        in_slice = boxes[0] * np.array([width, height] * 2) / config.size
        detections = select(in_slice, scores[0])
        for top in TOPS:
            rows[top] += best_iou(image.boxes, detections, top)
    return {top: np.array(values) for top, values in rows.items()}


def compare(found: dict[str, dict[str, dict[int, np.ndarray]]], draws: Draws) -> list[dict[str, object]]:
    """Each change with what each model finds, and the difference to the unchanged slices over both models."""
    def hits(change: str, top: int) -> np.ndarray:
        return np.stack([rows[top] > IOU for rows in found[change].values()]).astype(float)

    return [
        {
            "change": change,
            **{
                f"top {top}": {model: int((rows[top] > IOU).sum()) for model, rows in found[change].items()}
                for top in TOPS
            },
            "difference": estimate((hits(change, 5) - hits("unchanged", 5)).mean(0, keepdims=True), draws),
        }
        for change in found
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", type=Path, nargs="+", default=[MODELS / "phantom-single", MODELS / "phantom-multi"])
    parser.add_argument("--dl-info", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    slices = read_slices(arguments.folder, arguments.dl_info)
    draws = make_draws(np.repeat([image.patient for image in slices], [len(image.boxes) for image in slices]))
    found = {
        name: {model.name: overlaps(model, slices, change) for model in arguments.models}
        for name, change in CHANGES.items()
    }
    compared = {
        "lesions": len(draws.row_patient),
        "iouThreshold": IOU,
        "slicesWithSpacing": sum(image.spacing_mm is not None for image in slices),
        "changes": compare(found, draws),
    }
    arguments.out.write_text(json.dumps(compared, indent=1) + "\n")
    for row in compared["changes"]:
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
