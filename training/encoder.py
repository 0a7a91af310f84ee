"""The lesion encoder: crops and scalars in, a feature vector out, in which Euclidean distance means likeness."""
from __future__ import annotations

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor

from crops import SCALARS, SCALES, SIDE
from data import HU_HIGH, HU_LOW

# Ramps in HU (low, width): each tells tissues apart that one linear window would not (air and lung, lung and fat, fat
# and water, soft tissue, bone)
RAMPS = [(-1000.0, 600.0), (-400.0, 400.0), (-20.0, 60.0), (40.0, 60.0), (100.0, 300.0)]
RINGS = [(0.0, 0.35), (0.35, 0.7), (0.7, 2.0)]  # in half sides
WINDOWS = [(-1350.0, 150.0), (-160.0, 240.0), (-500.0, 1300.0)]  # lung, soft tissue, bone
STATISTICS = len(SCALES) * len(RINGS) * len(RAMPS) * 2


def hounsfield_of(crops: Tensor) -> Tensor:
    return (crops + 1) * ((HU_HIGH - HU_LOW) / 2) + HU_LOW


class Statistics(nn.Module):
    """Crops [N,P,64,64] → mean and deviation [N,150] of five tissue ramps in the centre, a ring and the surroundings of
    every plane."""

    def __init__(self) -> None:
        super().__init__()
        places = (torch.arange(SIDE) + 0.5) / SIDE * 2 - 1
        radius = torch.hypot(places[:, None], places[None, :])
        masks = torch.stack([((radius >= low) & (radius < high)).float() for low, high in RINGS]).flatten(1)
        self.register_buffer("weights", (masks / masks.sum(1, keepdim=True)).t().contiguous())  # [pixels, rings]
        self.register_buffer("low", torch.tensor([low for low, _ in RAMPS]).view(1, -1, 1, 1))
        self.register_buffer("width", torch.tensor([width for _, width in RAMPS]).view(1, -1, 1, 1))

    def forward(self, crops: Tensor) -> Tensor:
        hounsfield = hounsfield_of(crops).flatten(2)[:, None]  # [N,1,P,pixels]
        shares = ((hounsfield - self.low) / self.width).clamp(0, 1)  # [N,ramps,P,pixels]
        mean = shares @ self.weights
        deviation = ((shares * shares) @ self.weights - mean * mean).clamp(min=0).add(1e-6).sqrt()
        return torch.cat([mean, deviation], dim=1).reshape(-1, STATISTICS)


def block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())


class Encoder(nn.Module):
    """crops [N,5,64,64] in -1…1 over -1024…3071 HU and scalars [N,5] → features [N,D]."""

    def __init__(self, dimension: int = 32, dropout: float = 0.3) -> None:
        super().__init__()
        self.statistics = Statistics()
        self.convolutions = nn.Sequential(
            block(len(SCALES) * len(WINDOWS), 32), block(32, 48), block(48, 64), block(64, 96)
        )
        inputs = 2 * 96 + STATISTICS + len(SCALARS)
        # of the statistics and scalars of the lesions it was fitted to
        self.register_buffer("mean", torch.zeros(STATISTICS + len(SCALARS)))
        self.register_buffer("deviation", torch.ones(STATISTICS + len(SCALARS)))
        self.project = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(inputs, 128),
            nn.BatchNorm1d(128),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(128, dimension),
            nn.BatchNorm1d(dimension, affine=False),
        )

    def fit(self, known: Tensor) -> None:
        """Standardises statistics and scalars [lesions,155] from here on by those of these lesions."""
        self.mean.copy_(known.mean(0))
        self.deviation.copy_(known.std(0).clamp(min=1e-3))

    def known(self, crops: Tensor, scalars: Tensor) -> Tensor:
        """What needs no training: tissue statistics and scalars [N,155]."""
        return torch.cat([self.statistics(crops), scalars], dim=1)

    def forward(self, crops: Tensor, scalars: Tensor) -> Tensor:
        hounsfield = hounsfield_of(crops)
        planes = [((hounsfield - low) * (2 / (high - low)) - 1).clamp(-1, 1) for low, high in WINDOWS]
        maps = self.convolutions(torch.cat(planes, dim=1)).flatten(2)
        mean = maps.mean(2)
        deviation = (maps - mean[..., None]).square().mean(2).add(1e-6).sqrt()
        known = ((self.known(crops, scalars) - self.mean) / self.deviation).clamp(-5, 5)
        return self.project(torch.cat([mean, deviation, known], dim=1))


class Classifier(nn.Module):
    """The encoder with one output a cluster, for fine-tuning; the encoder is what stays."""

    def __init__(self, encoder: Encoder, dimension: int, clusters: int) -> None:
        super().__init__()
        self.encoder, self.out = encoder, nn.Linear(dimension, clusters)

    def forward(self, crops: Tensor, scalars: Tensor) -> Tensor:
        return self.out(F.relu(self.encoder(crops, scalars)))
