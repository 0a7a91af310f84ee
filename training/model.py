"""A small two-stage detector (Faster R-CNN with a feature pyramid) whose whole forward pass is a graph of standard
operators.

The graph takes any number of images, and no operator of it leaves a GPU: sizes other than the batch's are constants
(int(...)), the batch's own is never asked for (-1), and no arithmetic is done on whole numbers, which ONNX Runtime's
WebGPU provider hands to the CPU.

Boxes are x1, y1, x2, y2 in continuous input pixels: the top-left corner of the top-left pixel is (0, 0).
"""

from __future__ import annotations

import math

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

import lite0
from config import Config

TRUNKS = ("residual", "lite0")
DELTA_LIMIT = math.log(4.0)  # a box grows or shrinks at most fourfold in one regression
ROI_WEIGHTS = (10.0, 10.0, 5.0, 5.0)  # scale of the second stage's targets, as in Faster R-CNN
ROI_SIDE = 7
ROI_STRIDE = 4
RPN_STRIDE = 8


def conv_bn(inputs: int, outputs: int, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs))


class Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = conv_bn(width, width), conv_bn(width, width)
        nn.init.zeros_(self.second[1].weight)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(F.relu(self.first(x))))


class Stage(nn.Module):
    """Halves the resolution, then refines."""

    def __init__(self, inputs: int, outputs: int, blocks: int) -> None:
        super().__init__()
        self.down = conv_bn(inputs, outputs, stride=2)
        self.blocks = nn.Sequential(*[Residual(outputs) for _ in range(blocks)])

    def forward(self, x: Tensor) -> Tensor:
        return self.blocks(F.relu(self.down(x)))


class Trunk(nn.Module):
    """image [B,C,H,W] → maps at stride 4 (regions are cut from it) and stride 8 (proposals are made on it)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        if config.trunk not in TRUNKS:
            raise SystemExit(f"expected --trunk to be one of {', '.join(TRUNKS)}, got {config.trunk}")
        w, fpn = config.widths, config.fpn_width
        if config.trunk == "lite0":
            self.lite0, w = lite0.Lite0(len(config.channels)), [lite0.STEM, *lite0.WIDTHS]
        else:
            self.stem = conv_bn(len(config.channels), w[0], stride=2)
            self.stages = nn.ModuleList([Stage(w[i], w[i + 1], config.blocks[i]) for i in range(4)])
        self.pretrained = config.trunk == "lite0"
        self.lateral5, self.lateral4, self.lateral3 = (conv_bn(w[i], fpn, kernel=1) for i in (4, 3, 2))
        self.smooth4, self.smooth3 = conv_bn(fpn, fpn), conv_bn(fpn, fpn)
        self.lateral2 = conv_bn(w[1], config.roi_width, kernel=1)
        self.reduce3 = conv_bn(fpn, config.roi_width, kernel=1)
        self.smooth2 = conv_bn(config.roi_width, config.roi_width)

    def trained_before(self) -> nn.Module:
        """What may have a learning rate of its own: that part of the trunk which starts from ImageNet, or all of it."""
        return self.lite0 if self.pretrained else self

    def maps(self, image: Tensor) -> list[Tensor]:
        """The maps at strides 4, 8, 16 and 32 that the pyramid is made of."""
        if self.pretrained:
            return self.lite0(image)
        x, found = F.relu(self.stem(image)), []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        c2, c3, c4, c5 = self.maps(image)
        p5 = self.lateral5(c5)
        p4 = F.relu(self.smooth4(F.relu(self.lateral4(c4) + upsample(p5))))
        p3 = F.relu(self.smooth3(F.relu(self.lateral3(c3) + upsample(p4))))
        p2 = F.relu(self.smooth2(F.relu(self.lateral2(c2) + upsample(self.reduce3(p3)))))
        return p2, p3


def upsample(x: Tensor) -> Tensor:
    return F.interpolate(x, size=(2 * int(x.shape[2]), 2 * int(x.shape[3])), mode="nearest")


class ProposalHead(nn.Module):
    """Stride-8 map → objectness logits [B,A·h·w] and box changes [B,A·h·w,4], anchors ordered row, column, size."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.sizes = len(config.anchor_sizes)
        self.shared = conv_bn(config.fpn_width, config.fpn_width)
        self.out = nn.Conv2d(config.fpn_width, self.sizes * 5, 1)
        nn.init.normal_(self.out.weight, std=0.01)
        nn.init.zeros_(self.out.bias)
        with torch.no_grad():
            self.out.bias[: self.sizes] = -4.6  # about 1 % of anchors are lesions at the start

    def forward(self, p3: Tensor) -> tuple[Tensor, Tensor]:
        out = self.out(F.relu(self.shared(p3))).float()
        height, width = int(out.shape[2]), int(out.shape[3])
        logits = out[:, : self.sizes].permute(0, 2, 3, 1).reshape(-1, height * width * self.sizes)
        deltas = out[:, self.sizes:].reshape(-1, self.sizes, 4, height, width).permute(0, 3, 4, 1, 2)
        return logits, deltas.reshape(-1, height * width * self.sizes, 4)


class RegionHead(nn.Module):
    """Regions' features [R,C,7,7] → class logits [R,K+1] (background first) and class-agnostic box changes [R,4]."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        width = config.head_width
        self.first = nn.Linear(config.roi_width * ROI_SIDE * ROI_SIDE, width)
        self.second = nn.Linear(width, width)
        self.dropout = nn.Dropout(config.dropout)
        self.boxes = nn.Linear(width, 4)
        nn.init.normal_(self.boxes.weight, std=0.001)
        nn.init.zeros_(self.boxes.bias)
        # last, so that detectors of one seed start alike whatever their classes
        self.classes = nn.Linear(width, len(config.classes) + 1)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        x = self.dropout(F.relu(self.first(features.reshape(-1, self.first.in_features))))
        x = self.dropout(F.relu(self.second(x)))
        return self.classes(x).float(), self.boxes(x).float()


def make_anchors(height: int, width: int, sizes: list[float]) -> Tensor:
    """Square anchors [h·w·A,4] of a map of stride 8."""
    y = (torch.arange(height) + 0.5) * RPN_STRIDE
    x = (torch.arange(width) + 0.5) * RPN_STRIDE
    cy, cx, half = torch.meshgrid(y, x, torch.tensor(sizes) / 2, indexing="ij")
    return torch.stack([cx - half, cy - half, cx + half, cy + half], dim=-1).reshape(-1, 4).float()


def decode(reference: Tensor, deltas: Tensor, weights: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)) -> Tensor:
    """Boxes [...,4] that lie `deltas` away from `reference` (centre shift in sizes, logarithm of the growth)."""
    x1, y1, x2, y2 = reference.unbind(-1)
    dx, dy, dw, dh = deltas.unbind(-1)
    width, height = x2 - x1, y2 - y1
    cx = (x1 + x2) * 0.5 + dx / weights[0] * width
    cy = (y1 + y2) * 0.5 + dy / weights[1] * height
    half_w = torch.exp((dw / weights[2]).clamp(-DELTA_LIMIT, DELTA_LIMIT)) * width * 0.5
    half_h = torch.exp((dh / weights[3]).clamp(-DELTA_LIMIT, DELTA_LIMIT)) * height * 0.5
    return torch.stack([cx - half_w, cy - half_h, cx + half_w, cy + half_h], dim=-1)


def encode(reference: Tensor, target: Tensor, weights: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)) -> Tensor:
    """The changes that lead from `reference` to `target`; the inverse of decode."""
    size = (reference[..., 2:] - reference[..., :2]).clamp(min=1e-3)
    wanted = (target[..., 2:] - target[..., :2]).clamp(min=1e-3)
    shift = (target[..., :2] + target[..., 2:] - reference[..., :2] - reference[..., 2:]) * 0.5 / size
    return torch.cat([shift, torch.log(wanted / size)], dim=-1) * reference.new_tensor(weights)


def pairwise_iou(a: Tensor, b: Tensor) -> Tensor:
    """IoU [...,N,M] of boxes [...,N,4] and [...,M,4], continuous coordinates (no +1)."""
    left, top, right, low = (
        (join(a[..., :, None, i], b[..., None, :, i]))
        for i, join in enumerate((torch.maximum, torch.maximum, torch.minimum, torch.minimum))
    )
    inter = (right - left).clamp(min=0) * (low - top).clamp(min=0)
    area_a, area_b = ((c[..., 2] - c[..., 0]) * (c[..., 3] - c[..., 1]) for c in (a, b))
    return inter / (area_a[..., :, None] + area_b[..., None, :] - inter).clamp(min=1e-6)


def clip_boxes(boxes: Tensor, height: int, width: int) -> Tensor:
    x1, y1, x2, y2 = boxes.unbind(-1)
    return torch.stack([x1.clamp(0, width), y1.clamp(0, height), x2.clamp(0, width), y2.clamp(0, height)], dim=-1)


def roi_align(feature: Tensor, boxes: Tensor) -> Tensor:
    """RoIAlign 7×7 with 2×2 samples a bin: feature [B,C,h,w] of stride 4, boxes [B,N,4] → [B·N,C,7,7].

    One GridSample an image samples all its regions; pooling 2×2 then averages each bin. Points beyond the middle of the
    outermost pixels are moved there and those beyond the map read 0, of which there are none: ONNX Runtime samples six
    times as fast as when it has to read the border's pixels for them.
    """
    channels, height, width = (int(size) for size in feature.shape[1:])
    count, samples = int(boxes.shape[1]), 2 * ROI_SIDE
    steps = (torch.arange(samples, device=boxes.device, dtype=boxes.dtype) + 0.5) / samples
    x = boxes[..., 0:1] + (boxes[..., 2:3] - boxes[..., 0:1]) * steps  # [B,N,14]
    y = boxes[..., 1:2] + (boxes[..., 3:4] - boxes[..., 1:2]) * steps
    x, y = (
        (place * (2.0 / (size * ROI_STRIDE)) - 1.0).clamp(-1 + 1 / size, 1 - 1 / size)
        for place, size in ((x, width), (y, height))
    )
    # spreads by being added: to expand, the batch's size is needed
    plane = torch.zeros(samples, samples, device=boxes.device, dtype=boxes.dtype)
    grid = torch.stack([x[:, :, None, :] + plane, y[:, :, :, None] + plane], dim=-1)
    sampled = F.grid_sample(
        feature,
        grid.reshape(-1, count * samples, samples, 2),
        mode="bilinear",
        padding_mode="zeros",
        align_corners=False,
    )
    pooled = F.avg_pool2d(sampled, 2)  # [B,C,N·7,7]
    return (
        pooled.reshape(-1, channels, count, ROI_SIDE, ROI_SIDE)
        .permute(0, 2, 1, 3, 4)
        .reshape(-1, channels, ROI_SIDE, ROI_SIDE)
    )


def one_hot_of_best(shares: Tensor) -> Tensor:
    """1 at the largest of the last axis (the first of equals), 0 elsewhere."""
    count = int(shares.shape[-1])
    largest = (shares >= shares.amax(-1, keepdim=True)).to(shares.dtype)
    earlier = torch.ones(count, count, device=shares.device, dtype=shares.dtype).triu(1)
    return largest * (largest @ earlier < 0.5).to(shares.dtype)


def pick(boxes: Tensor, index: Tensor) -> Tensor:
    """Those of the boxes [B,N,4] that the index [B,M] names: [B,M,4]."""
    return torch.stack([edge.gather(1, index) for edge in boxes.unbind(-1)], dim=-1)


def vote(boxes: Tensor, score: Tensor, floor: float) -> Tensor:
    """Each box [B,N,4] becomes the mean of those that overlap it at IoU > floor, itself among them, with the weights
    score [B,N] · (IoU − floor) / (1 − floor). The weight begins at zero, so that no box jumps when an overlap passes
    the floor."""
    itself = torch.eye(int(boxes.shape[1]), device=boxes.device, dtype=boxes.dtype)
    overlap = torch.maximum(((pairwise_iou(boxes, boxes) - floor) / (1 - floor)).clamp(min=0), itself)
    weight = overlap * score.clamp(min=1e-6)[:, None, :]
    return (weight @ boxes) / weight.sum(-1, keepdim=True)


class Detector(nn.Module):
    """forward: image [B,C,H,W] in [-1,1] → boxes [B,N,4] clipped to the input, scores [B,N,K]. Thresholds and final NMS
    come after.

    A box's score is the probability that it is a lesion of any class, given to its most probable class and 0 for the
    others: a lesion on the border of two classes ranks like any other, and detectors of one class and of several rank
    by the same rule.
    """

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.trunk, self.rpn, self.head = Trunk(config), ProposalHead(config), RegionHead(config)
        self._anchors: dict[tuple[int, int], Tensor] = {}

    def anchors(self, p3: Tensor) -> Tensor:
        key = (int(p3.shape[2]), int(p3.shape[3]))
        if key not in self._anchors or self._anchors[key].device != p3.device:
            self._anchors[key] = make_anchors(*key, self.config.anchor_sizes).to(p3.device)
        return self._anchors[key]

    def propose(
        self, logits: Tensor, deltas: Tensor, anchors: Tensor, height: int, width: int
    ) -> tuple[Tensor, Tensor]:
        """The best candidates [B,N,4] after "fast NMS" (a candidate falls to any better one it overlaps), and their
        logits [B,N]."""
        candidates = min(self.config.pre_nms, int(logits.shape[1]))
        best, index = logits.topk(candidates, dim=1)
        boxes = clip_boxes(decode(F.embedding(index, anchors), pick(deltas, index)), height, width)
        upper = torch.ones(candidates, candidates, device=boxes.device).triu(1)
        overlap = (pairwise_iou(boxes, boxes) * upper).amax(1)
        ranked = torch.where(overlap > self.config.proposal_iou, best - 100.0, best)
        kept, order = ranked.topk(min(self.config.proposals, candidates), dim=1)
        return pick(boxes, order), kept

    def refine(self, p2: Tensor, regions: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
        """The second stage on regions [B,N,4]: their boxes [B,N,4], clipped, and the probabilities of the classes
        [B,N,K]."""
        classes, changes = self.head(roi_align(p2.float(), regions))
        count = int(regions.shape[1])
        boxes = clip_boxes(decode(regions, changes.reshape(-1, count, 4), ROI_WEIGHTS), height, width)
        return boxes, classes.softmax(-1)[:, 1:].reshape(-1, count, len(self.config.classes))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        height, width = int(image.shape[2]), int(image.shape[3])
        p2, p3 = self.trunk(image)
        logits, deltas = self.rpn(p3)
        proposals, objectness = self.propose(logits, deltas, self.anchors(p3), height, width)
        boxes, shares = self.refine(p2, proposals, height, width)
        # The geometric mean of both stages' probabilities ranks better than the second stage alone, which never sees
        # easy background
        score = (shares.sum(-1) * torch.sigmoid(objectness)).sqrt()[..., None]
        return boxes, score if len(self.config.classes) == 1 else score * one_hot_of_best(shares)
