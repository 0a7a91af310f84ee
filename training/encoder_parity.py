"""Writes the fixture in which PyTorch's encoder and the server's meet: key slices and lesions in, crops and features
out.

python encoder_parity.py clusters/NAME FOLDER  FOLDER is a phantom set; the fixture goes to
test/fixtures/encoder-parity/
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

from crops import SCALARS, Lesion, crops_of, read_lesions, scaled
from data import STORED_ZERO
from encoder import Encoder
from export import MODELS
from parity import GRAIN

FIXTURE = Path(__file__).resolve().parent.parent / "test" / "fixtures" / "encoder-parity"
SAMPLES = 40  # of a crop


def copy_slice(lesion: Lesion) -> Lesion:
    """Copies the lesion's slice into the fixture, coarser in Hounsfield units, and lets the lesion point there."""
    folder, number = lesion.file_name.rsplit("_", 1)
    path = FIXTURE / "Images_png" / folder / number
    path.parent.mkdir(parents=True, exist_ok=True)
    hounsfield = np.asarray(Image.open(lesion.path)).astype(np.int32) - STORED_ZERO
    rounded = np.round(hounsfield / GRAIN).astype(np.int32) * GRAIN + STORED_ZERO
    Image.fromarray(rounded.astype(np.uint16)).save(path, optimize=True)
    return replace(lesion, path=str(path))


def describe(lesion: Lesion, encoder: Encoder) -> dict[str, object]:
    crops = crops_of(lesion)
    with torch.no_grad():
        features = encoder(scaled(crops[None]), torch.tensor([lesion.scalars], dtype=torch.float32))[0]
    flat = crops.reshape(len(crops), -1)
    places = np.sort(np.random.default_rng(lesion.row).choice(flat.shape[1], SAMPLES, replace=False))
    return {
        "fileName": lesion.file_name,
        "box": lesion.box,
        "pixelSpacingMm": lesion.spacing_mm,
        "scalars": dict(zip(SCALARS, lesion.scalars)),
        "planes": [
            {
                "mean": float(plane.mean()),
                "samples": [{"index": int(place), "hounsfield": int(plane[place])} for place in places],
            }
            for plane in flat
        ],
        "features": [float(value) for value in features],
    }


def chosen(lesions: list[Lesion]) -> list[Lesion]:
    """The smallest lesion, the largest, and the one whose surroundings reach furthest beyond its slice: the corners of
    what a crop can be."""
    beyond = [
        max(80 / lesion.spacing_mm - min(lesion.box[:2]), 80 / lesion.spacing_mm + max(lesion.box[2:]) - 512)
        for lesion in lesions
    ]
    sizes = [lesion.scalars[0] for lesion in lesions]
    return [lesions[i] for i in dict.fromkeys([int(np.argmin(sizes)), int(np.argmax(sizes)), int(np.argmax(beyond))])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clusters", type=Path)
    parser.add_argument("folder")
    parser.add_argument("--name", default="phantom-encoder", help="the exported model")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    encoder = Encoder(json.loads((arguments.clusters / "categorization.json").read_text())["featureDimension"])
    encoder.load_state_dict(torch.load(arguments.clusters / "encoder.pt"))
    shutil.rmtree(FIXTURE, ignore_errors=True)
    cases = [describe(copy_slice(lesion), encoder.eval()) for lesion in chosen(read_lesions(arguments.folder))]
    onnx_file = MODELS / arguments.name / "model.onnx"
    (FIXTURE / "parity.json").write_text(json.dumps({
        "model": {"name": arguments.name, "sha256": hashlib.sha256(onnx_file.read_bytes()).hexdigest()},
        "madeWith": f"torch {torch.__version__}", "cases": cases}, indent=1) + "\n")
    print(
        f"{len(cases)} lesions, {sum(path.stat().st_size for path in FIXTURE.rglob('*') if path.is_file()) / 1e6:.2f} MB"
    )


if __name__ == "__main__":
    main()
