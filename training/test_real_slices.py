"""Changes of the pixels of key slices, on a drawn one: python -m unittest test_real_slices"""

from __future__ import annotations

import unittest

import numpy as np

from conditions import make_draws
from config import Config
from data import AIR
from real_slices import CHANGES, RealSlice, body_alone, compare, input_of, magnify, magnify_to_spacing


def drawn() -> RealSlice:
    """A body with a lung in it, a bed below it and a bright lesion."""
    y, x = np.mgrid[:128, :128] + 0.5
    hounsfield = np.full((128, 128), float(AIR))
    hounsfield[(x - 64) ** 2 + (y - 60) ** 2 < 40**2] = 40
    hounsfield[(x - 50) ** 2 + (y - 60) ** 2 < 12**2] = -800
    hounsfield[112:118, 20:108] = 100
    hounsfield[56:66, 80:92] = 200
    return RealSlice(1, hounsfield.astype(np.float32), np.array([[80.0, 56, 92, 66]]), 0.4)


class Changes(unittest.TestCase):
    def test_the_body_alone_has_its_lung_and_no_bed(self) -> None:
        image = drawn()
        found = body_alone(image).hounsfield
        self.assertTrue((found[112:118] == AIR).all())
        np.testing.assert_array_equal(found[25:95, 30:98], image.hounsfield[25:95, 30:98])

    def test_boxes_go_with_the_magnified_pixels(self) -> None:
        for factor in (0.7, 1.4):
            found = magnify(drawn(), factor)
            x1, y1, x2, y2 = found.boxes[0]
            inside = found.hounsfield[round(y1) + 2:round(y2) - 2, round(x1) + 2:round(x2) - 2]
            self.assertGreater(inside.min(), 150, factor)
            self.assertAlmostEqual(x2 - x1, 12 * factor)

    def test_a_slice_of_unknown_spacing_stays(self) -> None:
        image = drawn()
        self.assertAlmostEqual(magnify_to_spacing(image).boxes[0, 2] - magnify_to_spacing(image).boxes[0, 0], 6)
        image.spacing_mm = None
        self.assertIs(magnify_to_spacing(image), image)

    def test_every_change_keeps_the_size_and_gives_an_input(self) -> None:
        for name, change in CHANGES.items():
            image = change(drawn())
            self.assertEqual(image.hounsfield.shape, (128, 128), name)
            self.assertEqual(input_of(image, Config()).shape, (1, 5, 384, 384), name)

    def test_a_change_is_compared_with_the_unchanged_slices(self) -> None:
        before, after = np.array([0.6, 0.2, 0.2]), np.array([0.6, 0.7, 0.2])
        found = {"unchanged": {"a": {1: before, 5: before}}, "other": {"a": {1: before, 5: after}}}
        rows = compare(found, make_draws(np.array([1, 2, 3])))
        self.assertEqual(rows[0]["difference"]["value"], 0)
        self.assertAlmostEqual(rows[1]["difference"]["value"], 1 / 3)
        self.assertEqual((rows[1]["top 1"], rows[1]["top 5"]), ({"a": 1}, {"a": 2}))


if __name__ == "__main__":
    unittest.main()
