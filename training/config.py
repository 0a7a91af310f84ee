"""All settings of a training run in one place. Presets hold only what differs; the command line changes any field by
name."""
from __future__ import annotations

import argparse
import dataclasses
from dataclasses import dataclass, field


@dataclass
class Config:
    # Data
    name: str = "phantom-single"  # folder under models/ that export.py writes
    data: str = ""  # prepared data set (data.py writes it)
    # assignments.csv of a categorization (categorize.py writes it): its clusters are the classes; none: one class
    labels: str = ""
    categorization: str = ""  # its name on the server, which the exported model refers to
    # assignments.csv, as that of `labels`: images of rare clusters are drawn more often, by 1 / √(the cluster's share);
    # none: each image once an epoch. It is no label: a single-class training may be balanced by clusters, too
    balance: str = ""
    start: str = ""  # checkpoint whose weights are the start, but for the layer of the classes; none: random
    holdout: float = 0.08  # share of patients that are only monitored, never trained on
    # Input: each channel is (offset from the key slice in mm, window low in HU, window high in HU)
    channels: list[list[float]] = field(default_factory=lambda: [
        [0, -160, 240], [0, -1350, 150], [0, -500, 1300], [-4, -1024, 300], [4, -1024, 300]])
    size: int = 384  # side of the square input in pixels
    # training crop in pixels; the model is convolutional, so that it may be smaller than the input
    crop_height: int = 256
    crop_width: int = 256
    lesion_share: float = 0.8  # of the crops that are laid around a lesion; the others lie anywhere on the body
    # Network
    # "residual": made for this detector, from random weights; "lite0": EfficientNet-Lite0 from ImageNet (lite0.py), of
    # which `widths` and `blocks` say nothing
    trunk: str = "residual"
    widths: list[int] = field(default_factory=lambda: [24, 32, 64, 128, 160])  # channels at strides 2, 4, 8, 16, 32
    blocks: list[int] = field(default_factory=lambda: [1, 2, 2, 1])  # residual blocks at strides 4, 8, 16, 32
    fpn_width: int = 64  # channels of the feature pyramid
    roi_width: int = 48  # channels of the stride-4 map from which regions are cut
    head_width: int = 256  # hidden units of the region head
    classes: list[str] = field(default_factory=lambda: ["lesion"])  # background comes on top
    anchor_sizes: list[float] = field(default_factory=lambda: [12, 18, 27, 40, 60, 90])  # input pixels, square
    pre_nms: int = 256  # candidates that enter the proposal selection
    proposals: int = 64  # regions that the head judges
    proposal_iou: float = 0.65  # overlap at which the weaker of two candidates is dropped
    # Losses
    rois: int = 36  # regions an image in training
    roi_positive: float = 0.3  # largest share of them that are lesions
    dropout: float = 0.2  # in the region head
    # weight of "which class" relative to "lesion or not"; 1 is plain cross-entropy; one class has no such part
    cluster_weight: float = 1.0
    # "which cluster" is taught to the region head only: its gradient stops at the regions' features, so that the
    # clusters cannot pull the trunk; "lesion or not" and the boxes reach the trunk as ever
    spare_trunk: bool = False
    box_weight: float = 1.0  # weight of both stages' box losses relative to the plain sum
    class_weight: float = 1.0  # weight of the region head's class loss relative to the plain sum
    # Augmentation
    # probability of a left-right mirror: off, since organs and vessels tell lesions from anatomy by their side
    flip: float = 0.0
    scale_low: float = 0.85
    scale_high: float = 1.18
    shift: float = 16  # pixels by which a crop may lie beyond the body
    hu_offset: float = 20  # HU, standard deviation of the shift of all three slices
    hu_gain: float = 0.03  # standard deviation of the gain around 1
    noise: float = 8  # HU, largest standard deviation of added noise
    # Optimisation
    batch: int = 4
    optimizer: str = "adamw"  # or "sgd": momentum 0.9, Nesterov's; its learning rate is another one
    lr: float = 1e-3  # peak of the one-cycle schedule
    # learning rate of the trunk relative to that of the rest; 0 freezes it, normalisation statistics included. Of the
    # trunk lite0 it concerns the part from ImageNet alone
    trunk_rate: float = 1.0
    weight_decay: float = 0.05
    warmup: float = 0.04  # share of the schedule in which the rate rises
    clip: float = 10.0  # norm of the gradient
    ema: float = 0.998  # decay of the averaged weights, which are what is exported
    steps: int = 5000  # schedule's length, if max_minutes does not end it before
    max_minutes: float = 0.0  # 0: none; else the schedule follows the clock as well
    seed: int = 1
    threads: int = 1  # of torch on a CPU
    workers: int = 0  # loader processes (use some beside a GPU)
    amp: bool = True  # bfloat16 convolutions, on a CPU only if it has instructions for them
    log_every: int = 50  # steps
    save_every: int = 500  # steps
    limit: int = 0  # train on the first N images only (0: all)
    out: str = "runs/single"  # checkpoints and log


PRESETS: dict[str, dict[str, object]] = {
    "single": {},
    "tiny": {
        "size": 96,
        "crop_height": 96,
        "crop_width": 96,
        "widths": [8, 12, 16, 24, 24],
        "blocks": [1, 1, 1, 1],
        "fpn_width": 16,
        "roi_width": 16,
        "head_width": 32,
        "anchor_sizes": [12, 24],
        "pre_nms": 48,
        "proposals": 16,
        "rois": 16,
        "batch": 4,
        "steps": 90,
        "amp": False,
        "shift": 4,
        "log_every": 10,
        "save_every": 45,
        "dropout": 0.0,
        "flip": 0.0,
        "holdout": 0.2,
        "out": "runs/tiny",
        "lr": 4e-3,
        "ema": 0.9,
    },
}


def parse_config(argv: list[str] | None = None, description: str = "") -> tuple[Config, argparse.Namespace]:
    """The preset's settings with those of the command line (`--max-minutes 80`); unknown names are refused by
    argparse."""
    parser = argparse.ArgumentParser(description=description, allow_abbrev=False)
    parser.add_argument("--preset", choices=sorted(PRESETS), default="single")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint of --out")
    for entry in dataclasses.fields(Config):
        flag = "--" + entry.name.replace("_", "-")
        if entry.type == "bool":
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=None)
        elif entry.type in ("int", "float", "str"):
            parser.add_argument(flag, type={"int": int, "float": float, "str": str}[str(entry.type)], default=None)
        elif entry.name != "channels":
            parser.add_argument(
                flag,
                nargs="+",
                type={"list[int]": int, "list[float]": float, "list[str]": str}[str(entry.type)],
                default=None,
            )
    arguments = parser.parse_args(argv)
    chosen = {
        key: value for key, value in vars(arguments).items() if key not in ("preset", "resume") and value is not None
    }
    return Config(**{**PRESETS[arguments.preset], **chosen}), arguments  # type: ignore[arg-type]
