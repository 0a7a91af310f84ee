"""A detector with random weights through export and back: python -m unittest test_throughput"""
from __future__ import annotations

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

import export
from clip_sampling import clip_samples, difference
from config import PRESETS, Config
from model import Detector
from throughput import detector_of


class ExportedDetector(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(3)
        cls.folder = Path(tempfile.mkdtemp())
        cls.config = Config(**PRESETS["tiny"])
        cls.model = Detector(cls.config).eval()
        for layer in cls.model.modules():
            if isinstance(layer, nn.BatchNorm2d):
                layer.running_mean.normal_(0, 0.1)
                layer.running_var.uniform_(0.5, 1.5)
                nn.init.uniform_(layer.weight, 0.5, 1.5)
                nn.init.normal_(layer.bias, std=0.2)
        export.write_onnx(cls.model, cls.config, cls.folder / "model.onnx")
        manifest = export.manifest_of(cls.config, "1.0.0", cls.folder / "model.onnx", {})
        (cls.folder / "model.json").write_text(json.dumps(manifest))
        cls.shape = [1, len(cls.config.channels), cls.config.size, cls.config.size]

    @classmethod
    def tearDownClass(cls) -> None:
        shutil.rmtree(cls.folder)

    def test_comes_back_into_pytorch_with_the_same_answers(self) -> None:
        again, _ = detector_of(self.folder, self.config)
        image = torch.from_numpy(np.random.default_rng(1).uniform(-1, 1, self.shape).astype(np.float32))
        with torch.no_grad():
            for ours, theirs in zip(self.model(image), again(image)):
                torch.testing.assert_close(theirs, ours, rtol=1e-4, atol=1e-3)

    def test_of_another_architecture_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, "expected weights of shape"):
            detector_of(self.folder)

    def test_answers_alike_when_its_samples_are_clipped(self) -> None:
        before = (self.folder / "model.onnx").read_bytes()
        model = onnx.load_from_string(before)
        self.assertEqual(clip_samples(model), 1)
        self.assertEqual({a.s for node in model.graph.node if node.op_type == "GridSample" for a in node.attribute if a.name == "padding_mode"}, {b"zeros"})
        self.assertLess(difference(before, model.SerializeToString(), self.shape), 1e-3)
        self.assertEqual(clip_samples(model), 0)


if __name__ == "__main__":
    unittest.main()
