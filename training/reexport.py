"""Exports a model again from the weights in its ONNX file, with the graph that export.py writes today: the same answers
from a faster graph.

python reexport.py ../models/NAME --version 2.0.1 [--into FOLDER]  FOLDER gets model.onnx and model.json; default: in
place
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import numpy_helper
from torch import nn

from config import Config
from export import TRUNKS, manifest_of, write_onnx
from model import Detector

CHECKS = 5  # random inputs that both files must answer alike


def detector_of(folder: Path, base: Config = Config()) -> tuple[Detector, Config]:
    """The exported model in PyTorch again. Its convolutions hold their batch normalisation, so that PyTorch has the
    fewer layers to run too."""
    manifest = json.loads((folder / "model.json").read_text())
    channels = [[c["offsetMm"], c["window"]["low"], c["window"]["high"]] for c in manifest["input"]["channels"]]
    trunk = next((name for name, words in TRUNKS.items() if words in manifest["architecture"]), base.trunk)
    size = manifest["input"]["width"]
    config = replace(base, channels=channels, size=size, classes=manifest["classes"], trunk=trunk)
    model = Detector(config).eval()
    graph = onnx.load(folder / manifest["onnx"]["file"]).graph
    values = {value.name: torch.from_numpy(numpy_helper.to_array(value).copy()) for value in graph.initializer}
    layers = [(module_path(node.name), node) for node in graph.node if node.op_type in ("Conv", "Gemm")]
    for path, node in layers:
        layer = model.get_submodule(path)
        weight, bias = (values[name] for name in node.input[1:3])
        if weight.shape != layer.weight.shape:
            raise SystemExit(
                f"{path}: expected weights of shape {tuple(layer.weight.shape)}, the ONNX file has {tuple(weight.shape)}"
            )
        layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
        parent = model.get_submodule(path.rpartition(".")[0])
        if isinstance(parent, nn.Sequential) and len(parent) > 1:
            parent[1] = nn.Identity()
    rest = [name for name, layer in model.named_modules() if isinstance(layer, nn.BatchNorm2d)]
    if rest:
        raise SystemExit(f"the ONNX file has no weights for {', '.join(rest)}")
    return model, config


def module_path(node_name: str) -> str:
    """/trunk/stages.0/down/down.0/Conv → trunk.stages.0.down.0: the exporter names a list's item after its list. Older
    files say /model first."""
    parts: list[str] = []
    for part in node_name.removeprefix("/model").split("/")[1:-1]:
        if parts and part.startswith(parts[-1] + "."):
            parts.pop()
        parts.append(part)
    return ".".join(parts)


def difference(first: bytes, second: bytes, shape: list[int]) -> float:
    """Largest difference of any output over random inputs. An answer without the axis of the batch is one of a batch of
    1."""
    sessions = [onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"]) for data in (first, second)]
    random, worst = np.random.default_rng(0), 0.0
    for _ in range(CHECKS):
        image = random.uniform(-1, 1, [1, *shape]).astype(np.float32)
        ours, theirs = (session.run(["boxes", "scores"], {"image": image}) for session in sessions)
        worst = max(worst, *(float(np.abs(a.reshape(b.shape) - b).max()) for a, b in zip(ours, theirs)))
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="folder with model.onnx and model.json")
    parser.add_argument("--version", required=True, help="of the model exported again: another file is another version")
    parser.add_argument("--into", type=Path)
    arguments = parser.parse_args()
    folder = arguments.into or arguments.model
    manifest = json.loads((arguments.model / "model.json").read_text())
    before = (arguments.model / manifest["onnx"]["file"]).read_bytes()
    model, config = detector_of(arguments.model)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "model.onnx"
    write_onnx(model, config, path)
    worst = difference(before, path.read_bytes(), [len(config.channels), config.size, config.size])
    print(f"{CHECKS} random inputs: the answers differ by at most {worst:.2e}")
    if worst > 1e-3:
        path.write_bytes(before)
        raise SystemExit("the model exported again answers otherwise; its file was not changed")
    again = manifest_of(config, arguments.version, path, {})
    card = {
        **manifest["card"],
        "exportedAgainFrom": {
            "version": manifest["version"],
            "sha256": manifest["onnx"]["sha256"],
            "largestDifference": worst,
        },
    }
    kept = {
        "name": manifest["name"],
        "classes": manifest["classes"],
        "categorization": manifest["categorization"],
        "defaults": manifest["defaults"],
        "card": card,
    }
    (folder / "model.json").write_text(json.dumps({**again, **kept}, indent=2) + "\n")
    print(f"wrote {folder}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
