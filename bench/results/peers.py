"""Measures tidecv or FiftyOne on truth.json and results.json of a folder, and prints one line."""

import json
import resource
import sys
import time
from pathlib import Path

IOU_THRESHOLD = 0.5
BACKGROUND_IOU = 0.1


def tide(folder: Path) -> float:
    from tidecv import TIDE, datasets

    truth = datasets.COCO(str(folder / "truth.json"))
    results = datasets.COCOResult(str(folder / "results.json"))
    started = time.perf_counter()
    tide = TIDE()
    tide.evaluate(truth, results, mode=TIDE.BOX, pos_threshold=IOU_THRESHOLD, background_threshold=BACKGROUND_IOU)
    tide.get_all_errors()
    return time.perf_counter() - started


def fiftyone(folder: Path) -> float:
    import fiftyone as fo

    truth = json.loads((folder / "truth.json").read_text())
    boxes: dict[int, dict[str, list[fo.Detection]]] = {}
    for kind, rows in (("truth", truth["annotations"]), ("found", json.loads((folder / "results.json").read_text()))):
        for row in rows:
            lists = boxes.setdefault(row["image_id"], {"truth": [], "found": []})
            box = [value / 512 for value in row["bbox"]]
            lists[kind].append(fo.Detection(label="lesion", bounding_box=box, confidence=row.get("score")))
    samples = []
    for image in truth["images"]:
        lists = boxes.get(image["id"], {"truth": [], "found": []})
        sample = fo.Sample(filepath=image["file_name"])
        sample["truth"] = fo.Detections(detections=lists["truth"])
        sample["found"] = fo.Detections(detections=lists["found"])
        samples.append(sample)
    dataset = fo.Dataset()
    dataset.add_samples(samples)
    started = time.perf_counter()
    dataset.evaluate_detections("found", gt_field="truth", eval_key="at_half", iou=IOU_THRESHOLD)
    return time.perf_counter() - started


seconds = {"tidecv": tide, "fiftyone": fiftyone}[sys.argv[1]](Path(sys.argv[2]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"{seconds * 1000:.0f} ms, peak {peak:.0f} MiB")
