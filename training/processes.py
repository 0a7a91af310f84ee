"""One training over several GPUs, or processes of one machine: PyTorch's own distribution, started by its launcher.

    torchrun --nproc_per_node=2 train.py …

Every process takes its share of each step's images; gradients are averaged, so that the weights stay equal everywhere.
"""
from __future__ import annotations

import os

import torch
import torch.distributed as dist
import torch.nn as nn
from torch import Tensor

from losses import detector_losses
from model import Detector


class Losses(nn.Module):
    """The parts of the loss as one module's forward pass, which is what DistributedDataParallel hooks into."""

    def __init__(self, model: Detector) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, image: Tensor, truths: list[Tensor], classes: list[Tensor], generator: torch.Generator
    ) -> dict[str, Tensor]:
        return detector_losses(self.model, image, truths, classes, generator)


class Processes:
    """This process among those that torchrun started; alone without torchrun."""

    def __init__(self) -> None:
        self.count, self.rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
        cuda = torch.cuda.is_available()
        self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if cuda else torch.device("cpu")
        if cuda:
            torch.cuda.set_device(self.device)
        if self.count > 1:
            dist.init_process_group("nccl" if cuda else "gloo")

    @property
    def first(self) -> bool:
        """The process that speaks, monitors and saves."""
        return self.rank == 0

    def wrap(self, model: Detector) -> nn.Module:
        losses = Losses(model)
        if self.count == 1:
            return losses
        return nn.parallel.DistributedDataParallel(
            losses, device_ids=[self.device.index] if self.device.type == "cuda" else None
        )

    def close(self) -> None:
        if self.count > 1:
            dist.barrier()
            dist.destroy_process_group()
