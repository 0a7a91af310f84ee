"""Makes a checkpoint to start from (`train.py --start`) out of an exported model, whose convolutions hold their batch
normalisation.

python unfold.py ../models/phantom-single --data prepared/train --out runs/start.pt

Each normalisation gets the statistics that its convolution's output has on training images, and the scale and shift
that undo them: with the running statistics the network computes what the exported one does, and with those of a batch
nearly so.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from config import Config
from data import PreparedData
from model import Detector
from reexport import detector_of
from train import save

BATCHES = 16  # training batches on which the statistics are taken


@torch.no_grad()
def statistics_of(folded: Detector, batches: list[Tensor]) -> dict[str, tuple[Tensor, Tensor]]:
    """Mean and variance [C] of what each convolution of the trunk and the proposal head computes, without its bias."""
    sums: dict[str, list[Tensor]] = {}

    def watch(name: str):
        def hook(layer: nn.Module, _: object, output: Tensor) -> None:
            bare = output - layer.bias[None, :, None, None]
            sums.setdefault(name, []).append(torch.stack([bare.mean((0, 2, 3)), bare.square().mean((0, 2, 3))]))

        return hook

    hooks = [
        layer.register_forward_hook(watch(name))
        for name, layer in folded.named_modules()
        if isinstance(layer, nn.Conv2d) and layer.bias is not None
    ]
    for image in batches:
        folded.rpn(folded.trunk(image)[1])
    for hook in hooks:
        hook.remove()
    means = {name: torch.stack(parts).mean(0) for name, parts in sums.items()}
    return {name: (mean, (square - mean.square()).clamp(min=1e-8)) for name, (mean, square) in means.items()}


@torch.no_grad()
def unfold(folded: Detector, config: Config, batches: list[Tensor]) -> Detector:
    """The same detector with batch normalisation again."""
    model, found = Detector(config).eval(), statistics_of(folded, batches)
    for name, layer in model.named_modules():
        if not isinstance(layer, (nn.Conv2d, nn.Linear)):
            continue
        source = folded.get_submodule(name)
        layer.weight.copy_(source.weight)
        if layer.bias is not None:
            layer.bias.copy_(source.bias)
            continue
        parent, _, place = name.rpartition(".")
        norm = model.get_submodule(f"{parent}.{int(place) + 1}")
        mean, variance = found[name]
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt())
        norm.bias.copy_(source.bias + mean)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    folded, config = detector_of(arguments.model)
    config = replace(config, data=arguments.data)
    data = PreparedData(config)
    model = unfold(folded, config, [data.batch(step)[0] for step in range(BATCHES)])
    image = data.full(data.trained[:1])
    with torch.no_grad():
        difference = max(float((a - b).abs().max()) for a, b in zip(folded(image), model(image)))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    save(arguments.out, {"average": model.state_dict(), "config": asdict(config)})
    print(f"wrote {arguments.out}; it differs from the exported model by at most {difference:.1e} (pixels, scores)")


if __name__ == "__main__":
    main()
