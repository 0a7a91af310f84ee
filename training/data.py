"""A folder in DeepLesion layout (DL_info.csv, Images_png/) → input tensors, prepared once into a memory map, then
augmented by the step.

    python data.py FOLDER [FOLDER …] --out prepared/NAME

The preprocessing here and the server's (src/imaging) must agree; README.md describes it, the parity fixture tests it.
"""
from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from config import Config
from parent import end_with_parent

HU_LOW, HU_HIGH = -1024, 3071
STORED_ZERO = 32768  # stored pixel value of 0 HU
AIR = -1000  # HU, what lies outside a moved image
BODY = -500  # HU, lowest value of the patient in the search for the body's rows


@dataclass
class KeySlice:
    """One bookmarked image with its lesions, coordinates as in the file (1-based pixels)."""

    root: str
    file_name: str
    patient: int
    split: int
    interval_mm: float
    width: int
    height: int
    boxes: list[list[float]]
    types: list[int]

    def path(self, offset: int = 0) -> Path:
        folder, number = self.file_name.rsplit("_", 1)
        return Path(self.root) / "Images_png" / folder / f"{int(number.split('.')[0]) + offset:03d}.png"


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def read_key_slices(root: str | Path) -> list[KeySlice]:
    """The images of DL_info.csv in the order of their first rows. Noisy boxes are left out, and images that had only
    those."""
    found: dict[str, KeySlice] = {}
    with open(Path(root) / "DL_info.csv", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["Possibly_noisy"]):
                continue
            width, height = (int(value) for value in numbers(row["Image_size"]))
            entry = found.setdefault(
                row["File_name"],
                KeySlice(
                    str(root),
                    row["File_name"],
                    int(row["Patient_index"]),
                    int(row["Train_Val_Test"]),
                    numbers(row["Spacing_mm_px_"])[2],
                    width,
                    height,
                    [],
                    [],
                ),
            )
            entry.boxes.append(numbers(row["Bounding_boxes"]))
            entry.types.append(int(row["Coarse_lesion_type"]))
    return list(found.values())


def to_input_pixels(box: list[float], width: int, height: int, size: int) -> list[float]:
    """1-based file pixels → continuous input pixels: the centre of the first pixel is 1 in the file and 0.5 in the
    continuous image."""
    sx, sy = size / width, size / height
    return [(box[0] - 0.5) * sx, (box[1] - 0.5) * sy, (box[2] - 0.5) * sx, (box[3] - 0.5) * sy]


def to_file_pixels(boxes: np.ndarray, width: int, height: int, size: int) -> np.ndarray:
    """The inverse of to_input_pixels for an array [...,4]."""
    scale = np.array([width, height, width, height], dtype=np.float64) / size
    return np.asarray(boxes, dtype=np.float64) * scale + 0.5


def read_hounsfield(path: Path) -> np.ndarray:
    """[h,w] float32, clamped to -1024…3071 HU."""
    stored = np.asarray(Image.open(path)).astype(np.int32)
    return np.clip(stored - STORED_ZERO, HU_LOW, HU_HIGH).astype(np.float32)


def slice_at(image: KeySlice, offset_mm: float, cache: dict[int, np.ndarray]) -> np.ndarray:
    """The slice `offset_mm` below (towards the feet) the key slice, interpolated linearly between its neighbours.

    Where a neighbour's file is missing the last one before the gap stands in for all beyond it.
    """
    position = offset_mm / image.interval_mm if math.isfinite(image.interval_mm) and image.interval_mm > 0 else 0.0
    direction = 1 if position > 0 else -1
    reach = 0
    while reach < math.ceil(abs(position)) and image.path(direction * (reach + 1)).is_file():
        reach += 1
    position = max(-reach, min(reach, position)) if reach else 0.0
    low = math.floor(position)
    share = position - low
    for index in {low, low + 1} if share else {low}:
        if index not in cache:
            cache[index] = read_hounsfield(image.path(index))
    return cache[low] if share == 0 else (1 - share) * cache[low] + share * cache[low + 1]


def load_slices(image: KeySlice, offsets: list[float], size: int) -> Tensor:
    """The slices at the given offsets [S,size,size] in HU, resized by a separable antialiased triangle filter."""
    cache: dict[int, np.ndarray] = {}
    stack = torch.from_numpy(np.stack([slice_at(image, offset, cache) for offset in offsets]))
    return F.interpolate(stack[None].float(), size=(size, size), mode="bilinear", antialias=True, align_corners=False)[
        0
    ]


def offsets_of(config: Config) -> list[float]:
    """Distinct offsets of the channels in the order of their first use."""
    return list(dict.fromkeys(float(channel[0]) for channel in config.channels))


def apply_windows(slices: Tensor, config: Config) -> Tensor:
    """HU slices [...,S,h,w] at offsets_of(config) → channels [...,C,h,w], each window mapped to -1…1 and clipped."""
    offsets = offsets_of(config)
    planes = [
        ((slices[..., offsets.index(offset), :, :] - low) * (2.0 / (high - low)) - 1.0).clamp(-1, 1)
        for offset, low, high in config.channels
    ]
    return torch.stack(planes, dim=-3)


def load_input(image: KeySlice, config: Config) -> Tensor:
    """The network's input [C,size,size] for one key slice."""
    return apply_windows(load_slices(image, offsets_of(config), config.size), config)


# Prepared data sets: slices.npy int16 [N,S,size,size], index.json


def prepare_one(image: KeySlice, offsets: list[float], size: int) -> np.ndarray:
    torch.set_num_threads(1)
    return load_slices(image, offsets, size).round().to(torch.int16).numpy()


def prepare(
    folders: list[str], out: str | Path, config: Config, processes: int = 2, splits: tuple[int, ...] = (1, 2, 3)
) -> None:
    """Writes the prepared data set that train.py reads, of the key slices of some splits (1 train, 2 validation, 3
    test)."""
    images = [
        image
        for folder in folders
        for image in read_key_slices(folder)
        if image.split in splits and image.path().is_file()
    ]
    if not images:
        raise SystemExit(f"no key slice of the splits {splits} with a pixel file was found in {', '.join(folders)}")
    Path(out).mkdir(parents=True, exist_ok=True)
    offsets = offsets_of(config)
    shape = (len(images), len(offsets), config.size, config.size)
    slices = np.lib.format.open_memmap(Path(out) / "slices.npy", mode="w+", dtype=np.int16, shape=shape)
    digest = hashlib.sha256(json.dumps([offsets, config.size, *([] if len(splits) == 3 else [splits])]).encode())
    for folder in folders:
        digest.update((Path(folder) / "DL_info.csv").read_bytes())
    body = []
    with ProcessPoolExecutor(processes) as pool:
        work = pool.map(partial(prepare_one, offsets=offsets, size=config.size), images, chunksize=16)
        for index, stack in enumerate(work):
            slices[index] = stack
            rows = np.flatnonzero((stack[0] > BODY).sum(1) > config.size * 0.05)
            body.append([int(rows[0]), int(rows[-1]) + 1] if len(rows) else [0, config.size])
            if (index + 1) % 500 == 0:
                print(f"{index + 1}/{len(images)} images", flush=True)
    slices.flush()
    entries = [{**asdict(image), "body": rows} for image, rows in zip(images, body)]
    for entry in entries:
        del entry["root"]
    with open(Path(out) / "index.json", "w") as file:
        json.dump({"size": config.size, "offsets": offsets, "checksum": digest.hexdigest(), "images": entries}, file)


def box_key(file_name: str, box: list[float]) -> tuple[str, tuple[float, ...]]:
    """A lesion is known by its image and its box to a hundredth of a pixel."""
    return file_name, tuple(round(value, 2) for value in box)


def read_labels(path: str | Path, images: list[dict]) -> list[list[int]]:
    """The cluster, counted from 1, of every lesion of prepared images; a lesion without one is refused."""
    with open(path, newline="") as file:
        found = {
            box_key(row["File_name"], numbers(row["Bounding_boxes"])): int(row["cluster"])
            for row in csv.DictReader(file)
        }
    missing = [
        image["file_name"]
        for image in images
        for box in image["boxes"]
        if box_key(image["file_name"], box) not in found
    ]
    if missing:
        raise SystemExit(f"{path} has no cluster for {len(missing)} lesions, the first in {missing[0]}")
    return [[found[box_key(image["file_name"], box)] for box in image["boxes"]] for image in images]


def balanced_shares(clusters: list[list[int]], trained: list[int]) -> np.ndarray:
    """How probable it is that each trained image is drawn: in proportion to the mean, over its lesions, of
    1 / √(share of the lesion's cluster among the lesions trained on)."""
    counts = np.bincount([cluster for index in trained for cluster in clusters[index]])
    weight = 1 / np.sqrt(np.maximum(counts, 1) / counts.sum())
    drawn = np.array([weight[clusters[index]].mean() for index in trained])
    return drawn / drawn.sum()


class PreparedData:
    """Images of a prepared data set, split by patient into those trained on and those only monitored."""

    def __init__(self, config: Config) -> None:
        root = Path(config.data)
        index = json.loads((root / "index.json").read_text())
        if index["size"] != config.size or index["offsets"] != offsets_of(config):
            raise SystemExit(
                f"{root} was prepared for size {index['size']} and offsets {index['offsets']}; run data.py again"
            )
        self.config, self.checksum, self.images = config, index["checksum"], index["images"]
        self.labels = read_labels(config.labels, self.images) if config.labels else None
        self.labels_checksum = hashlib.sha256(Path(config.labels).read_bytes()).hexdigest() if config.labels else None
        self.shuffled = (-1, np.arange(0))  # the last epoch's order, as places in `trained`
        self.slices = np.load(root / "slices.npy", mmap_mode="r")
        patients = sorted({entry["patient"] for entry in self.images})
        held = set(
            np.random.default_rng(config.seed).permutation(patients)[: round(len(patients) * config.holdout)].tolist()
        )
        self.monitored = [i for i, entry in enumerate(self.images) if entry["patient"] in held]
        self.trained = [i for i, entry in enumerate(self.images) if entry["patient"] not in held][
            : config.limit or None
        ]
        self.shares = None
        if config.balance:
            self.shares = balanced_shares(read_labels(config.balance, self.images), self.trained)

    def order(self, epoch: int) -> np.ndarray:
        """The images of an epoch as places in `trained`: each once, or drawn by their shares where these are
        balanced."""
        rng, count = np.random.default_rng([self.config.seed, 1, epoch]), len(self.trained)
        return rng.permutation(count) if self.shares is None else rng.choice(count, count, p=self.shares)

    def truth(self, index: int) -> Tensor:
        """The lesions' boxes [n,4] in input pixels."""
        entry = self.images[index]
        return torch.tensor(
            [to_input_pixels(box, entry["width"], entry["height"], self.config.size) for box in entry["boxes"]]
        )

    def classes(self, index: int) -> Tensor:
        """The lesions' classes [n], counted from 1: the clusters of `labels`, or the first for all."""
        if self.labels is None:
            return torch.ones(len(self.images[index]["boxes"]), dtype=torch.long)
        return torch.tensor(self.labels[index], dtype=torch.long)

    def crop_centre(self, index: int, scale: float, rng: np.random.Generator) -> tuple[float, float]:
        """The centre of a crop that is magnified by `scale`: around a lesion, which may lie anywhere in it, or anywhere
        on the body."""
        config, boxes = self.config, self.truth(index)
        halves = np.array([config.crop_width, config.crop_height]) / 2 / scale
        top, bottom = self.images[index]["body"]
        low = np.array([0.0, top]) + halves - config.shift
        high = np.array([float(config.size), bottom]) - halves + config.shift
        spread = rng.uniform(-1, 1, 2)
        if len(boxes) and rng.random() < config.lesion_share:
            x1, y1, x2, y2 = boxes[int(rng.integers(len(boxes)))].tolist()
            centre = np.array([x1 + x2, y1 + y2]) / 2 + spread * 0.8 * halves
        else:
            centre = (low + high) / 2 + spread * (high - low) / 2
        middle = (low + high) / 2
        centre = np.where(low < high, centre.clip(low, np.maximum(low, high)), middle + spread * config.shift)
        return float(centre[0]), float(centre[1])

    def full(self, indices: list[int]) -> Tensor:
        """Whole inputs without augmentation [B,C,size,size]."""
        return apply_windows(torch.from_numpy(self.slices[indices].astype(np.float32)), self.config)

    def batch(self, step: int) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """The augmented batch of a step: everything random depends only on (seed, step), so that a resumed run sees what
        an uninterrupted one sees."""
        config, count = self.config, len(self.trained)
        indices = []
        for position in range(step * config.batch, (step + 1) * config.batch):
            epoch, place = divmod(position, count)
            if self.shuffled[0] != epoch:
                self.shuffled = (epoch, self.order(epoch))
            indices.append(self.trained[self.shuffled[1][place]])
        rng = np.random.default_rng([config.seed, 2, step])
        slices = torch.from_numpy(self.slices[indices].astype(np.float32))
        slices, truths, classes = self.move(slices, indices, rng)
        one_each = (len(indices), 1, 1, 1)
        slices *= torch.from_numpy(1 + config.hu_gain * rng.standard_normal(one_each, dtype=np.float32))
        slices += torch.from_numpy(config.hu_offset * rng.standard_normal(one_each, dtype=np.float32))
        generator = torch.Generator().manual_seed(int(rng.integers(2**62)))
        slices += torch.randn(slices.shape, generator=generator) * torch.from_numpy(
            config.noise * rng.random(one_each, dtype=np.float32)
        )
        return apply_windows(slices, config), truths, classes

    def move(
        self, slices: Tensor, indices: list[int], rng: np.random.Generator
    ) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """Cuts magnified and mirrored crops out of the images; boxes follow, and those whose centre leaves the crop
        go."""
        config, size = self.config, self.config.size
        height, width = config.crop_height, config.crop_width
        theta, truths, classes = [], [], []
        for index in indices:
            scale = float(np.exp(rng.uniform(np.log(config.scale_low), np.log(config.scale_high))))
            mirror = -1.0 if rng.random() < config.flip else 1.0
            centre_x, centre_y = self.crop_centre(index, scale, rng)
            theta.append(
                [
                    [mirror * width / size / scale, 0, 2 * centre_x / size - 1],
                    [0, height / size / scale, 2 * centre_y / size - 1],
                ]
            )
            boxes = self.truth(index)
            x = (boxes[:, 0::2] - centre_x) * (mirror * scale) + width / 2
            y = (boxes[:, 1::2] - centre_y) * scale + height / 2
            inside = (x.mean(1) > 0) & (x.mean(1) < width) & (y.mean(1) > 0) & (y.mean(1) < height)
            x, y = x.sort(1).values.clamp(0, width), y.sort(1).values.clamp(0, height)
            moved = torch.stack([x[:, 0], y[:, 0], x[:, 1], y[:, 1]], 1)
            truths.append(moved[inside])
            classes.append(self.classes(index)[inside])
        grid = F.affine_grid(torch.tensor(theta), [len(indices), slices.shape[1], height, width], align_corners=False)
        return (
            F.grid_sample(slices - AIR, grid, mode="bilinear", padding_mode="zeros", align_corners=False) + AIR,
            truths,
            classes,
        )

    def batches(self, steps: range) -> Iterator[tuple[Tensor, list[Tensor], list[Tensor]]]:
        """The batches of some steps, made by worker processes where there are any."""
        return iter(
            torch.utils.data.DataLoader(StepBatches(self, steps), batch_size=None, num_workers=self.config.workers)
        )


class StepBatches(torch.utils.data.Dataset):
    def __init__(self, data: PreparedData, steps: range) -> None:
        self.data, self.steps = data, steps

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, item: int) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        return self.data.batch(self.steps[item])


if __name__ == "__main__":
    end_with_parent()
    parser = argparse.ArgumentParser(description="Prepares folders in DeepLesion layout for train.py.")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--out", required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--splits", type=int, nargs="+", default=[1, 2, 3], choices=[1, 2, 3], help="1 train, 2 validation, 3 test"
    )
    arguments = parser.parse_args()
    prepare(arguments.folders, arguments.out, Config(), arguments.processes, tuple(sorted(set(arguments.splits))))
