"""Diagnostics on phantoms, whose hidden types are known; no choice of the categorization reads them."""
from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np
import torch
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from crops import Lesion
from encoder import Encoder, Statistics
from mining import Material, Mined, encode, first_features, load_material
from partitions import first_clusters, k_means, nearest, nmi, purity


def hidden_types(folder: str, lesions: list[Lesion]) -> np.ndarray | None:
    path = Path(folder) / "truth.csv"
    if not path.is_file():
        return None
    with open(path, newline="") as file:
        types = {int(row["Row_index"]): row["Hidden_type"] for row in csv.DictReader(file)}
    return np.array([types[lesion.row] for lesion in lesions])


def agreement(clusters: np.ndarray, types: np.ndarray) -> dict[str, float]:
    return {
        "nmiToHiddenTypes": round(nmi(types, clusters), 4),
        "purityToHiddenTypes": round(purity(clusters, types), 4),
    }


def baselines(material: Material, types: np.ndarray, count: int, seed: int) -> list[dict]:
    """The simple ways, each by k-means: size, location, tissue statistics, the raw patch, an untrained network."""
    with torch.no_grad():
        statistics = StandardScaler().fit_transform(
            torch.cat([Statistics()(crops) for crops, _ in material.batches()]).numpy()
        )
        torch.manual_seed(seed)
        random = Encoder().convolutions.eval()
        maps = torch.cat([random(crops.repeat(1, 3, 1, 1)).flatten(2) for crops, _ in material.batches()])
        untrained = torch.cat([maps.mean(2), maps.std(2)], dim=1).numpy()
    scalars = StandardScaler().fit_transform(material.scalars.numpy())
    patch = material.crops[:, 3].flatten(1).numpy()
    ways = {
        "size": scalars[:, :2],
        "location": scalars[:, 2:],
        "tissue statistics": statistics,
        "tissue statistics and location": np.concatenate([statistics, scalars[:, 2:]], axis=1),
        "leading components of the statistics and location": first_features(material),
        "principal components of the patch (96 mm)": PCA(32, random_state=0).fit_transform(patch),
        "untrained network": untrained,
        "untrained network, whitened": PCA(32, whiten=True, random_state=0).fit_transform(untrained),
    }
    found = [
        {"way": name, **agreement(k_means(features, count, seed).labels_, types)} for name, features in ways.items()
    ]
    return [*found, {"way": "Gaussian mixture on the leading components and location (iteration 0)",
                     **agreement(first_clusters(first_features(material), count, seed), types)}]


def diagnose(arguments: argparse.Namespace, material: Material, mined: Mined, types: np.ndarray | None) -> None:
    """diagnostics.json: simpler ways, unseen folders, and clusters against hidden types. Phantoms only."""
    if types is None:
        return
    names = sorted(set(types.tolist()))
    found: dict[str, object] = {
        "trained": agreement(mined.clusters, types),
        "table": {
            "types": names,
            "clusters": [
                [int(((mined.clusters == c) & (types == name)).sum()) for name in names] for c in range(arguments.k)
            ],
        },
    }
    if arguments.baselines:
        found["baselines"] = baselines(material, types, arguments.k, arguments.seed)
    for folder in arguments.unseen:
        unseen = load_material(folder, arguments.processes, arguments.limit)
        clusters, _ = nearest(encode(mined.encoder, unseen, torch.device("cpu")), mined.centroids)
        others = hidden_types(folder, unseen.lesions)
        if others is not None:
            found["unseen"] = {"lesions": len(others), **agreement(clusters, others)}
    (arguments.out / "diagnostics.json").write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1), flush=True)
