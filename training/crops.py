"""Crops around lesions, as the encoder and the server (src/imaging/lesionCrop.ts) take them.

A plane is a square around the centre of the lesion's box: `mm` of a side in millimetres, or `box` times the box's
longer side. Output pixel (i, j) of 64 × 64 samples the Hounsfield slice bilinearly; a plane that shrinks is first
averaged over k × k sub-samples a pixel. Outside the image lies -1024 HU.
"""

from __future__ import annotations

import csv
import math
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import HU_HIGH, HU_LOW, numbers, read_hounsfield

SIDE = 64  # pixels of a crop
SCALES = [("box", 1.0), ("box", 2.0), ("mm", 48.0), ("mm", 96.0), ("mm", 160.0)]
SCALARS = ["logLongDiameterMm", "logShortDiameterMm", "locationX", "locationY", "locationZ"]
MOST_SUBSAMPLES = 4


@dataclass
class Lesion:
    """One row of DL_info.csv whose key slice is there."""

    row: int
    file_name: str
    boxes_text: str
    box: list[float]  # 1-based pixels
    spacing_mm: float
    split: int
    coarse_type: int
    path: str
    scalars: list[float]


def read_lesions(root: str | Path) -> list[Lesion]:
    """The lesions of a folder in DeepLesion layout that are not noisy and have their pixels."""
    lesions = []
    with open(Path(root) / "DL_info.csv", newline="") as file:
        for row, line in enumerate(csv.DictReader(file)):
            folder, number = line["File_name"].rsplit("_", 1)
            path = Path(root) / "Images_png" / folder / number
            if int(line["Possibly_noisy"]) or not path.is_file():
                continue
            spacing = numbers(line["Spacing_mm_px_"])[0]
            long_px, short_px = numbers(line["Lesion_diameters_Pixel_"])
            location = [value if math.isfinite(value) else 0.5 for value in numbers(line["Normalized_lesion_location"])]
            lesions.append(
                Lesion(
                    row,
                    line["File_name"],
                    line["Bounding_boxes"],
                    numbers(line["Bounding_boxes"]),
                    spacing,
                    int(line["Train_Val_Test"]),
                    int(line["Coarse_lesion_type"]),
                    str(path),
                    [math.log(long_px * spacing), math.log(short_px * spacing), *location],
                )
            )
    if not lesions:
        raise SystemExit(f"{root} has no lesion with a pixel file")
    return lesions


def crop(hounsfield: np.ndarray, centre_x: float, centre_y: float, side_px: float) -> np.ndarray:
    """[64,64] float32 HU around a point in 1-based pixels."""
    k = min(MOST_SUBSAMPLES, max(1, math.ceil(side_px / SIDE)))
    steps = ((torch.arange(SIDE * k, dtype=torch.float64) + 0.5) / (SIDE * k) - 0.5) * side_px
    height, width = hounsfield.shape
    x, y = (centre_x + steps - 0.5) * 2 / width - 1, (centre_y + steps - 0.5) * 2 / height - 1
    grid = torch.stack([x[None, :].expand(len(y), -1), y[:, None].expand(-1, len(x))], dim=-1)[None].float()
    image = torch.from_numpy(hounsfield)[None, None] - HU_LOW
    sampled = F.grid_sample(image, grid, mode="bilinear", padding_mode="zeros", align_corners=False) + HU_LOW
    return F.avg_pool2d(sampled, k)[0, 0].numpy() if k > 1 else sampled[0, 0].numpy()


def side_px(scale: tuple[str, float], lesion: Lesion) -> float:
    kind, value = scale
    x1, y1, x2, y2 = lesion.box
    return value / lesion.spacing_mm if kind == "mm" else value * max(x2 - x1, y2 - y1)


def crops_of(lesion: Lesion) -> np.ndarray:
    """[planes,64,64] int16 HU."""
    torch.set_num_threads(1)
    hounsfield = read_hounsfield(Path(lesion.path))
    x1, y1, x2, y2 = lesion.box
    planes = [crop(hounsfield, (x1 + x2) / 2, (y1 + y2) / 2, side_px(scale, lesion)) for scale in SCALES]
    return np.stack(planes).round().astype(np.int16)


def load_crops(lesions: list[Lesion], processes: int) -> np.ndarray:
    """[lesions,planes,64,64] int16 HU."""
    with ProcessPoolExecutor(processes) as pool:
        return np.stack(list(pool.map(crops_of, lesions, chunksize=32)))


def scaled(crops: np.ndarray) -> torch.Tensor:
    """HU → -1…1 over the window -1024…3071, which is what the encoder is fed."""
    return torch.from_numpy(crops.astype(np.float32)).sub_(HU_LOW).mul_(2 / (HU_HIGH - HU_LOW)).sub_(1)
