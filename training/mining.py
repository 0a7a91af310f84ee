"""The loop of deep mining: an encoder is fine-tuned on clusters, its features make the next clusters, until the partition
is stable."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

from crops import SCALARS, Lesion, load_crops, read_lesions, scaled
from encoder import Classifier, Encoder, Statistics
from partitions import align, first_clusters, k_means, nearest, nmi, purity

STABLE_NMI = 0.9  # two consecutive partitions at least so alike, twice in a row, end the loop
LEADING_COMPONENTS = 8  # of the statistics, in the first clustering
BATCH = 64


@dataclass
class Material:
    """What the lesions of a folder look like."""

    lesions: list[Lesion]
    crops: torch.Tensor  # [N,5,64,64] in -1…1
    scalars: torch.Tensor  # [N,5]
    trained: np.ndarray  # indices of the train split

    def batches(self, size: int = 256):
        for start in range(0, len(self.lesions), size):
            yield self.crops[start:start + size], self.scalars[start:start + size]


def load_material(folder: str, processes: int, limit: int) -> Material:
    lesions = read_lesions(folder)[: limit or None]
    trained = np.array([i for i, lesion in enumerate(lesions) if lesion.split == 1])
    scalars = torch.tensor([lesion.scalars for lesion in lesions], dtype=torch.float32)
    return Material(
        lesions, scaled(load_crops(lesions, processes)), scalars, trained if len(trained) else np.arange(len(lesions))
    )


def first_features(material: Material) -> np.ndarray:
    """What is known before any training: the leading components of the tissue statistics, and where in the body the
    lesion lies."""
    with torch.no_grad():
        statistics = torch.cat([Statistics()(crops) for crops, _ in material.batches()]).numpy()
    components = min(LEADING_COMPONENTS, len(statistics) - 1)
    leading = PCA(components, random_state=0).fit_transform(StandardScaler().fit_transform(statistics))
    location = StandardScaler().fit_transform(material.scalars[:, SCALARS.index("locationX"):].numpy())
    return np.concatenate([leading / leading[:, 0].std(), location], axis=1)


@torch.no_grad()
def encode(encoder: Encoder, material: Material, device: torch.device) -> np.ndarray:
    encoder.eval()
    return torch.cat(
        [encoder(crops.to(device), scalars.to(device)).cpu() for crops, scalars in material.batches()]
    ).numpy()


def fine_tune(
    encoder: Encoder, material: Material, clusters: np.ndarray, count: int, epochs: int, seed: int, device: torch.device
) -> None:
    """Trains the encoder with a new layer of outputs to tell the clusters of the train split, classes in balance, crops
    a little moved and noisy."""
    rng, dimension = np.random.default_rng([seed, epochs, len(clusters)]), encoder.project[-2].out_features
    torch.manual_seed(seed)
    model = Classifier(encoder, dimension, count).to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05)
    labels, steps = torch.from_numpy(clusters).long(), max(1, epochs * len(material.trained) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, total_steps=steps)
    share = np.bincount(clusters[material.trained], minlength=count).clip(1) / len(material.trained)
    weights = (1 / np.sqrt(share))[clusters[material.trained]]
    for _ in range(steps):
        chosen = rng.choice(material.trained, BATCH, p=weights / weights.sum())
        crops = material.crops[chosen]
        crops = torch.roll(crops, tuple(int(v) for v in rng.integers(-3, 4, 2)), dims=(2, 3))
        crops = crops + torch.from_numpy(rng.normal(0, 15 * 2 / 4095, (BATCH, 1, 1, 1)).astype(np.float32))
        loss = F.cross_entropy(
            model(crops.to(device), material.scalars[chosen].to(device)), labels[chosen].to(device), label_smoothing=0.1
        )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()


@dataclass
class Mined:
    encoder: Encoder
    features: np.ndarray
    clusters: np.ndarray  # from 0
    distances: np.ndarray
    centroids: np.ndarray
    iterations: list[dict]
    partitions: list[np.ndarray]


def describe(
    iteration: int, clusters: np.ndarray, earlier: np.ndarray | None, features: np.ndarray, count: int
) -> dict:
    return {
        "iteration": iteration,
        "nmiToPrevious": None if earlier is None else round(nmi(clusters, earlier), 4),
        "purityToPrevious": None if earlier is None else round(purity(clusters, earlier), 4),
        "silhouette": round(
            float(silhouette_score(features, clusters, sample_size=min(3000, len(clusters)), random_state=0)), 4
        ),
        "sizes": np.bincount(clusters, minlength=count).tolist(),
    }


def mine(
    material: Material, count: int, seed: int, limit: int, epochs: int, dimension: int, start: str, say=print
) -> Mined:
    """The loop. Clusters of consecutive iterations are aligned; of the last one lesions are put to their nearest
    centroid."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(seed)
    encoder = Encoder(dimension).to(device)
    with torch.no_grad():
        encoder.fit(
            torch.cat([encoder.known(crops.to(device), scalars.to(device)) for crops, scalars in material.batches()])
        )
    if start:
        encoder.load_state_dict(torch.load(start, map_location=device))
    reference = encode(encoder, material, device) if start else first_features(material)
    clusters = k_means(reference, count, seed).labels_ if start else first_clusters(reference, count, seed)
    iterations, partitions, stable = [describe(0, clusters, None, reference, count)], [clusters], 0
    say(f"iteration 0: silhouette {iterations[0]['silhouette']:.3f}, sizes {iterations[0]['sizes']}", flush=True)
    for iteration in range(1, limit + 1):
        fine_tune(encoder, material, clusters, count, epochs, seed + iteration, device)
        features = encode(encoder, material, device)
        means = k_means(features, count, seed)
        order = align(means.labels_, clusters, count)
        clusters, earlier = order[means.labels_], clusters
        centroids = np.empty_like(means.cluster_centers_)
        centroids[order] = means.cluster_centers_
        iterations.append(describe(iteration, clusters, earlier, features, count))
        partitions.append(clusters)
        now = iterations[-1]
        say(
            f"iteration {iteration}: NMI {now['nmiToPrevious']:.3f} and purity {now['purityToPrevious']:.3f} to the one before, "
            f"silhouette {now['silhouette']:.3f}, sizes {now['sizes']}",
            flush=True,
        )
        stable = stable + 1 if now["nmiToPrevious"] >= STABLE_NMI else 0
        if stable == 2:
            break
    clusters, distances = nearest(features, centroids)
    return Mined(encoder.cpu().eval(), features, clusters, distances, centroids, iterations, partitions)
