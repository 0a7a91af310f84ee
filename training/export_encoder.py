"""Writes an encoder as a model folder of the server: model.onnx and model.json, checked against PyTorch."""
from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch

from crops import SCALARS, SCALES, SIDE
from data import HU_HIGH, HU_LOW
from encoder import Encoder
from evaluate import open_onnx

OPSET = 17
TOLERANCE = 0.01  # of features whose deviation is 1: variances of Hounsfield values lose some digits in float32


def export_encoder(
    encoder: Encoder, folder: Path, name: str, version: str, card: dict, crops: torch.Tensor, scalars: torch.Tensor
) -> dict:
    """Exports and compares the features of a few lesions; returns the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "model.onnx"
    torch.onnx.export(
        encoder.eval(),
        (crops, scalars),
        str(path),
        input_names=["crops", "scalars"],
        output_names=["features"],
        opset_version=OPSET,
        dynamic_axes={"crops": {0: "n"}, "scalars": {0: "n"}, "features": {0: "n"}},
        dynamo=False,
    )
    onnx.checker.check_model(onnx.load(str(path)), full_check=True)
    with torch.no_grad():
        expected = encoder(crops, scalars).numpy()
    found = open_onnx(path).run(["features"], {"crops": crops.numpy(), "scalars": scalars.numpy()})[0]
    difference = float(np.abs(found - expected).max())
    if difference > TOLERANCE:
        raise SystemExit(f"the exported encoder differs from PyTorch by {difference}")
    window = {"low": HU_LOW, "high": HU_HIGH}
    planes = [
        {"scale": {"kind": kind, ("side" if kind == "mm" else "factor"): value}, "window": window}
        for kind, value in SCALES
    ]
    manifest = {
        "formatVersion": 1,
        "name": name,
        "version": version,
        "kind": "encoder",
        "architecture": "four strided convolutions over five crops in three windows, beside tissue statistics, size and location; two linear layers",
        "onnx": {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "opset": OPSET},
        "input": {
            "crops": {
                "tensor": "crops",
                "side": SIDE,
                "interpolation": "bilinear",
                "outsideHounsfield": HU_LOW,
                "planes": planes,
            },
            "scalars": {"tensor": "scalars", "values": SCALARS},
        },
        "output": {"features": {"tensor": "features", "dimension": expected.shape[1]}},
        "card": card,
    }
    (folder / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(
        f"exported {folder}: {path.stat().st_size / 1e6:.2f} MB, ONNX differs from PyTorch by at most {difference:.1e}",
        flush=True,
    )
    return manifest
