"""Unsupervised deep mining: encoder features of lesion crops → clusters → fine-tuning on the clusters → features again,
until the partition is stable.

    python categorize.py FOLDER --out clusters/NAME [--k 5] [--scan 3-10] [--start encoder.pt] [--quick] [--baselines]
    python categorize.py OTHER --assign clusters/NAME --out clusters/OTHER  other lesions to the same clusters

writes categorization.json, assignments.csv, features.npy and encoder.pt, and exports the encoder to --models. FOLDER is
in DeepLesion layout. Hidden types of phantoms (truth.csv) are read after everything is chosen, and printed beside it.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import normalized_mutual_info_score, silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.preprocessing import StandardScaler

from crops import SCALARS, Lesion, load_crops, read_lesions, scaled
from encoder import Classifier, Encoder, Statistics
from export_encoder import export_encoder
from train import code_version

STABLE_NMI = 0.9  # two consecutive partitions at least so alike, twice in a row, end the loop
LEADING_COMPONENTS = 8  # of the statistics, in the first clustering
BATCH = 64
METHOD = (
    "iterated deep mining: Gaussian mixture on tissue statistics and location, "
    "then a convolutional encoder fine-tuned on the clusters "
    "and k-means on its features, until stable"
)
RULE = (
    "the last iteration: the loop ends when the NMI of consecutive partitions "
    f"is at least {STABLE_NMI} twice in a row, or at --iterations"
)


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


# Figures of two partitions


def nmi(a: np.ndarray, b: np.ndarray) -> float:
    return float(normalized_mutual_info_score(a, b))


def purity(clusters: np.ndarray, types: np.ndarray) -> float:
    """The share of items that are of their cluster's commonest type; not symmetric."""
    return float(
        sum(np.unique(types[clusters == c], return_counts=True)[1].max() for c in np.unique(clusters)) / len(types)
    )


def align(clusters: np.ndarray, earlier: np.ndarray, count: int) -> np.ndarray:
    """The permutation of cluster numbers that keeps most items where they were (Hungarian method): new number of each
    cluster."""
    table = np.zeros((count, count))
    np.add.at(table, (clusters, earlier), 1)
    rows, columns = linear_sum_assignment(-table)
    order = np.empty(count, dtype=int)
    order[rows] = columns
    return order


# Features and clusters


def first_features(material: Material) -> np.ndarray:
    """What is known before any training: the leading components of the tissue statistics, and where in the body the
    lesion lies."""
    with torch.no_grad():
        statistics = torch.cat([Statistics()(crops) for crops, _ in material.batches()]).numpy()
    components = min(LEADING_COMPONENTS, len(statistics) - 1)
    leading = PCA(components, random_state=0).fit_transform(StandardScaler().fit_transform(statistics))
    location = StandardScaler().fit_transform(material.scalars[:, SCALARS.index("locationX"):].numpy())
    return np.concatenate([leading / leading[:, 0].std(), location], axis=1)


def first_clusters(features: np.ndarray, count: int, seed: int) -> np.ndarray:
    return GaussianMixture(count, n_init=10, reg_covar=1e-3, random_state=seed).fit_predict(features)


def k_means(features: np.ndarray, count: int, seed: int) -> KMeans:
    return KMeans(count, n_init=20, random_state=seed).fit(features)


def nearest(features: np.ndarray, centroids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest centroid of each row, and the distance to it."""
    distances = np.linalg.norm(features[:, None].astype(np.float64) - centroids[None], axis=2)
    return distances.argmin(1), distances.min(1)


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


# The loop


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


# Diagnostics on phantoms; nothing above has seen these


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


def write(
    out: Path, lesions: list[Lesion], features: np.ndarray, clusters: np.ndarray, distances: np.ndarray, lineage: dict
) -> None:
    """The folder that `deeplesion categorize import` reads."""
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "features.npy", features.astype(np.float32))
    with open(out / "assignments.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["File_name", "Bounding_boxes", "cluster", "distance"])
        for lesion, cluster, distance in zip(lesions, clusters, distances):
            writer.writerow([lesion.file_name, lesion.boxes_text, cluster + 1, f"{distance:.6f}"])
    (out / "categorization.json").write_text(json.dumps(lineage, indent=1) + "\n")


def assign(source: Path, folder: str, out: Path, processes: int) -> None:
    """Assigns the lesions of another folder to the centroids of a finished categorization; lineage and cluster numbers
    stay."""
    lineage = json.loads((source / "categorization.json").read_text())
    encoder = Encoder(lineage["featureDimension"])
    encoder.load_state_dict(torch.load(source / "encoder.pt"))
    material = load_material(folder, processes, 0)
    features = encode(encoder, material, torch.device("cpu"))
    clusters, distances = nearest(features, np.array(lineage["centroids"]))
    lineage["clusters"] = [
        {"clusterIndex": c + 1, "size": int((clusters == c).sum())} for c in range(lineage["clusterCount"])
    ]
    write(out, material.lesions, features, clusters, distances, lineage)
    print(
        f"{len(clusters)} lesions assigned to {lineage['clusterCount']} clusters: "
        f"{[entry['size'] for entry in lineage['clusters']]}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("folder")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--k", type=int, default=5, help="number of clusters; the paper's is 5")
    parser.add_argument("--name", default="deep-mining", help="of the categorization on the server")
    parser.add_argument("--encoder", default="phantom-encoder", help="name of the exported model")
    parser.add_argument("--version", default="1.0.0", help="of the exported model")
    parser.add_argument("--models", type=Path, default=Path(__file__).resolve().parent.parent / "models")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--iterations", type=int, default=8, help="at most")
    parser.add_argument("--epochs", type=int, default=3, help="of fine-tuning in each iteration")
    parser.add_argument("--dimension", type=int, default=32, help="of the features")
    parser.add_argument("--scan", default="3-10", help="numbers of clusters whose quality is compared")
    parser.add_argument("--start", default="", help="encoder.pt of another run; random weights if not given")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--limit", type=int, default=0, help="the first N lesions only")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter iterations")
    parser.add_argument("--baselines", action="store_true", help="on phantoms: the agreement of simpler ways")
    parser.add_argument(
        "--assign",
        type=Path,
        help="a finished --out: FOLDER's lesions are assigned to its centroids, and nothing is trained",
    )
    parser.add_argument(
        "--unseen",
        nargs="*",
        default=[],
        help="phantom folders whose lesions are assigned to the centroids, as a diagnostic",
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.assign:
        return assign(arguments.assign, arguments.folder, arguments.out, arguments.processes)
    started = time.monotonic()
    limit, epochs = (2, 3) if arguments.quick else (arguments.iterations, arguments.epochs)
    material = load_material(arguments.folder, arguments.processes, arguments.limit)
    print(f"{len(material.lesions)} lesions, {len(material.trained)} of them to train on", flush=True)
    mined = mine(material, arguments.k, arguments.seed, limit, epochs, arguments.dimension, arguments.start)
    first, last = (int(text) for text in arguments.scan.split("-"))
    scanned = [
        {**entry, "chosen": entry["clusterCount"] == arguments.k}
        for entry in scan(first_features(material), first, last, arguments.seed)
    ]
    for entry in scanned:
        print(
            f"K = {entry['clusterCount']}: silhouette {entry['silhouette']:.3f}, stability {entry['stability']:.3f}",
            flush=True,
        )

    types = hidden_types(arguments.folder, material.lesions)
    if types is not None:
        for entry, partition in zip(mined.iterations, mined.partitions):
            entry["diagnostics"] = agreement(partition, types)
            print(f"diagnostic, iteration {entry['iteration']}: {entry['diagnostics']}", flush=True)
    checksum = hashlib.sha256((Path(arguments.folder) / "DL_info.csv").read_bytes()).hexdigest()
    command = "python categorize.py FOLDER --out OUT " + " ".join(
        word for word in sys.argv[2:] if word not in ("--out", str(arguments.out)) and not word.startswith("/"))
    card = {
        "data": f"{len(material.lesions)} lesions of a folder in DeepLesion layout (DL_info.csv {checksum[:12]}), "
        f"{len(material.trained)} of them trained on",
        "trainingCommand": command,
        "intendedUse": "Features of lesions for clustering and for finding similar ones.",
        "limits": "Learned from the lesions of one data set without any label; distances mean little for images "
        "that look otherwise. Not for clinical use.",
        "seed": arguments.seed,
        "codeVersion": code_version(),
        "dataChecksum": checksum,
    }
    manifest = export_encoder(
        mined.encoder,
        arguments.models / arguments.encoder,
        arguments.encoder,
        arguments.version,
        card,
        material.crops[:8],
        material.scalars[:8],
    )
    lineage = {
        "formatVersion": 1,
        "name": arguments.name,
        "method": METHOD,
        "clusterCount": arguments.k,
        "encoder": {"name": arguments.encoder, "version": arguments.version, "sha256": manifest["onnx"]["sha256"]},
        "featureDimension": arguments.dimension,
        "seed": arguments.seed,
        "startWeights": arguments.start or "random",
        "command": command,
        "codeVersion": code_version(),
        "dataChecksum": checksum,
        "createdAt": datetime.now(timezone.utc).isoformat(),
        "selectionRule": RULE,
        "chosenIteration": len(mined.iterations) - 1,
        "iterations": mined.iterations,
        "scan": scanned,
        "centroids": [[float(v) for v in row] for row in mined.centroids],
        "clusters": [{"clusterIndex": c + 1, "size": int((mined.clusters == c).sum())} for c in range(arguments.k)],
    }
    write(arguments.out, material.lesions, mined.features, mined.clusters, mined.distances, lineage)
    torch.save(mined.encoder.state_dict(), arguments.out / "encoder.pt")
    diagnose(arguments, material, mined, types)
    print(
        f"wrote {arguments.out} and {arguments.models / arguments.encoder} in {(time.monotonic() - started) / 60:.1f} minutes",
        flush=True,
    )


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


if __name__ == "__main__":
    main()
