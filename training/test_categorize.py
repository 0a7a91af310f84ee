"""Crops, partitions and the encoder on made-up arrays, in seconds: python -m unittest test_categorize"""
from __future__ import annotations

import csv
import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

import crops
from categorize import assign, write
from data import HU_LOW
from encoder import STATISTICS, Encoder, Statistics
from export_encoder import export_encoder
from mining import load_material
from partitions import align, k_means, nearest, nmi, purity

COLUMNS = [
    "File_name",
    "Train_Val_Test",
    "Possibly_noisy",
    "Spacing_mm_px_",
    "Bounding_boxes",
    "Lesion_diameters_Pixel_",
    "Normalized_lesion_location",
    "Coarse_lesion_type",
]


def make_folder(root: Path, lesions: int, without_pixels: int = 0, noisy: int = 0) -> None:
    """Bright squares on grey, one a slice, in the layout of DeepLesion."""
    from PIL import Image

    rows = []
    for number in range(1, lesions + without_pixels + noisy + 1):
        hounsfield = np.full((64, 64), 40.0)
        hounsfield[24:40, 24:40] = 120 if number % 2 else -700
        if number <= lesions or number > lesions + without_pixels:
            folder = root / "Images_png" / f"{number:06d}_01_01"
            folder.mkdir(parents=True)
            Image.fromarray((hounsfield + 32768).astype(np.uint16)).save(folder / "010.png")
        rows.append(
            [
                f"{number:06d}_01_01_010.png",
                1,
                int(number > lesions + without_pixels),
                "0.8, 0.8, 5",
                "20, 20, 44, 44",
                "16, 12",
                "nan, 0.4, 0.6",
                -1,
            ]
        )
    with open(root / "DL_info.csv", "w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])


class Crops(unittest.TestCase):
    def test_a_crop_of_the_image_s_own_grid_is_the_image(self) -> None:
        image = np.random.default_rng(0).uniform(-1000, 1000, (64, 64)).astype(np.float32)
        # 64 pixels wide around the middle of pixels 1…64
        np.testing.assert_allclose(crops.crop(image, 32.5, 32.5, 64), image, atol=0.05)

    def test_half_a_pixel_to_the_right_is_the_mean_of_two_neighbours(self) -> None:
        image = np.tile(np.arange(64, dtype=np.float32), (64, 1))
        moved = crops.crop(image, 33, 32.5, 64)
        np.testing.assert_allclose(moved[:, :63], image[:, :63] + 0.5, atol=0.01)
        np.testing.assert_allclose(moved[:, 63], (63 + HU_LOW) / 2, atol=0.1)  # beyond the edge lies air

    def test_a_shrinking_crop_keeps_the_mean(self) -> None:
        image = np.zeros((256, 256), dtype=np.float32)
        image[::2] = 100
        np.testing.assert_allclose(crops.crop(image, 128.5, 128.5, 256), 50, atol=0.1)

    def test_lesions_without_pixels_and_noisy_ones_are_left_out_and_a_missing_location_is_the_middle(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            make_folder(Path(folder), 4, without_pixels=2, noisy=1)
            found = crops.read_lesions(folder)
            self.assertEqual([lesion.row for lesion in found], [0, 1, 2, 3])
            self.assertEqual(found[0].scalars[2:], [0.5, 0.4, 0.6])
            self.assertAlmostEqual(found[0].scalars[0], np.log(16 * 0.8))

    def test_a_folder_without_any_pixels_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            make_folder(Path(folder), 0, without_pixels=2)
            with self.assertRaisesRegex(SystemExit, "no lesion with a pixel file"):
                crops.read_lesions(folder)


class Partitions(unittest.TestCase):
    def test_agreement_of_known_partitions(self) -> None:
        types = np.array([0, 0, 0, 1, 1, 1])
        self.assertAlmostEqual(purity(np.array([0, 0, 1, 1, 2, 2]), types), 5 / 6)
        self.assertAlmostEqual(nmi(np.array([1, 1, 1, 0, 0, 0]), types), 1)
        self.assertAlmostEqual(nmi(np.array([0, 1, 0, 1, 0, 1]), np.array([0, 0, 1, 1, 2, 2])), 0, places=6)

    def test_permuted_numbers_are_put_back(self) -> None:
        earlier = np.random.default_rng(0).integers(5, size=200)
        permuted = np.array([3, 0, 4, 1, 2])[earlier]
        order = align(permuted, earlier, 5)
        np.testing.assert_array_equal(order[permuted], earlier)

    def test_k_means_lesions_lie_nearest_to_their_own_centroid(self) -> None:
        rng = np.random.default_rng(0)
        features = (rng.normal(size=(120, 3)) + 8 * np.repeat(np.eye(3), 40, axis=0)).astype(np.float32)
        means = k_means(features, 3, 1)
        clusters, distances = nearest(features, means.cluster_centers_)
        np.testing.assert_array_equal(clusters, means.labels_)
        np.testing.assert_allclose(
            distances, np.linalg.norm(features - means.cluster_centers_[clusters], axis=1), rtol=1e-5
        )


class TheEncoder(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(0)
        self.encoder = Encoder(8)
        self.crops, self.scalars = torch.rand(6, len(crops.SCALES), 64, 64) * 2 - 1, torch.rand(6, len(crops.SCALARS))
        with torch.no_grad():
            self.encoder.fit(self.encoder.known(self.crops, self.scalars))

    def test_statistics_of_an_even_tissue_do_not_vary(self) -> None:
        water = crops.scaled(np.zeros((1, len(crops.SCALES), 64, 64), dtype=np.int16))
        self.assertEqual(Statistics()(water).shape, (1, STATISTICS))
        deviation = Statistics()(water)[0, STATISTICS // 2 :]
        self.assertLess(float(deviation.max()), 0.01)

    def test_onnx_agrees_with_pytorch_for_any_number_of_lesions(self) -> None:
        from evaluate import open_onnx

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder)
            manifest = export_encoder(self.encoder.eval(), path, "tiny", "1.0.0", {}, self.crops[:2], self.scalars[:2])
            self.assertEqual(json.loads((path / "model.json").read_text()), manifest)
            self.assertLess((path / "model.onnx").stat().st_size, 5e6)
            with torch.no_grad():
                expected = self.encoder(self.crops, self.scalars).numpy()
            found = open_onnx(path / "model.onnx").run(
                ["features"], {"crops": self.crops.numpy(), "scalars": self.scalars.numpy()}
            )[0]
            np.testing.assert_allclose(found, expected, atol=0.01)

    def test_other_lesions_are_put_to_the_centroids_of_a_finished_categorization(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            make_folder(root / "set", 6)
            material = load_material(str(root / "set"), 1, 0)
            with torch.no_grad():
                features = self.encoder.eval()(material.crops, material.scalars).numpy()
            centroids = np.stack([features[0::2].mean(0), features[1::2].mean(0)])  # bright squares and dark ones
            lineage = {"featureDimension": 8, "clusterCount": 2, "centroids": centroids.tolist()}
            clusters, distances = nearest(features, centroids)
            write(root / "done", material.lesions, features, clusters, distances, lineage)
            torch.save(self.encoder.state_dict(), root / "done" / "encoder.pt")
            assign(root / "done", str(root / "set"), root / "again", 1)
            with open(root / "again" / "assignments.csv", newline="") as file:
                self.assertEqual([int(row["cluster"]) for row in csv.DictReader(file)], [1, 2, 1, 2, 1, 2])
            self.assertEqual(np.load(root / "again" / "features.npy").shape, (6, 8))
            # the exported encoder does it as well, if it is the one that the categorization names
            (root / "done" / "encoder.pt").unlink()
            example = (material.crops[:2], material.scalars[:2])
            manifest = export_encoder(self.encoder, root / "models" / "tiny", "tiny", "1.0.0", {}, *example)
            lineage["encoder"] = {"name": "tiny", "sha256": manifest["onnx"]["sha256"]}
            (root / "done" / "categorization.json").write_text(json.dumps(lineage))
            assign(root / "done", str(root / "set"), root / "exported", 1, root / "models")
            ours, theirs = ((root / name / "assignments.csv").read_text() for name in ("again", "exported"))
            self.assertEqual([row.split(",")[-2] for row in ours.split()], [row.split(",")[-2] for row in theirs.split()])
            lineage["encoder"]["sha256"] = "0" * 64
            (root / "done" / "categorization.json").write_text(json.dumps(lineage))
            with self.assertRaisesRegex(SystemExit, "is not the encoder of this categorization"):
                assign(root / "done", str(root / "set"), root / "exported", 1, root / "models")


if __name__ == "__main__":
    unittest.main()
