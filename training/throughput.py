"""The peer of `npm run bench -- detection`: the weights of an exported detector in PyTorch, from a slice's files to its
boxes.

    python throughput.py < request.json > answer.json

request: {"model": folder, "checkpoint": path or null, "threads": n, "ahead": bool, "repeats": n, "slices": [{"root",
"fileName", "intervalMm", "width", "height"}]} answer: {"boxes": per slice [[x1, y1, x2, y2, score]], "stages": {name:
[ms]}, "imagesPerSecond", "cpuMs": processor time a slice, "torch"} With `ahead`, slices are read and prepared in a
second thread while the network is at another one.
"""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from config import Config
from data import KeySlice, apply_windows, offsets_of, slice_at, to_file_pixels
from evaluate import select
from export import load_checkpoint
from model import Detector
from reexport import detector_of

PREPARED_AHEAD = 2  # as many as the server's


def prepare(image: KeySlice, config: Config) -> tuple[Tensor, float, float]:
    """Input [1,C,size,size], and the ms of reading (decoding, interpolating between slices) and of resizing and
    windows."""
    started = time.perf_counter()
    cache: dict[int, np.ndarray] = {}
    stack = torch.from_numpy(np.stack([slice_at(image, offset, cache) for offset in offsets_of(config)]))
    read = time.perf_counter()
    slices = F.interpolate(
        stack[None].float(), size=(config.size, config.size), mode="bilinear", antialias=True, align_corners=False
    )
    tensor = apply_windows(slices, config)
    return tensor, (read - started) * 1e3, (time.perf_counter() - read) * 1e3


def prepared(
    images: list[KeySlice], config: Config, ahead: bool
) -> Iterator[tuple[KeySlice, tuple[Tensor, float, float]]]:
    if not ahead:
        yield from ((image, prepare(image, config)) for image in images)
        return
    with ThreadPoolExecutor(1) as pool:
        waiting: deque[tuple[KeySlice, Future]] = deque()
        for image in images:
            waiting.append((image, pool.submit(prepare, image, config)))
            if len(waiting) > PREPARED_AHEAD:
                first, future = waiting.popleft()
                yield first, future.result()
        yield from ((image, future.result()) for image, future in waiting)


def detect_all(
    images: list[KeySlice], model: Detector, config: Config, ahead: bool
) -> tuple[list, dict[str, list[float]], float]:
    stages: dict[str, list[float]] = {"decode": [], "prepare": [], "network": [], "postprocess": []}
    answers = []
    begun = time.perf_counter()
    for image, (tensor, read_ms, prepare_ms) in prepared(images, config, ahead):
        started = time.perf_counter()
        boxes, scores = (value[0].numpy() for value in model(tensor))
        answered = time.perf_counter()
        chosen = select(to_file_pixels(boxes, image.width, image.height, config.size), scores)
        for name, ms in zip(
            stages, (read_ms, prepare_ms, (answered - started) * 1e3, (time.perf_counter() - answered) * 1e3)
        ):
            stages[name].append(ms)
        answers.append([[*detection.box, detection.score] for detection in chosen])
    return answers, stages, time.perf_counter() - begun


def main() -> None:
    request = json.load(sys.stdin)
    torch.set_num_threads(request["threads"])
    load: Callable[[], tuple] = (
        (lambda: load_checkpoint(request["checkpoint"])[:2])
        if request["checkpoint"]
        else (lambda: detector_of(Path(request["model"])))
    )
    model, config = load()
    images = [
        KeySlice(
            root=s["root"],
            file_name=s["fileName"],
            patient=1,
            split=3,
            interval_mm=s["intervalMm"],
            width=s["width"],
            height=s["height"],
            boxes=[],
            types=[],
        )
        for s in request["slices"]
    ]
    with torch.inference_mode():
        answers, _, _ = detect_all(images, model, config, request["ahead"])  # warm-up
        begun = time.process_time()
        _, stages, seconds = detect_all(images * request["repeats"], model, config, request["ahead"])
        cpu_ms = (time.process_time() - begun) * 1e3 / (len(images) * request["repeats"])
    json.dump(
        {
            "boxes": answers,
            "stages": stages,
            "imagesPerSecond": len(images) * request["repeats"] / seconds,
            "cpuMs": cpu_ms,
            "torch": torch.__version__,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
