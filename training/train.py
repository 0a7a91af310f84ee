"""Trains the detector.

python train.py --data prepared/train --out runs/single  (--resume continues from its last checkpoint)
python train.py --data prepared/train --labels clusters/assignments.csv --out runs/multi
torchrun --nproc_per_node=4 train.py …  on four GPUs; steps then take four times the images
"""

from __future__ import annotations

import copy
import json
import math
import subprocess
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import lite0
from config import Config, parse_config
from data import PreparedData
from evaluate import found, select
from model import Detector
from parent import end_with_parent
from processes import Processes

SGD_MOMENTUM = 0.9


def progress_of(step: int, seconds: float, config: Config) -> float:
    """How much of the schedule is done, 0…1: by steps, and by the clock where max_minutes is set."""
    by_clock = seconds / (config.max_minutes * 60) if config.max_minutes else 0.0
    return max(step / config.steps, by_clock)


def rate_at(progress: float, config: Config) -> float:
    """Learning rate of a one-cycle schedule: a linear rise, then half a cosine down to zero."""
    if progress < config.warmup:
        return config.lr * (0.05 + 0.95 * progress / config.warmup)
    return config.lr * 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - config.warmup) / (1 - config.warmup))))


def code_version() -> str:
    answer = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent
    )
    return answer.stdout.strip() or "unknown"


def parameter_groups(model: Detector, config: Config) -> list[dict[str, object]]:
    """Weight decay for matrices and kernels only, not for biases and normalisation; the trunk apart where it has a rate
    of its own. `rate` is a group's learning rate relative to the schedule's."""
    trunk = set() if config.trunk_rate == 1 else set(model.trunk.trained_before().parameters())
    groups = [
        {
            "params": [p for p in model.parameters() if (p.ndim > 1) == matrix and (p in trunk) == of_trunk],
            "weight_decay": config.weight_decay if matrix else 0.0,
            "rate": config.trunk_rate if of_trunk else 1.0,
        }
        for of_trunk in (False, True)
        for matrix in (True, False)
    ]
    return [group for group in groups if group["params"] and group["rate"]]


def optimizer_of(model: Detector, config: Config) -> torch.optim.Optimizer:
    groups = parameter_groups(model, config)
    if config.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=config.lr)
    if config.optimizer == "sgd":
        return torch.optim.SGD(groups, lr=config.lr, momentum=SGD_MOMENTUM, nesterov=True)
    raise SystemExit(f"expected --optimizer to be adamw or sgd, got {config.optimizer}")


def set_training(model: Detector, config: Config) -> None:
    """Puts the model into training; a frozen trunk learns nothing and keeps the statistics of its normalisation. Those
    of ImageNet stay in any case: a batch of four is too small for others."""
    model.train()
    if config.trunk == "lite0":
        model.trunk.lite0.eval()
    if config.trunk_rate == 0:
        model.trunk.trained_before().requires_grad_(False).eval()


def in_bfloat16(config: Config, device: torch.device) -> bool:
    """Whether convolutions are computed in bfloat16. A CPU without AVX-512 would imitate them, which takes six times as
    long as float32 (measured: 4.3 s against 0.65 s a step)."""
    return config.amp and (device.type != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported())


@torch.no_grad()
def follow(average: Detector, model: Detector, step: int, decay: float) -> None:
    """Moves the averaged weights towards the model's; the first steps count more, so that the start is forgotten."""
    keep = min(decay, (1 + step) / (10 + step))
    for mean, value in zip(average.state_dict().values(), model.state_dict().values()):
        if mean.dtype.is_floating_point:
            mean.lerp_(value, 1 - keep)
        else:
            mean.copy_(value)


@torch.no_grad()
def monitor(model: Detector, data: PreparedData, device: torch.device) -> dict[str, float]:
    """Top-1 accuracy and the share of lesions that any box found, at IoU > 0.5, on the patients kept out of
    training."""
    model.eval()
    first, anywhere, total = 0, 0, 0
    for start in range(0, len(data.monitored), 4):
        indices = data.monitored[start:start + 4]
        boxes, scores = model(data.full(indices).to(device))
        for place, index in enumerate(indices):
            truth = data.truth(index).numpy()
            detections = select(boxes[place].float().cpu().numpy(), scores[place].float().cpu().numpy(), threshold=0.01)
            first += int(found(detections, truth, 0.5, 1).sum())
            anywhere += int(found(detections, truth, 0.5, 50).sum())
            total += len(truth)
    return {"top1": first / max(1, total), "found": anywhere / max(1, total), "lesions": total}


def save(path: Path, state: dict[str, object]) -> None:
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    temporary.replace(path)


def name_classes(config: Config, data: PreparedData) -> None:
    """One class a cluster, unless they were named."""
    if data.labels is None:
        return
    count = max(max(labels) for labels in data.labels)
    if config.classes == ["lesion"]:
        config.classes = [f"cluster {k}" for k in range(1, count + 1)]
    if len(config.classes) != count:
        raise SystemExit(f"{config.labels} has {count} clusters, --classes names {len(config.classes)}")


def start_from(path: str, model: Detector) -> None:
    """Takes another training's averaged weights, all but those of the classes, whose number may differ."""
    weights = torch.load(path, map_location="cpu", weights_only=False)["average"]
    kept = {name: value for name, value in weights.items() if not name.startswith("head.classes.")}
    missing, unexpected = model.load_state_dict(kept, strict=False)
    if unexpected or any(not name.startswith("head.classes.") for name in missing):
        raise SystemExit(f"the weights of {path} are those of another architecture")


def train(config: Config, resume: bool = False, stop_at: int | None = None) -> dict[str, object]:
    """Runs the schedule to its end, or to the step `stop_at`, and returns the last monitored figures."""
    processes = Processes()
    device = processes.device
    if config.max_minutes and processes.count > 1:
        raise SystemExit("--max-minutes follows one process's clock; give --steps to several")
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    out = Path(config.out)
    out.mkdir(parents=True, exist_ok=True)
    data = PreparedData(config)
    name_classes(config, data)
    model = Detector(config).to(device, memory_format=torch.channels_last)
    if config.start:
        start_from(config.start, model)
    elif config.trunk == "lite0" and not resume:
        lite0.load_pretrained(model.trunk.lite0, lite0.pretrained_file())
    # again: detectors of one seed drop the same units, whatever the number of their classes
    torch.manual_seed(config.seed)
    average = copy.deepcopy(model).requires_grad_(False)
    losses_of = processes.wrap(model)
    optimizer = optimizer_of(model, config)
    step, spent, losses = 0, 0.0, []
    if resume:
        state = torch.load(out / "checkpoint.pt", map_location=device, weights_only=False)
        if (state["dataChecksum"], state["labelsChecksum"]) != (data.checksum, data.labels_checksum):
            raise SystemExit("the prepared data is not what the checkpoint was trained on")
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["rng"].cpu())
        step, spent, losses = state["step"], state["seconds"], state["losses"]
    version, bfloat16 = code_version(), in_bfloat16(config, device)
    parameters = sum(p.numel() for p in model.parameters())
    say = print if processes.first else lambda *_, **__: None
    say(
        f"{len(data.trained)} images to train on, {len(data.monitored)} monitored, {parameters / 1e6:.2f} M parameters, "
        f"{processes.count} process(es) on {device.type} in {'bfloat16' if bfloat16 else 'float32'}, from step {step}",
        flush=True,
    )

    def checkpoint() -> None:
        if not processes.first:
            return
        save(
            out / "checkpoint.pt",
            {
                "model": model.state_dict(),
                "average": average.state_dict(),
                "optimizer": optimizer.state_dict(),
                "rng": torch.get_rng_state(),
                "step": step,
                "seconds": spent + time.monotonic() - started,
                "losses": losses,
                "figures": figures,
                "config": asdict(config),
                "dataChecksum": data.checksum,
                "labelsChecksum": data.labels_checksum,
                "images": len(data.trained),
                "code": version,
                "processes": processes.count,
                "bfloat16": bfloat16,
                "device": torch.cuda.get_device_name() if device.type == "cuda" else "CPU",
            },
        )

    started, figures, recent = time.monotonic(), {}, []
    next_monitor = (
        0.1 if progress_of(step, spent, config) < 0.1 else math.ceil(progress_of(step, spent, config) * 5 + 1e-9) / 5
    )
    batches = data.batches(
        range(step * processes.count + processes.rank, config.steps * processes.count, processes.count)
    )
    set_training(model, config)
    while (progress := progress_of(step, spent + time.monotonic() - started, config)) < 1.0 and step != stop_at:
        image, truths, classes = next(batches)
        image = image.to(device, memory_format=torch.channels_last)
        truths, classes = [t.to(device) for t in truths], [c.to(device) for c in classes]
        for group in optimizer.param_groups:
            group["lr"] = rate_at(progress, config) * group["rate"]
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + step * processes.count + processes.rank)
        with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
            parts = losses_of(image, truths, classes, generator)
        loss: Tensor = sum(parts.values())  # type: ignore[assignment]
        if not torch.isfinite(loss):
            raise SystemExit(
                f"step {step}: the loss is not finite: "
                + ", ".join(f"{name} {float(part)}" for name, part in parts.items())
            )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), config.clip)
        optimizer.step()
        follow(average, model, step, config.ema)
        recent.append([float(part.detach()) for part in parts.values()])
        losses.append(float(loss.detach()))
        step += 1
        if step % config.log_every == 0:
            seconds = spent + time.monotonic() - started
            values = ", ".join(f"{name} {mean:.3f}" for name, mean in zip(parts, np.mean(recent, axis=0)))
            say(f"step {step} ({progress:.1%}, {seconds / 60:.1f} min, "
                f"{step * config.batch * processes.count / len(data.trained):.2f} epochs): {values}", flush=True)
            recent = []
        if progress >= next_monitor and processes.first:
            figures = {"step": step, **monitor(average, data, device)}
            next_monitor = math.floor(next_monitor * 5 + 1 + 1e-9) / 5
            print("monitored: " + json.dumps(figures), flush=True)
        if step % config.save_every == 0:
            checkpoint()
    if processes.first:
        figures = {"step": step, **monitor(average, data, device)}
        say("at the end: " + json.dumps(figures), flush=True)
        checkpoint()
    processes.close()
    return figures


if __name__ == "__main__":
    end_with_parent()
    settings, arguments = parse_config(description=__doc__)
    train(settings, arguments.resume)
