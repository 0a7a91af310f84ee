"""A detector with random weights through export and back: python -m unittest test_reexport"""
from __future__ import annotations

import json
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from torch import nn

import export
from config import PRESETS, Config
from model import Detector
from reexport import detector_of, difference


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

    def test_answers_the_same_when_it_is_exported_again(self) -> None:
        again, _ = detector_of(self.folder, self.config)
        path = self.folder / "again.onnx"
        export.write_onnx(again, self.config, path)
        self.assertLess(difference((self.folder / "model.onnx").read_bytes(), path.read_bytes(), self.shape[1:]), 1e-3)

    def test_answers_each_image_of_a_batch_as_it_answers_it_alone(self) -> None:
        session = export.open_onnx(self.folder / "model.onnx")
        images = np.random.default_rng(2).uniform(-1, 1, [3, *self.shape[1:]]).astype(np.float32)
        together = session.run(["boxes", "scores"], {"image": images})
        for i in range(3):
            for one, all_three in zip(session.run(["boxes", "scores"], {"image": images[i:i + 1]}), together):
                np.testing.assert_allclose(all_three[i], one[0], rtol=1e-4, atol=1e-3)


if __name__ == "__main__":
    unittest.main()
