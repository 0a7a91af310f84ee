"""Partitions of lesions into clusters: how they are made from features, numbered and compared."""
from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score, silhouette_score
from sklearn.mixture import GaussianMixture


def first_clusters(features: np.ndarray, count: int, seed: int) -> np.ndarray:
    return GaussianMixture(count, n_init=10, reg_covar=1e-3, random_state=seed).fit_predict(features)


def k_means(features: np.ndarray, count: int, seed: int) -> KMeans:
    return KMeans(count, n_init=20, random_state=seed).fit(features)


def nearest(features: np.ndarray, centroids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest centroid of each row, and the distance to it."""
    distances = np.linalg.norm(features[:, None].astype(np.float64) - centroids[None], axis=2)
    return distances.argmin(1), distances.min(1)


def align(clusters: np.ndarray, earlier: np.ndarray, count: int) -> np.ndarray:
    """The permutation of cluster numbers that keeps most items where they were (Hungarian method): new number of each
    cluster."""
    table = np.zeros((count, count))
    np.add.at(table, (clusters, earlier), 1)
    rows, columns = linear_sum_assignment(-table)
    order = np.empty(count, dtype=int)
    order[rows] = columns
    return order


def nmi(a: np.ndarray, b: np.ndarray) -> float:
    return float(normalized_mutual_info_score(a, b))


def purity(clusters: np.ndarray, types: np.ndarray) -> float:
    """The share of items that are of their cluster's commonest type; not symmetric."""
    return float(
        sum(np.unique(types[clusters == c], return_counts=True)[1].max() for c in np.unique(clusters)) / len(types)
    )


def scan(features: np.ndarray, first: int, last: int, seed: int) -> list[dict]:
    """Silhouette of k-means for each number of clusters, and its stability: the mean NMI of five partitions of
    bootstrapped lesions.

    To be called with features from before the fine-tuning: those after it were made for one number of clusters, and
    would speak for it.
    """
    rng, found = np.random.default_rng(seed), []
    for count in range(first, last + 1):
        labels = []
        for again in range(5):
            sample = rng.integers(len(features), size=len(features))
            labels.append(KMeans(count, n_init=5, random_state=again).fit(features[sample]).predict(features))
        pairs = [nmi(a, b) for i, a in enumerate(labels) for b in labels[:i]]
        found.append(
            {
                "clusterCount": count,
                "stability": round(float(np.mean(pairs)), 4),
                "silhouette": round(
                    float(silhouette_score(features, labels[0], sample_size=min(3000, len(features)), random_state=0)),
                    4,
                ),
            }
        )
    return found
