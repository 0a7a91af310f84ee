"""The whole path on a tiny data set, under a minute: python -m unittest test_training"""
from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import export
from config import PRESETS, Config, parse_config
from data import (
    PreparedData,
    KeySlice,
    load_input,
    load_slices,
    prepare,
    read_key_slices,
    slice_at,
    to_file_pixels,
    to_input_pixels,
)
from evaluate import select
from losses import class_loss
from model import Detector, decode, encode, pairwise_iou, roi_align
from train import train

SIDE = 128  # pixels of the made images


def make_folder(root: Path, patients: int) -> None:
    """Bright blobs on a grey body: three slices each, the layout of DeepLesion."""
    rng, rows = np.random.default_rng(0), []
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    for patient in range(1, patients + 1):
        folder = root / "Images_png" / f"{patient:06d}_01_01"
        folder.mkdir(parents=True)
        cx, cy = rng.uniform(0.3 * SIDE, 0.7 * SIDE, 2)
        radius = rng.uniform(8, 14)
        for number in (9, 10, 11):
            hounsfield = np.where(((x - SIDE / 2) / 0.45) ** 2 + ((y - SIDE / 2) / 0.4) ** 2 < SIDE**2, 40.0, -1000.0)
            hounsfield[(x - cx) ** 2 + (y - cy) ** 2 < radius**2] = 180 if number == 10 else 140
            hounsfield += rng.normal(0, 8, hounsfield.shape)
            Image.fromarray((np.clip(hounsfield, -1024, 3071) + 32768).astype(np.uint16)).save(
                folder / f"{number:03d}.png"
            )
        box = [cx - radius + 0.5, cy - radius + 0.5, cx + radius + 0.5, cy + radius + 0.5]
        rows.append(
            {
                "File_name": f"{patient:06d}_01_01_010.png",
                "Patient_index": patient,
                "Train_Val_Test": 1,
                "Possibly_noisy": 0,
                "Image_size": f"{SIDE}, {SIDE}",
                "Spacing_mm_px_": "0.8, 0.8, 5",
                "Bounding_boxes": ", ".join(f"{value:.3f}" for value in box),
                "Coarse_lesion_type": -1,
            }
        )
    with open(root / "DL_info.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


class TrainingOnATinySet(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        torch.set_num_threads(1)
        cls.root = Path(tempfile.mkdtemp())
        make_folder(cls.root / "folder", 20)
        cls.config = Config(**{**PRESETS["tiny"], "data": str(cls.root / "prepared"), "out": str(cls.root / "whole")})
        prepare([str(cls.root / "folder")], cls.config.data, cls.config, processes=1)
        cls.figures = train(cls.config)

    @classmethod
    def tearDownClass(cls) -> None:
        shutil.rmtree(cls.root)

    def state(self, out: str) -> dict:
        return torch.load(Path(out) / "checkpoint.pt", weights_only=False)

    def test_the_loss_falls(self) -> None:
        losses = self.state(self.config.out)["losses"]
        self.assertLess(np.mean(losses[-5:]), 0.6 * np.mean(losses[:5]))

    def test_a_resumed_run_ends_like_an_uninterrupted_one(self) -> None:
        half = replace(self.config, out=str(self.root / "half"))
        train(half, stop_at=45)
        train(half, resume=True)
        whole, resumed = self.state(self.config.out), self.state(half.out)
        for name, value in whole["average"].items():
            torch.testing.assert_close(resumed["average"][name], value, rtol=0, atol=0, msg=name)

    def test_onnx_and_pytorch_agree(self) -> None:
        model, config, _ = export.load_checkpoint(Path(self.config.out) / "checkpoint.pt")
        path = self.root / "model.onnx"
        export.write_onnx(model, config, path)
        images = [load_input(image, config) for image in read_key_slices(self.root / "folder")[:4]]
        box, score = export.compare(model, export.open_onnx(path), images)
        self.assertLess(box, 1e-3)
        self.assertLess(score, 1e-4)

    def test_other_data_than_the_checkpoints_is_refused(self) -> None:
        state = self.state(self.config.out)
        state["dataChecksum"] = "other"
        (self.root / "other").mkdir(exist_ok=True)
        torch.save(state, self.root / "other" / "checkpoint.pt")
        with self.assertRaisesRegex(SystemExit, "not what the checkpoint was trained on"):
            train(replace(self.config, out=str(self.root / "other")), resume=True)

    def labels(self, rows: int | None = None) -> str:
        """A categorization of two clusters, patients taken in turn."""
        images = read_key_slices(self.root / "folder")[:rows]
        path = self.root / f"assignments-{rows}.csv"
        with open(path, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["File_name", "Bounding_boxes", "cluster", "distance"])
            writer.writerows(
                [i.file_name, ", ".join(str(v) for v in i.boxes[0]), 1 + i.patient % 2, 0.5] for i in images
            )
        return str(path)

    def test_clusters_are_classes(self) -> None:
        out = str(self.root / "multi")
        train(replace(self.config, labels=self.labels(), out=out), stop_at=10)
        model, config, state = export.load_checkpoint(Path(out) / "checkpoint.pt")
        self.assertEqual(config.classes, ["cluster 1", "cluster 2"])
        _, scores = model(torch.zeros(1, 5, 96, 96))
        self.assertEqual(scores.shape[-1], 2)
        self.assertTrue(bool(((scores > 0).sum(-1) <= 1).all()))
        self.assertEqual(len(state["labelsChecksum"]), 64)
        data = PreparedData(config)
        self.assertEqual(
            [data.classes(i).tolist() for i in range(4)], [[1 + entry["patient"] % 2] for entry in data.images[:4]]
        )

    def test_a_lesion_without_a_cluster_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, "no cluster for 17 lesions, the first in 000004_01_01_010.png"):
            PreparedData(replace(self.config, labels=self.labels(3)))

    def test_detectors_of_one_seed_differ_in_their_labels_alone(self) -> None:
        torch.manual_seed(1)
        single = Detector(self.config).state_dict()
        torch.manual_seed(1)
        multi = Detector(replace(self.config, classes=["a", "b"])).state_dict()
        for name, value in single.items():
            if not name.startswith("head.classes."):
                torch.testing.assert_close(multi[name], value, rtol=0, atol=0, msg=name)
        plain, labelled = (PreparedData(replace(self.config, labels=labels)).batch(5) for labels in ("", self.labels()))
        self.assertTrue(torch.equal(plain[0], labelled[0]))

    def test_the_class_loss_is_lesion_or_not_and_which_class(self) -> None:
        logits, label = torch.randn(40, 6), torch.randint(0, 6, (40,))
        plain = torch.nn.functional.cross_entropy(logits, label)
        parts = [float(class_loss(logits, label, weight)) for weight in (0.5, 1.0, 2.0)]
        self.assertAlmostEqual(parts[1], float(plain), places=6)
        self.assertAlmostEqual(parts[2] - parts[1], 2 * (parts[1] - parts[0]), places=5)
        nearly_one = float(class_loss(logits, label, 1 + 1e-6))
        self.assertAlmostEqual(nearly_one, parts[1], places=4)

    def test_several_processes_train_one_model(self) -> None:
        options = [
            "--preset",
            "tiny",
            "--data",
            self.config.data,
            "--steps",
            "6",
            "--log-every",
            "2",
            "--out",
            str(self.root / "shared"),
        ]
        launcher = [
            sys.executable,
            "-m",
            "torch.distributed.run",
            "--standalone",
            "--nproc_per_node=2",
            str(Path(__file__).parent / "train.py"),
        ]
        subprocess.run(launcher + options, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
        state = self.state(str(self.root / "shared"))
        self.assertEqual((state["step"], state["processes"]), (6, 2))

    def test_a_batch_hangs_on_seed_and_step_alone(self) -> None:
        data = PreparedData(self.config)
        data.batch(7)
        again, fresh = data.batch(3)[0], PreparedData(self.config).batch(3)[0]
        self.assertTrue(torch.equal(again, fresh))

    def test_augmented_boxes_stay_on_their_blobs(self) -> None:
        data = PreparedData(replace(self.config, noise=0.0, hu_offset=0.0, hu_gain=0.0, flip=0.5))
        for step in range(3):
            image, truths, _ = data.batch(step)
            for plane, boxes in zip(image[:, 0], truths):
                for x1, y1, x2, y2 in boxes.round().int().tolist():
                    middle = plane[(y1 + y2) // 2 - 2:(y1 + y2) // 2 + 2, (x1 + x2) // 2 - 2:(x1 + x2) // 2 + 2]
                    self.assertGreater(float(middle.mean()), 0.4)  # 180 HU is 0.7 in the first window, the body 0

    def test_neighbours_are_interpolated_and_missing_ones_replaced(self) -> None:
        image = read_key_slices(self.root / "folder")[0]
        half = slice_at(image, -2.5, {})
        np.testing.assert_allclose(half, (slice_at(image, 0, {}) + slice_at(image, -5, {})) / 2, atol=1e-3)
        np.testing.assert_array_equal(slice_at(image, 40, {}), slice_at(image, 5, {}))
        unknown = KeySlice(**{**image.__dict__, "interval_mm": float("nan")})
        np.testing.assert_array_equal(slice_at(unknown, 40, {}), slice_at(image, 0, {}))
        self.assertEqual(load_slices(image, [0.0, -4.0], 96).shape, (2, 96, 96))


class Geometry(unittest.TestCase):
    def test_decode_inverts_encode(self) -> None:
        reference = torch.tensor([[10.0, 20, 40, 70], [0, 0, 12, 12]])
        target = torch.tensor([[12.0, 15, 55, 66], [3, 1, 20, 11]])
        torch.testing.assert_close(decode(reference, encode(reference, target)), target)

    def test_iou_of_disjoint_and_half_overlapping_boxes(self) -> None:
        a, b = torch.tensor([[0.0, 0, 10, 10]]), torch.tensor([[20.0, 20, 30, 30], [5, 0, 15, 10], [0, 0, 10, 10]])
        torch.testing.assert_close(pairwise_iou(a, b), torch.tensor([[0.0, 1 / 3, 1.0]]))

    def test_roi_align_of_a_ramp_is_the_ramp_at_the_bins_centres(self) -> None:
        x = (torch.arange(24.0) + 0.5) * 4
        feature = torch.stack([x.expand(24, 24), x[:, None].expand(24, 24)])[None]
        pooled = roi_align(feature, torch.tensor([[[10.0, 20, 45, 62]]]))[0]
        torch.testing.assert_close(pooled[0, 0], 10 + 35 * (torch.arange(7) + 0.5) / 7)
        torch.testing.assert_close(pooled[1, :, 0], 20 + 42 * (torch.arange(7) + 0.5) / 7)

    def test_file_pixels_are_one_based(self) -> None:
        self.assertEqual(to_input_pixels([1, 1, 512, 512], 512, 512, 384), [0.375, 0.375, 383.625, 383.625])
        np.testing.assert_allclose(
            to_file_pixels(np.array(to_input_pixels([3, 4, 50, 60], 512, 512, 384)), 512, 512, 384), [3, 4, 50, 60]
        )

    def test_selection_drops_overlaps_and_breaks_ties_by_index(self) -> None:
        boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [50, 50, 60, 60], [80, 80, 90, 90]], dtype=float)
        chosen = select(boxes, np.array([[0.5], [0.9], [0.5], [0.01]]))
        self.assertEqual([(d.box[0], d.score) for d in chosen], [(1, 0.9), (50, 0.5)])

    def test_unknown_settings_are_refused_and_integers_taken_for_floats(self) -> None:
        self.assertEqual(parse_config(["--max-minutes", "80", "--anchor-sizes", "12", "24"])[0].max_minutes, 80.0)
        with self.assertRaises(SystemExit):
            parse_config(["--learning-rat", "1"])

    def test_the_proposals_are_static_in_number(self) -> None:
        config = Config(**PRESETS["tiny"])
        boxes, scores = Detector(config).eval()(torch.zeros(2, 5, 96, 96))
        self.assertEqual((tuple(boxes.shape), tuple(scores.shape)), ((2, 16, 4), (2, 16, 1)))


if __name__ == "__main__":
    unittest.main()
