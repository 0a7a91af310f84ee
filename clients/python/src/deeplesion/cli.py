"""The command `deeplesion-client`: what most people do with a server, without a line of Python."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ._settings import VERSION, server_url, write_config
from ._sync.client import Client
from ._sync.data import BookmarkedImage, Dataset
from ._sync.evaluations import Evaluation
from .citations import CITATION_TYPES
from .errors import BadUserInput, DeepLesionError
from .submissions import FORMATS, SubmissionReport

Command = Callable[[Client, argparse.Namespace], Any]
FAILED = 1


def main(words: Sequence[str] | None = None) -> int:
    """Runs a command. Gives the exit status: 0, or 1 with a message on standard error."""
    given = parser().parse_args(words)
    try:
        if given.command == "login":
            told = login(given)
        else:
            with Client(given.url) as client:
                told = given.run(client, given)
    except (DeepLesionError, LookupError, ValueError, OSError) as error:
        print(f"deeplesion-client: {error}", file=sys.stderr)
        return FAILED
    tell(told, given.json)
    return 0


def tell(told: Any, as_json: bool) -> None:
    """Prints what a command found: text as it is, everything else as JSON."""
    if as_json or not isinstance(told, str):
        print(json.dumps(told, indent=None if as_json else 2, default=str))
    elif told:
        print(told.rstrip("\n"))


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    root = argparse.ArgumentParser(prog="deeplesion-client", description="A client of DeepLesion Server.")
    root.add_argument("--version", action="version", version=VERSION)
    root.add_argument("--url", help="address of the server (DEEPLESION_URL, or that of login)")
    root.add_argument("--json", action="store_true", help="print one line of JSON")
    commands = root.add_subparsers(dest="command", required=True)
    add_login(commands)
    add_query(commands)
    add_export(commands)
    add_pull_images(commands)
    add_detect(commands)
    add_submit(commands)
    add_cite(commands)
    return root


def add_command(commands: Any, name: str, run: Command, text: str) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    added.set_defaults(run=run)
    # Options of the whole command can stand at its end as well.
    added.add_argument("--url", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    added.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return added


def add_login(commands: Any) -> None:
    added = add_command(commands, "login", lambda *_: None, "Remember a server and a key for it.")
    added.add_argument("server", help="address of the server")
    added.add_argument("--without-key", action="store_true", help="remember the address only")


def login(given: argparse.Namespace) -> str:
    """Asks for the key, which is not an argument, because others can read those; checks and keeps it."""
    url = server_url(given.server)
    key = None
    if not given.without_key:
        prompt = f"Key for {url}: "
        key = (getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline()).strip()
        if not key:
            raise ValueError("Expected a key such as dl_…, on standard input or typed; --without-key needs none.")
    with Client(url, key=key) as client:
        viewer = client.viewer()
    path = write_config(url, key)
    who = viewer["key"]["name"] if viewer["key"] else "no key"
    return f"{url}: {who}, {', '.join(viewer['scopes'])}; remembered in {path}"


def add_query(commands: Any) -> None:
    added = add_command(commands, "query", query, "Send a GraphQL query or mutation, and print its data.")
    added.add_argument("file", help="file with the document; - is standard input")
    added.add_argument("--variables", default="{}", help="variables as JSON")


def query(client: Client, given: argparse.Namespace) -> Any:
    text = sys.stdin.read() if given.file == "-" else Path(given.file).read_text("utf8")
    return client.query(text, read_json("--variables", given.variables))


def read_json(option: str, text: str) -> dict[str, Any]:
    """The JSON object of an option.

    Raises ValueError for anything else.
    """
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise ValueError(f"Expected {option} to be a JSON object, got {text!r}.")
    return value


def add_filter(added: argparse.ArgumentParser) -> None:
    added.add_argument("--filter", default="{}", help='filter of the graph as JSON, such as {"coarseType":["LUNG"]}')


def add_export(commands: Any) -> None:
    added = add_command(commands, "export", export, "Download lesions, images, studies or patients as a table.")
    added.add_argument("dataset", help="slug@version")
    added.add_argument("file", help="lesions.parquet, images.csv, studies.ndjson …; the name says what is downloaded")
    added.add_argument("--table", help="lesions, images, studies or patients, if the file has another name")
    added.add_argument("--fields", help="columns, separated by commas")
    add_filter(added)


def export(client: Client, given: argparse.Namespace) -> Any:
    path = Path(given.file)
    lists: dict[str, Any] = {
        "lesions": client.lesions,
        "images": client.images,
        "studies": client.studies,
        "patients": client.patients,
    }
    name = given.table or path.stem
    if name not in lists:
        raise ValueError(f"Expected the table to be one of {', '.join(lists)}, got {name!r}: pass --table.")
    selection = lists[name](given.dataset, read_json("--filter", given.filter))
    fields = given.fields.split(",") if given.fields else None
    written = selection.save(path, fields)
    told = {"file": str(written), "bytes": written.stat().st_size}
    return told if given.json else f"{written}: {told['bytes']} bytes"


def add_pull_images(commands: Any) -> None:
    added = add_command(
        commands, "pull-images", pull_images, "Download key slices as PNG, or as NPY in Hounsfield units."
    )
    added.add_argument("dataset", help="slug@version")
    added.add_argument("folder", help="where they are written; those that are there are not downloaded again")
    added.add_argument("--window", help="lung, soft-tissue …, or CENTER,WIDTH in HU")
    added.add_argument("--size", type=int, help="longest side in pixels")
    added.add_argument("--overlay", help="lesions, or detections:RUN")
    added.add_argument("--hu", action="store_true", help="Hounsfield units as NPY")
    add_filter(added)


def pull_images(client: Client, given: argparse.Namespace) -> Any:
    folder = Path(given.folder)
    folder.mkdir(parents=True, exist_ok=True)
    count = {"written": 0, "present": 0, "withoutPixels": 0}
    for image in client.images(given.dataset, read_json("--filter", given.filter)):
        target = folder / plain_name(image.file_name, ".npy" if given.hu else ".png")
        if not image.has_pixels:
            count["withoutPixels"] += 1
        elif target.exists():
            count["present"] += 1
        else:
            write_picture(image, target, given)
            count["written"] += 1
    text = "{written} images written, {present} were there, {withoutPixels} have no pixels".format(**count)
    return count if given.json else text


def plain_name(file_name: str, ending: str) -> str:
    """The name of a file in one folder: COCO sets may have images in several."""
    return re.sub(r"[/\\]", "_", os.path.splitext(file_name)[0]) + ending


def write_picture(image: BookmarkedImage, target: Path, given: argparse.Namespace) -> None:
    """It gets its name when it is complete, so that a second call goes on where the first one ended."""
    content = image.npy() if given.hu else image.png(window=given.window, size=given.size, overlay=given.overlay)
    written = target.with_name(target.name + ".part")
    written.write_bytes(content)
    written.replace(target)


def add_detect(commands: Any) -> None:
    added = add_command(
        commands, "detect", detect, "Detect lesions in CT slices of your own; only their pixels are sent."
    )
    added.add_argument("files", nargs="+", help="DICOM files: one slice, or the slices of one series")
    added.add_argument("--detector", required=True, help="name of the detector")
    added.add_argument("--detector-version", help="its highest version by default")
    added.add_argument("--score-threshold", type=float, help="detections with a lower score are discarded, 0 to 1")
    added.add_argument("--sr", help="write a DICOM structured report of a single slice to this file")


def detect(client: Client, given: argparse.Namespace) -> Any:
    found = client.detect_file(
        given.files, given.detector, version=given.detector_version, score_threshold=given.score_threshold
    )
    try:
        if given.sr:
            if len(given.files) != 1:
                raise ValueError("Expected one file with --sr.")
            found.slices[0].to_dicom_sr(given.files[0]).save_as(given.sr)
        return [
            {"slice": one.slice_index, "detections": [asdict(box) for box in one.detections]} for one in found.slices
        ]
    finally:
        found.delete()


def add_submit(commands: Any) -> None:
    added = add_command(commands, "submit", submit, "Submit detections that were made elsewhere, and evaluate them.")
    added.add_argument("dataset", help="slug or slug@version")
    added.add_argument("file", help=f"COCO results, CSV, NDJSON or Parquet: {', '.join(FORMATS)}")
    added.add_argument("--detector", required=True, metavar="NAME@VERSION", help="what made them")
    added.add_argument("--detector-url", help="web page of the detector")
    added.add_argument("--citation", help="how the detector is cited")
    images = added.add_mutually_exclusive_group(required=True)
    images.add_argument("--split", action="append", help="the detector was run on the images of this split")
    images.add_argument("--images-in-file", action="store_true", help="it was run on the images that the file names")
    added.add_argument("--box-convention", choices=["XYXY", "XYWH"])
    added.add_argument("--pixel-convention", choices=["ONE_BASED", "ZERO_BASED"])
    added.add_argument("--score-transform", choices=["SIGMOID", "RANK"])
    added.add_argument("--only-validate", action="store_true", help="say what is wrong, and change nothing")


def submit(client: Client, given: argparse.Namespace) -> Any:
    name, _, version = given.detector.rpartition("@")
    if not name:
        raise ValueError(f"Expected --detector NAME@VERSION, got {given.detector!r}.")
    detector: Any = {"name": name, "version": version}
    texts = {"url": given.detector_url, "citation": given.citation}
    detector |= {key: text for key, text in texts.items() if text}
    arguments: dict[str, Any] = {
        "detector": detector,
        "split": [one.upper() for one in given.split] if given.split else None,
        "images_in_file": given.images_in_file,
        "box_convention": given.box_convention,
        "pixel_convention": given.pixel_convention,
        "score_transform": given.score_transform,
    }
    if given.only_validate:
        return report_text(client.validate(given.dataset, given.file, **arguments), given.json)
    submission = client.submit(given.dataset, given.file, progress=sys.stderr.isatty(), **arguments)
    accuracy = {str(point.iou_threshold): point.accuracy for point in submission.evaluation.curve()}
    told = {"run": submission.run.id, "evaluation": submission.evaluation.id, "accuracy": accuracy}
    if given.json:
        return told
    return f"run {submission.run.id}\nevaluation {submission.evaluation.id}\naccuracy at IoU 0.5: {accuracy.get('0.5')}"


def report_text(report: SubmissionReport, as_json: bool) -> Any:
    if as_json:
        return asdict(report)
    lines = [f"boxes: {report.box_count}, on {report.images_with_boxes} of {report.image_count} images"]
    lines += [f"{one.line}: {one.message}" for one in report.problems]
    lines += [f"perhaps: {one.message}" for one in report.suspicions]
    return "\n".join([*lines, "valid" if report.is_valid else f"{report.problem_count} problems"])


def add_cite(commands: Any) -> None:
    added = add_command(commands, "cite", cite, "Print how a data set or an evaluation is cited.")
    added.add_argument("what", help="slug or slug@version, or the id of an evaluation")
    added.add_argument("--format", choices=list(CITATION_TYPES), default="text")


def cite(client: Client, given: argparse.Namespace) -> str:
    return cited_by(client, given.what).cite(given.format)


def cited_by(client: Client, name: str) -> Dataset | Evaluation:
    """A data set, or if there is none of this name, an evaluation.

    Raises LookupError if there is neither.
    """
    for find in (client.dataset, client.evaluation):
        # What is no id is told as bad input.
        with suppress(LookupError, BadUserInput):
            return find(name)
    raise LookupError(f"There is no data set and no evaluation {name!r}.")


if __name__ == "__main__":
    # A reader such as head may close the pipe.
    try:
        sys.exit(main())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
