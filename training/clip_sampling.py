"""Makes a model's ONNX file faster on a CPU, with the same answers: ONNX Runtime samples the regions (GridSample) six times as fast when
points beyond the border read 0 as when they read the border's pixel, and where no point lies beyond the border both are the same.

    python clip_sampling.py ../models/NAME --version 2.0.1 [--into FOLDER]      FOLDER gets model.onnx and model.json; default: in place
"""
from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

CHECKS = 5  # random inputs that both files must answer alike


def clip_samples(model: onnx.ModelProto) -> int:
    """Moves points beyond the border onto it, in the graph, and lets GridSample read 0 there. Returns how many it changed."""
    graph = model.graph
    shapes = {value.name: [size.dim_value for size in value.type.tensor_type.shape.dim]
              for value in onnx.shape_inference.infer_shapes(model).graph.value_info}
    changed = 0
    for node in [node for node in graph.node if node.op_type == "GridSample"]:
        padding = next((a for a in node.attribute if a.name == "padding_mode"), None)
        aligned = next((a.i for a in node.attribute if a.name == "align_corners"), 0)
        height, width = shapes[node.input[0]][2:]
        if padding is None or padding.s != b"border" or aligned or height != width or not height:
            continue
        edge, name = np.float32(1 - 1 / height), f"{node.name}/clipped"  # the middle of the last pixel
        graph.initializer.extend([numpy_helper.from_array(np.array(-edge), f"{name}/low"), numpy_helper.from_array(np.array(edge), f"{name}/high")])
        clip = helper.make_node("Clip", [node.input[1], f"{name}/low", f"{name}/high"], [name], name=name)
        graph.node.insert(list(graph.node).index(node), clip)
        node.input[1], padding.s = name, b"zeros"
        changed += 1
    onnx.checker.check_model(model, full_check=True)
    return changed


def difference(first: bytes, second: bytes, shape: list[int]) -> float:
    """Largest difference of any output over random inputs."""
    sessions = [onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"]) for data in (first, second)]
    random, worst = np.random.default_rng(0), 0.0
    for _ in range(CHECKS):
        image = random.uniform(-1, 1, shape).astype(np.float32)
        ours, theirs = (session.run(None, {session.get_inputs()[0].name: image}) for session in sessions)
        worst = max(worst, *(float(np.abs(a - b).max()) for a, b in zip(ours, theirs)))
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="folder with model.onnx and model.json")
    parser.add_argument("--version", required=True, help="of the changed model: another file is another version")
    parser.add_argument("--into", type=Path)
    arguments = parser.parse_args()
    manifest = json.loads((arguments.model / "model.json").read_text())
    before = (arguments.model / manifest["onnx"]["file"]).read_bytes()
    model = onnx.load_from_string(before)
    if clip_samples(model) == 0:
        raise SystemExit("the graph has no GridSample that reads the border's pixel beyond the border")
    after = model.SerializeToString()
    given = manifest["input"]
    worst = difference(before, after, [1, len(given["channels"]), given["height"], given["width"]])
    print(f"{CHECKS} random inputs: the answers differ by at most {worst:.2e}")
    if worst > 1e-3:
        raise SystemExit("the changed model answers otherwise")
    folder = arguments.into or arguments.model
    folder.mkdir(parents=True, exist_ok=True)
    manifest["version"], manifest["onnx"]["sha256"] = arguments.version, hashlib.sha256(after).hexdigest()
    (folder / manifest["onnx"]["file"]).write_bytes(after)
    (folder / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"wrote {folder}")


if __name__ == "__main__":
    main()
