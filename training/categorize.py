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
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import torch

from crops import Lesion
from diagnostics import agreement, diagnose, hidden_types
from encoder import Encoder
from evaluate import open_onnx
from export_encoder import export_encoder
from mining import STABLE_NMI, Material, Mined, encode, first_features, load_material, mine
from parent import end_with_parent
from partitions import nearest, scan
from train import code_version

MODELS = Path(__file__).resolve().parent.parent / "models"
METHOD = (
    "iterated deep mining: Gaussian mixture on tissue statistics and location, "
    "then a convolutional encoder fine-tuned on the clusters "
    "and k-means on its features, until stable"
)
RULE = (
    "the last iteration: the loop ends when the NMI of consecutive partitions "
    f"is at least {STABLE_NMI} twice in a row, or at --iterations"
)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("folder")
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--k", type=int, default=5, help="number of clusters; the paper's is 5")
    parser.add_argument("--name", default="deep-mining", help="of the categorization on the server")
    parser.add_argument("--encoder", default="phantom-encoder", help="name of the exported model")
    parser.add_argument("--version", default="1.0.0", help="of the exported model")
    parser.add_argument("--models", type=Path, default=MODELS)
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
    return parser.parse_args()


def main() -> None:
    end_with_parent()
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    if arguments.assign:
        return assign(arguments.assign, arguments.folder, arguments.out, arguments.processes, arguments.models)
    started = time.monotonic()
    limit, epochs = (2, 3) if arguments.quick else (arguments.iterations, arguments.epochs)
    material = load_material(arguments.folder, arguments.processes, arguments.limit)
    print(f"{len(material.lesions)} lesions, {len(material.trained)} of them to train on", flush=True)
    mined = mine(material, arguments.k, arguments.seed, limit, epochs, arguments.dimension, arguments.start)
    scanned = scan_counts(arguments, material)
    types = hidden_types(arguments.folder, material.lesions)
    if types is not None:
        for entry, partition in zip(mined.iterations, mined.partitions):
            entry["diagnostics"] = agreement(partition, types)
            print(f"diagnostic, iteration {entry['iteration']}: {entry['diagnostics']}", flush=True)
    command = command_of(arguments)
    checksum = hashlib.sha256((Path(arguments.folder) / "DL_info.csv").read_bytes()).hexdigest()
    manifest = export_encoder(
        mined.encoder,
        arguments.models / arguments.encoder,
        arguments.encoder,
        arguments.version,
        card_of(arguments, material, command, checksum),
        material.crops[:8],
        material.scalars[:8],
    )
    lineage = lineage_of(arguments, mined, scanned, manifest, command, checksum)
    write(arguments.out, material.lesions, mined.features, mined.clusters, mined.distances, lineage)
    torch.save(mined.encoder.state_dict(), arguments.out / "encoder.pt")
    diagnose(arguments, material, mined, types)
    minutes = (time.monotonic() - started) / 60
    print(f"wrote {arguments.out} and {arguments.models / arguments.encoder} in {minutes:.1f} minutes", flush=True)


def scan_counts(arguments: argparse.Namespace, material: Material) -> list[dict]:
    """Quality of each number of clusters of --scan, printed; the one of --k is marked as chosen."""
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
    return scanned


def command_of(arguments: argparse.Namespace) -> str:
    """The command line without the paths of this machine."""
    return "python categorize.py FOLDER --out OUT " + " ".join(
        word for word in sys.argv[2:] if word not in ("--out", str(arguments.out)) and not word.startswith("/")
    )


def card_of(arguments: argparse.Namespace, material: Material, command: str, checksum: str) -> dict:
    """The encoder's model card; `checksum` is the SHA-256 of DL_info.csv."""
    return {
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


def lineage_of(
    arguments: argparse.Namespace, mined: Mined, scanned: list[dict], manifest: dict, command: str, checksum: str
) -> dict:
    """The content of categorization.json."""
    return {
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


def encode_exported(folder: Path, sha256: str, material: Material) -> np.ndarray:
    """The features of an exported encoder, which must be the one that the categorization names."""
    file = folder / json.loads((folder / "model.json").read_text())["onnx"]["file"]
    if hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
        raise SystemExit(f"{folder} is not the encoder of this categorization; give its folder of models as --models")
    session = open_onnx(file)
    parts = [
        session.run(["features"], {"crops": crops.numpy(), "scalars": scalars.numpy()})[0]
        for crops, scalars in material.batches()
    ]
    return np.concatenate(parts)


def assign(source: Path, folder: str, out: Path, processes: int, models: Path = MODELS) -> None:
    """Assigns the lesions of another folder to the centroids of a finished categorization; lineage and cluster numbers
    stay. Without the folder's encoder.pt, the encoder is the exported one among `models`."""
    lineage = json.loads((source / "categorization.json").read_text())
    material = load_material(folder, processes, 0)
    if (source / "encoder.pt").is_file():
        encoder = Encoder(lineage["featureDimension"])
        encoder.load_state_dict(torch.load(source / "encoder.pt"))
        features = encode(encoder, material, torch.device("cpu"))
    else:
        features = encode_exported(models / lineage["encoder"]["name"], lineage["encoder"]["sha256"], material)
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


if __name__ == "__main__":
    main()
