"""Writes the fixture in which PyTorch and the server meet: slices in, tensor values and detections out.

python parity.py runs/single/checkpoint.pt FOLDER  FOLDER is a phantom set; the fixture goes to test/fixtures/parity/
python parity.py ../models/NAME  the fixture's own slices again, with the weights of a model folder
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from config import Config
from data import STORED_ZERO, KeySlice, load_input, read_key_slices, to_file_pixels
from evaluate import MAX_DETECTIONS, NMS_IOU, SCORE_THRESHOLD, select
from export import MODELS, load_checkpoint
from model import Detector
from reexport import detector_of

FIXTURE = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "parity"
GRAIN = 8  # HU: values are rounded to this, which makes the files small
SAMPLES = 200


def copy_stack(image: KeySlice, offsets: list[int]) -> KeySlice:
    """Copies slices of one image into the fixture; the returned image reads from there."""
    copied = replace(image, root=str(FIXTURE))
    copied.path().parent.mkdir(parents=True, exist_ok=True)
    for offset in offsets:
        hounsfield = np.asarray(Image.open(image.path(offset))).astype(np.int32) - STORED_ZERO
        rounded = np.round(hounsfield / GRAIN).astype(np.int32) * GRAIN + STORED_ZERO
        Image.fromarray(rounded.astype(np.uint16)).save(copied.path(offset), optimize=True)
    return copied


def describe(image: KeySlice, offsets: list[int], model: Detector, config: Config) -> dict[str, object]:
    """What both languages must find for one stack. Boxes are in file pixels (1-based)."""
    tensor = load_input(image, config)
    with torch.no_grad():
        boxes, scores = model(tensor[None])
    detections = select(to_file_pixels(boxes[0].numpy(), image.width, image.height, config.size), scores[0].numpy())
    flat = tensor.flatten()
    places = np.sort(np.random.default_rng(0).choice(len(flat), SAMPLES, replace=False))
    return {
        "fileName": image.file_name,
        "sliceIntervalMm": image.interval_mm,
        "width": image.width,
        "height": image.height,
        "slices": [{"offset": offset, "file": str(image.path(offset).relative_to(FIXTURE))} for offset in offsets],
        "tensor": {
            "shape": [1, *tensor.shape],
            "channels": [
                {"mean": float(plane.double().mean()), "std": float(plane.double().std(unbiased=False))}
                for plane in tensor
            ],
            "samples": [{"index": int(place), "value": float(flat[place])} for place in places],
        },
        "detections": [{"box": d.box, "score": d.score, "label": d.label} for d in detections],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="checkpoint or model folder")
    parser.add_argument("folder", nargs="?")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model, config = (
        detector_of(arguments.source) if arguments.source.is_dir() else load_checkpoint(arguments.source)[:2]
    )
    name = arguments.source.name if arguments.source.is_dir() else config.name
    cases = make_cases(arguments.folder, model, config) if arguments.folder else repeat_cases(model, config)
    (FIXTURE / "parity.json").write_text(
        json.dumps(
            {
                "model": {
                    "name": name,
                    "sha256": hashlib.sha256((MODELS / name / "model.onnx").read_bytes()).hexdigest(),
                },
                "madeWith": f"torch {torch.__version__}",
                "boxConvention": "xyxy-one-based-file-pixels",
                "selection": {
                    "scoreThreshold": SCORE_THRESHOLD,
                    "nmsIouThreshold": NMS_IOU,
                    "maxDetectionsPerImage": MAX_DETECTIONS,
                },
                "cases": cases,
            },
            indent=1,
        )
        + "\n"
    )
    size = sum(path.stat().st_size for path in FIXTURE.rglob("*") if path.is_file())
    print(f"{len(cases)} stacks, {[len(case['detections']) for case in cases]} detections, {size / 1e6:.2f} MB")


def make_cases(folder: str, model: Detector, config: Config) -> list[dict[str, object]]:
    shutil.rmtree(FIXTURE, ignore_errors=True)
    images, cases = read_key_slices(folder), []
    # Thick slices, thin slices (the channels' offset lies beyond the neighbours), and a missing neighbour
    for interval, offsets in ((5.0, [-1, 0, 1]), (1.0, [-1, 0, 1]), (5.0, [0, 1])):
        used = [case["fileName"][:12] for case in cases]  # series
        image = next(
            i
            for i in images
            if i.interval_mm == interval
            and i.file_name[:12] not in used
            and i.path(-1).is_file()
            and i.path(1).is_file()
        )
        cases.append(describe(copy_stack(image, offsets), offsets, model, config))
    return cases


def repeat_cases(model: Detector, config: Config) -> list[dict[str, object]]:
    made = []
    for case in json.loads((FIXTURE / "parity.json").read_text())["cases"]:
        image = KeySlice(
            root=str(FIXTURE),
            file_name=case["fileName"],
            patient=1,
            split=3,
            interval_mm=case["sliceIntervalMm"],
            width=case["width"],
            height=case["height"],
            boxes=[],
            types=[],
        )
        made.append(describe(image, [one["offset"] for one in case["slices"]], model, config))
    return made


if __name__ == "__main__":
    main()
