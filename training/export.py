"""Writes models/NAME/model.onnx and model.json from a checkpoint, and checks the ONNX file against PyTorch on real
slices.

    python export.py runs/single/checkpoint.pt --check FOLDER --card card.json [--version 1.0.0]
"""
from __future__ import annotations

import argparse
import hashlib
import json
import platform
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import Tensor

import lite0
from config import Config
from data import load_input, read_key_slices
from evaluate import MAX_DETECTIONS, NMS_IOU, SCORE_THRESHOLD, open_onnx
from model import Detector
from parent import end_with_parent

OPSET = 17
TRUNKS = {"residual": "residual trunk", "lite0": "EfficientNet-Lite0 trunk"}
MODELS = Path(__file__).resolve().parent.parent / "models"


def load_checkpoint(path: str | Path) -> tuple[Detector, Config, dict[str, object]]:
    """The averaged weights of a checkpoint, in evaluation mode."""
    state = torch.load(path, map_location="cpu", weights_only=False)
    config = Config(**state["config"])
    model = Detector(config)
    model.load_state_dict(state["average"])
    return model.eval(), config, state


def write_onnx(model: Detector, config: Config, path: Path) -> None:
    """A single file of standard operators: images [B,C,H,W] in, boxes [B,N,4] and scores [B,N,K] out. All sizes but the
    batch's are fixed."""
    # Two images: of one, the exporter would take the batch's size for a constant here and there.
    example = torch.zeros(2, len(config.channels), config.size, config.size)
    tensors = ["image", "boxes", "scores"]
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model.eval(),
        (example,),
        str(path),
        input_names=tensors[:1],
        output_names=tensors[1:],
        opset_version=OPSET,
        dynamo=False,
        dynamic_axes={name: {0: "batch"} for name in tensors},
    )
    graph = onnx.load(str(path))
    onnx.checker.check_model(graph, full_check=True)


def compare(
    model: Detector, session: onnxruntime.InferenceSession, inputs: list[Tensor], threshold: float = 0.01
) -> tuple[float, float]:
    """Largest difference of boxes (input pixels) and scores between PyTorch and ONNX, over boxes with a score above the
    threshold.

    Each box is compared with the other runtime's nearest one, in both directions: equal scores may change places.
    """
    worst_box, worst_score = 0.0, 0.0
    for image in inputs:
        with torch.no_grad():
            ours = [value[0].numpy() for value in model.eval()(image[None])]
        theirs = [value[0] for value in session.run(["boxes", "scores"], {"image": image[None].numpy()})]
        for (boxes, scores), (others, other_scores) in ((ours, theirs), (theirs, ours)):
            for box, score in zip(boxes[scores.max(1) > threshold], scores[scores.max(1) > threshold]):
                distance = np.abs(others - box).max(1) + np.abs(other_scores - score).max(1)
                nearest = int(distance.argmin())
                worst_box = max(worst_box, float(np.abs(others[nearest] - box).max()))
                worst_score = max(worst_score, float(np.abs(other_scores[nearest] - score).max()))
    return worst_box, worst_score


def manifest_of(config: Config, version: str, onnx_path: Path, card: dict[str, object]) -> dict[str, object]:
    return {
        "formatVersion": 1,
        "name": config.name,
        "version": version,
        "kind": "detector",
        "architecture": f"Faster R-CNN with a feature pyramid: {TRUNKS[config.trunk]} to stride 32, square anchors of "
        f"{len(config.anchor_sizes)} sizes at stride 8, {config.proposals} proposals by fast NMS, RoIAlign 7x7 at stride 4, "
        "class-agnostic boxes",
        "onnx": {"file": onnx_path.name, "sha256": hashlib.sha256(onnx_path.read_bytes()).hexdigest(), "opset": OPSET},
        "input": {
            "tensor": "image",
            "batch": "ANY",
            "width": config.size,
            "height": config.size,
            "channels": [
                {"offsetMm": offset, "window": {"low": low, "high": high}} for offset, low, high in config.channels
            ],
            "scaledRange": {"low": -1, "high": 1},
            "resampling": "triangle-antialiased",
        },
        "output": {"boxes": "boxes", "scores": "scores", "boxConvention": "xyxy-input-pixels"},
        "classes": config.classes,
        "categorization": config.categorization or None,
        "defaults": {
            "scoreThreshold": SCORE_THRESHOLD,
            "nmsIouThreshold": NMS_IOU,
            "nmsScope": "ALL_CLASSES",
            "maxDetectionsPerImage": MAX_DETECTIONS,
        },
        "card": card,
    }


def main() -> None:
    end_with_parent()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint")
    parser.add_argument(
        "--check", required=True, help="folder in DeepLesion layout whose first slices go through both runtimes"
    )
    parser.add_argument("--slices", type=int, default=20)
    parser.add_argument(
        "--card",
        required=True,
        help="JSON file with the texts of the model card; evaluate.py --into-card adds the figures",
    )
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument("--name", help="name of the model, if not that of its configuration")
    parser.add_argument(
        "--models", type=Path, default=MODELS, help="folder that gets NAME/model.onnx and NAME/model.json"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model, config, state = load_checkpoint(arguments.checkpoint)
    config.name = arguments.name or config.name
    folder = arguments.models / config.name
    write_onnx(model, config, folder / "model.onnx")
    images = [image for image in read_key_slices(arguments.check) if image.path().is_file()][: arguments.slices]
    box, score = compare(model, open_onnx(folder / "model.onnx"), [load_input(image, config) for image in images])
    print(
        f"{len(images)} slices, ONNX against PyTorch: boxes differ by at most {box:.2e} px, scores by at most {score:.2e}"
    )
    if box > 0.1 or score > 1e-4:
        raise SystemExit("the exported model does not agree with PyTorch")
    card = {
        "seed": config.seed,
        "steps": state["step"],
        "trainingImages": state["images"],
        "trainingMinutes": round(float(state["seconds"]) / 60, 1),
        "hardware": f"{state['device']}, {config.threads} thread(s)" if state["device"] == "CPU" else state["device"],
        "codeVersion": state["code"],
        "dataChecksum": state["dataChecksum"],
        "labelsChecksum": state["labelsChecksum"],
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
    credit = {"credit": lite0.CREDIT} if config.trunk == "lite0" else {}
    card = {**card, **credit, **json.loads(Path(arguments.card).read_text()), "accuracy": []}
    manifest = manifest_of(config, arguments.version, folder / "model.onnx", card)
    (folder / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"wrote {folder}: {(folder / 'model.onnx').stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
