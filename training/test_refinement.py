"""More exact boxes without a training, on hand-made boxes and random weights: python -m unittest test_refinement"""

from __future__ import annotations

import unittest

import numpy as np
import torch

from conditions import make_draws
from config import PRESETS, Config
from model import Detector, vote
from refinement import SETTINGS, TODAY, BothPasses, Overlaps, Setting, apply, choose, evaluation, selection

VOTES = Setting(0, 0.5)


def overlaps(today: float, after: float) -> Overlaps:
    """Two models whose every lesion is overlapped so much with any setting but today's."""
    lists = {s: {top: [today if s == TODAY else after] * 8 for top in (1, 5)} for s in SETTINGS}
    return Overlaps([1, 1, 2, 2, 3, 3, 4, 4], {"single": lists, "multi": lists})


class Votes(unittest.TestCase):
    def test_boxes_apart_stay_as_they_are(self) -> None:
        boxes = torch.tensor([[[0.0, 0, 10, 10], [20, 20, 30, 30], [5, 5, 5, 5]]])
        torch.testing.assert_close(vote(boxes, torch.tensor([[0.9, 0.5, 0.0]]), 0.5), boxes)

    def test_boxes_that_overlap_become_their_weighted_mean(self) -> None:
        boxes = torch.tensor([[[0.0, 0, 10, 10], [0, 0, 10, 8]]])  # IoU 0.8
        found = vote(boxes, torch.tensor([[0.5, 1.0]]), 0.6)
        # weights of the first: 0.5 · 1 and 1.0 · (0.8 − 0.6) / (1 − 0.6); of the second: 0.5 · 0.5 and 1
        self.assertAlmostEqual(float(found[0, 0, 3]), (0.5 * 10 + 0.5 * 8) / 1.0, places=4)
        self.assertAlmostEqual(float(found[0, 1, 3]), (0.25 * 10 + 1.0 * 8) / 1.25, places=4)

    def test_no_box_jumps_where_an_overlap_passes_the_floor(self) -> None:
        low, high = (
            vote(torch.tensor([[[0.0, 0, 10, 10], [0, 0, 10, edge]]]), torch.tensor([[0.5, 0.9]]), 0.7)
            for edge in (6.999, 7.001)
        )
        self.assertLess(float((low - high).abs().max()), 0.01)

    def test_images_of_a_batch_do_not_vote_for_one_another(self) -> None:
        boxes, score = torch.rand(2, 6, 4).cumsum(-1), torch.rand(2, 6)
        for index in range(2):
            alone = vote(boxes[index:index + 1], score[index:index + 1], 0.3)
            torch.testing.assert_close(vote(boxes, score, 0.3)[index:index + 1], alone)


class Settings(unittest.TestCase):
    def test_the_setting_of_today_is_what_the_detector_answers(self) -> None:
        torch.manual_seed(3)
        for classes in (["lesion"], ["a", "b"]):
            model = Detector(Config(**{**PRESETS["tiny"], "classes": classes})).eval()
            torch.nn.init.normal_(model.head.boxes.weight, std=0.1)
            image = torch.rand(1, 5, 96, 96) * 2 - 1
            with torch.no_grad():
                passes = list(BothPasses(model)(image))
                for ours, theirs in zip(apply(TODAY, passes), model(image)):
                    torch.testing.assert_close(ours, theirs)
                self.assertFalse(torch.allclose(apply(Setting(1, 0.0), passes)[0], passes[0]))

    def test_of_nearly_equal_settings_the_one_that_computes_least_is_chosen(self) -> None:
        means = dict.fromkeys(SETTINGS, 0.6)
        self.assertEqual(choose({**means, Setting(2, 0.5): 0.602}), TODAY)
        self.assertEqual(choose({**means, Setting(2, 0.5): 0.71, Setting(1, 0.3): 0.709}), Setting(1, 0.3))

    def test_a_setting_that_finds_more_is_chosen_and_shown(self) -> None:
        found = overlaps(0.7, 0.8)
        self.assertEqual(selection(found, ["single", "multi"])["chosen"], str(SETTINGS[1]))
        figures = evaluation(found, VOTES, ["single", "multi"], make_draws(np.array(found.patients)))
        for model in ("single", "multi"):
            self.assertEqual(figures["today"][model]["top 1, IoU > 0.75"], 0)
            self.assertEqual(figures["change"][model]["top 1, IoU > 0.75"]["low"], 1)
            self.assertEqual(figures["change"][model]["top 1, IoU > 0.5"]["value"], 0)
        self.assertEqual(figures["changeOfMultiMinusSingle"]["top 5, IoU > 0.75"]["value"], 0)


if __name__ == "__main__":
    unittest.main()
