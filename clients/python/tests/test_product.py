"""The client and the running product with its demo (DEEPLESION_SERVER)."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path

import pytest
from slices import write_slice

from deeplesion import AsyncClient, BadUserInput, Client, DetectionRun, F, NotFound, RunFailed, SubmissionInvalid
from deeplesion.cli import main, plain_name
from deeplesion.schema import Split
from deeplesion.submissions import ExternalDetector


@pytest.fixture(scope="module")
def run(product: Client) -> DetectionRun:
    """A run over two images, which all tests share."""
    images = product.images("demo@1", F.split == "TEST")[:2]
    return product.detect("phantom-single", images=images).wait(progress=True)


def test_lists_are_counted_read_by_pages_and_indexed(product: Client) -> None:
    lesions = product.lesions("demo", F.split == "TEST")
    ids = [lesion.id for lesion in lesions]
    assert len(ids) == len(lesions) > 20
    assert [lesion.id for page in lesions.pages(7) for lesion in page] == ids
    assert (lesions[0].id, lesions[-1].id, [one.id for one in lesions[3:6]]) == (ids[0], ids[-1], ids[3:6])
    with pytest.raises(IndexError):
        lesions[len(ids)]
    first = lesions[0]
    assert first.split is Split.TEST
    assert first.dataset == first.image.dataset == "demo@1"
    assert first.patient.patient_index > 0


def test_filters_choose_what_they_say(product: Client) -> None:
    large = product.lesions("demo", (F.long_diameter_mm > 30) & ~(F.coarse_type == "LUNG"))
    assert len(large) > 0
    assert all((lesion.long_diameter_mm or 0) > 30 and lesion.coarse_type != "LUNG" for lesion in large)
    narrow = product.images("demo", (F.lesion.long_diameter_mm >= 20) & (F.lesion.long_diameter_mm <= 22))
    chosen = product.lesions("demo", F.long_diameter_mm.between(20, 22))
    assert {image.id for image in narrow} == {lesion.image.id for lesion in chosen} == {one.id for one in chosen.images}
    assert len(product.studies("demo", F.age_years >= 60)) + len(product.studies("demo", F.age_years < 60)) > 0
    assert {patient.sex for patient in product.patients("demo", F.sex == "MALE")} == {"MALE"}


def test_errors_say_what_to_do(product: Client) -> None:
    with pytest.raises(NotFound, match="Known: demo@1") as caught:
        product.lesions("nope")[0]
    assert caught.value.argument == "dataset"
    assert caught.value.request_id
    with pytest.raises(BadUserInput, match="Known: ALL"):
        product.runs("demo", status="SUCCEEDED")[0].evaluation().curve(stratum="NOPE")
    with pytest.raises(LookupError, match="no image"):
        product.image("demo", "nope.png")


def test_pictures_show_what_is_asked_for(product: Client, run: DetectionRun, tmp_path: Path) -> None:
    image = product.images("demo", F.split == "TEST")[0]
    plain = image.png(window="lung", size=256)
    marked = image.png(window="lung", size=256, overlay=["lesions", run], top=3)
    assert plain.startswith(b"\x89PNG")
    assert marked != plain
    assert marked.save(tmp_path / "a.png").read_bytes() == marked
    assert product.lesions("demo")[0].png(margin_mm=10).startswith(b"\x89PNG")


def test_a_run_is_requested_once_and_has_detections_and_an_evaluation(product: Client, run: DetectionRun) -> None:
    images = product.images("demo@1", F.split == "TEST")[:2]
    first, second = (product.detect("phantom-single", images=images, idempotency_key=f"k{run.id}") for _ in range(2))
    assert first.id == second.id
    assert run.progress.completed == run.progress.total == 2
    detections = list(run.detections)
    assert {one.image.id for one in detections} <= {image.id for image in images}
    assert len(run.detections.where(rank_at_most=1)) == len({one.image.id for one in detections})
    assert run.evaluation().id == run.evaluation(preset="PAPER").id
    assert run.evaluation(preset="COCO").protocol.preset == "COCO"
    assert run.id in {one.id for one in product.runs("demo")}
    with pytest.raises(ValueError, match="one of COCO, DEEPLESION_FROC, PAPER"):
        run.evaluation(preset="NOPE")  # type: ignore[arg-type]


def test_a_run_is_cancelled(product: Client) -> None:
    run = product.detect("phantom-single", dataset="demo", priority="BACKGROUND")
    run.cancel()
    with pytest.raises(RunFailed, match="CANCELLED"):
        run.wait()


def test_curves_have_their_bands_and_comparisons_their_differences(product: Client) -> None:
    one, other = (found.evaluation() for found in list(product.runs("demo", status="SUCCEEDED"))[-2:])
    curve = one.curve()
    assert len(curve) == 19
    for point in curve.points:
        assert point.accuracy == pytest.approx(point.correct / point.total)
        assert (point.ci_low or 0) <= (point.accuracy or 0) <= (point.ci_high or 1)
    assert one.strata()[0].name == "ALL"
    assert one.froc(false_positives_per_image=[1, 2]).points[1].false_positives_per_image == 2
    assert len(one.precision_recall()) == 101
    assert 0 < (one.average_precision() or 0) < (one.average_precision(0.5) or 0)
    difference = product.compare(one, other).differences[0]
    at_half = next(point for point in difference.points if point.iou_threshold == 0.5)
    found = difference.discordant_lesions(iou_threshold=0.5)
    assert len(found) == at_half.only_baseline + at_half.only_other


def test_ranks_the_detectors_of_a_split(product: Client) -> None:
    board = product.leaderboard("demo", split="TEST")
    rows = board.to_dicts()
    assert {row["detector"] for row in rows} >= {"phantom-single", "phantom-multi"}
    for row in (row for row in rows if row["standing"] == "RANKED"):
        assert row["rank_low"] <= row["rank"] <= row["rank_high"]
        assert row["ci_low"] <= row["value"] <= row["ci_high"]
    assert board.metric == "Accuracy at IoU 0.5, top 5"


def test_curves_become_frames_and_plots(product: Client) -> None:
    pandas = pytest.importorskip("pandas")
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    evaluation = product.runs("demo")[-1].evaluation()
    frame = evaluation.curve().to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame["iou_threshold"]) == sorted(frame["iou_threshold"])
    axes = evaluation.plot()
    assert len(axes.collections) == 1, "the band"
    assert axes.get_xlabel() == "IoU threshold"


def test_slices_of_one_s_own_are_detected_in(product: Client, tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    pytest.importorskip("pydicom")
    hounsfield = numpy.full((512, 512), -1000, numpy.int16)
    changes = {"Rows": 512, "Columns": 512, "RescaleSlope": 1, "RescaleIntercept": 0, "PixelData": hounsfield.tobytes()}
    file = write_slice(tmp_path / "slice.dcm", **changes)
    found = product.detect_file(file, "phantom-single", score_threshold=0)
    assert len(found.slices) == 1
    assert found.slices[0].png(size=128).startswith(b"\x89PNG")
    found.delete()
    with pytest.raises(NotFound):
        found.slices[0].png()


def test_the_graph_is_never_hidden(product: Client) -> None:
    answer = product.query("query ($slug: String!) { dataset(slug: $slug) { name } }", {"slug": "demo"})
    assert answer["dataset"]["name"]


def test_the_asynchronous_client_does_the_same(product: Client) -> None:
    async def read() -> tuple[int, int, str]:
        async with product.aio as client:
            assert isinstance(client, AsyncClient)
            lesions = client.lesions("demo", F.split == "TEST")
            read = [lesion async for lesion in lesions]
            curve = await (await client.runs("demo", status="SUCCEEDED").at(-1)).evaluation()
            return await lesions.count(), len(read), (await curve.curve()).label

    count, read_count, label = asyncio.run(read())
    assert count == read_count > 20
    assert label.startswith("phantom-")


def test_tables_are_one_request_and_agree_with_the_list(product: Client, tmp_path: Path) -> None:
    lesions = product.lesions("demo", (F.split == "TEST") & ~F.possibly_noisy)
    rows = lesions.to_dicts()
    assert [row["id"] for row in rows] == [lesion.id for lesion in lesions]
    assert [row["long_diameter_mm"] for row in rows] == [lesion.long_diameter_mm for lesion in lesions]
    assert lesions.dataset == "demo@1"
    assert set(lesions.to_dicts(fields=["file_name", "split"])[0]) == {"file_name", "split"}
    saved = lesions.save(tmp_path / "lesions.csv")
    assert len(saved.read_text("utf8").splitlines()) == len(rows) + 1
    with pytest.raises(BadUserInput, match="file_name"):
        lesions.to_dicts(fields=["nope"])
    assert len(product.images("demo@1").to_dicts()) == len(product.images("demo@1"))
    assert len(product.studies("demo@1").to_dicts()) == len(product.studies("demo@1"))
    assert len(product.patients("demo@1").to_dicts()) == len(product.patients("demo@1"))


@pytest.mark.parametrize(
    ("package", "method"), [("pandas", "to_pandas"), ("polars", "to_polars"), ("pyarrow", "to_arrow")]
)
def test_frames_have_all_rows_and_columns(product: Client, package: str, method: str) -> None:
    pytest.importorskip(package)
    lesions = product.lesions("demo@1")
    rows = lesions.to_dicts()
    frame = getattr(lesions, method)()
    assert len(frame) == len(rows)
    names = list(frame.column_names if package == "pyarrow" else frame.columns)
    assert names == list(rows[0])
    ids = frame["id"].to_pylist() if package == "pyarrow" else list(frame["id"])
    assert ids == [row["id"] for row in rows]


def test_a_frame_without_pyarrow_has_the_same_values(product: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    lesions = product.lesions("demo@1")
    with_arrow = lesions.to_pandas()
    monkeypatch.setattr("deeplesion._frames.has", lambda package: False)
    pandas.testing.assert_frame_equal(lesions.to_pandas(), with_arrow, check_dtype=False, check_exact=True)


def test_pixels_are_the_hounsfield_units_of_the_slices(product: Client) -> None:
    numpy = pytest.importorskip("numpy")
    image = product.lesions("demo@1")[0].image
    key_slice = image.pixels()
    assert key_slice.dtype == numpy.int16
    assert key_slice.shape == (image.height, image.width)
    stack = image.pixels(slices=(-1, 1))
    assert stack.shape == (3, image.height, image.width)
    assert (stack[1] == key_slice).all()
    with pytest.raises(BadUserInput):
        image.pixels(slices=(-400, 400))


def test_detections_are_a_table_and_coco_results(product: Client, run: DetectionRun, tmp_path: Path) -> None:
    rows = run.detections.to_dicts()
    assert len(rows) == len(run.detections)
    assert {row["score"] for row in rows} == {detection.score for detection in run.detections}
    assert len(json.loads(run.detections.save(tmp_path / "results.json").read_text("utf8"))) == len(rows)
    accuracy = run.evaluation().save("accuracy", tmp_path / "accuracy.ndjson").read_text("utf8")
    assert json.loads(accuracy.splitlines()[0])["iou_threshold"] == 0.05


def test_citations_name_the_version(product: Client, run: DetectionRun) -> None:
    assert "demo@1" in product.lesions("demo", F.split == "TEST").cite()
    assert product.dataset("demo").cite("bibtex").startswith("@misc{demo_1,")
    assert json.loads(product.dataset("demo").cite("csl-json"))[0]["version"] == "demo@1"
    assert "phantom-single" in run.evaluation().cite("bibtex")
    with pytest.raises(ValueError, match="one of text, bibtex"):
        product.dataset("demo").cite("word")  # type: ignore[arg-type]


def submitted(product: Client, run: DetectionRun, file: Path) -> Path:
    """The boxes of a run as a file of somebody else's."""
    with file.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["image", "x1", "y1", "x2", "y2", "score"])
        for detection in run.detections:
            box = detection.bounding_box
            writer.writerow([detection.image.file_name, box.x1, box.y1, box.x2, box.y2, detection.score])
    return file


def test_detections_made_elsewhere_are_worth_what_they_are(product: Client, run: DetectionRun, tmp_path: Path) -> None:
    file = submitted(product, run, tmp_path / "mine.csv")
    images = product.images("demo@1", F.split == "TEST")[:2]
    mine: ExternalDetector = {"name": "python-test", "version": "1.0.0", "training_data": "none"}
    assert product.validate("demo@1", file, detector=mine, images=images).is_valid
    submission = product.submit("demo@1", file, detector=mine, images=images)
    own = run.evaluation().curve()
    assert [point.correct for point in submission.evaluation.curve().points] == [point.correct for point in own.points]
    compared = product.compare(run.evaluation(), submission.evaluation).differences[0]
    assert all(point.difference == 0 for point in compared.points)


def test_a_file_with_problems_is_not_submitted(product: Client, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("image,x1,y1,x2,y2,score\nnope.png,1,1,2,2,0.5\n")
    mine: ExternalDetector = {"name": "python-test", "version": "1.0.0"}
    with pytest.raises(SubmissionInvalid, match=r"nope\.png") as caught:
        product.submit("demo@1", file, detector=mine, split="TEST")
    assert caught.value.report.problem_count == 1
    with pytest.raises(ValueError, match="exactly one of split, images"):
        product.submit("demo@1", file, detector=mine)


def test_what_is_detected_becomes_a_structured_report(product: Client, tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy")
    highdicom = pytest.importorskip("highdicom")
    pydicom = pytest.importorskip("pydicom")
    image = product.lesions("demo@1", F.split == "TEST")[0].image
    hounsfield = image.pixels()
    changes = {"Rows": image.height, "Columns": image.width, "RescaleSlope": 1, "RescaleIntercept": 0}
    spacing = [image.pixel_spacing_mm] * 2
    file = write_slice(
        tmp_path / "slice.dcm",
        PixelSpacing=spacing,
        PixelData=hounsfield.tobytes(),
        PixelPaddingValue=-32768,
        **changes,
    )
    found = product.detect_file(file, "phantom-single")
    assert len(found.detections) > 0
    report = found.slices[0].to_dicom_sr(file)
    report.save_as(tmp_path / "report.dcm")
    read = highdicom.sr.srread(tmp_path / "report.dcm")
    groups = read.content.get_planar_roi_measurement_groups()
    assert len(groups) == len(found.detections)
    for group, detection in zip(groups, found.detections, strict=True):
        corners = group.roi.value
        box = detection.bounding_box
        # The centre of the first pixel is 1 for the server, and 0.5 in a report.
        expected = numpy.array([[box.x1, box.y1], [box.x2, box.y2]]) - 0.5
        assert numpy.allclose([corners.min(0), corners.max(0)], expected, atol=1e-3)
        assert group.get_measurements()[0].value == pytest.approx(100 * detection.score)
    assert read.StudyInstanceUID == pydicom.dcmread(file).StudyInstanceUID
    found.delete()


def test_the_command_line(product_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run_command(*words: str) -> tuple[int, str]:
        status = main(["--url", product_url, *words])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    assert main(["login", "--without-key", product_url]) == 0
    document = tmp_path / "q.graphql"
    document.write_text("query ($slug: String!) { dataset(slug: $slug) { version } }")
    capsys.readouterr()
    assert main(["query", str(document), "--variables", '{"slug": "demo"}', "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"dataset": {"version": 1}}
    assert run_command("cite", "demo@1", "--format", "bibtex")[1].startswith("@misc{demo_1,")
    file = tmp_path / "lesions.csv"
    assert run_command("export", "demo@1", str(file), "--filter", '{"split": ["TEST"]}', "--fields", "id")[0] == 0
    assert file.read_text("utf8").startswith("id\n")
    folder, chosen = tmp_path / "slices", '{"fileName": ["000003_01_01_083.png"]}'
    pull = ["pull-images", "demo@1", str(folder), "--window", "lung", "--filter", chosen, "--json"]
    assert json.loads(run_command(*pull)[1]) == {"written": 1, "present": 0, "withoutPixels": 0}
    assert json.loads(run_command(*pull)[1]) == {"written": 0, "present": 1, "withoutPixels": 0}
    assert (folder / "000003_01_01_083.png").read_bytes().startswith(b"\x89PNG")
    assert plain_name("a/../1.png", ".npy") == "a_.._1.npy"
    status, told = run_command("cite", "nope@1")
    assert status == 1
    assert told == "deeplesion-client: There is no data set and no evaluation 'nope@1'.\n"
