"""Slices of one's own: what is read of them, and what leaves the house."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from slices import write_slice

from deeplesion.dicom import png16, read_slice, upload_content

numpy = pytest.importorskip("numpy")
pydicom = pytest.importorskip("pydicom")


def test_a_slice_is_read_in_hounsfield_units(tmp_path: Path) -> None:
    read = read_slice(write_slice(tmp_path / "a.dcm"))
    assert read.hounsfield.tolist() == [[-1000, -998, 0], [400, -1024, 32767]]
    assert read.hounsfield.dtype == numpy.int16
    assert read.pixel_spacing_mm == 0.5


def test_pixels_and_lengths_are_sent_and_nothing_else(tmp_path: Path) -> None:
    sent = upload_content([write_slice(tmp_path / "a.dcm")])
    assert sent.query == {"pixelSpacingMm": 0.5}
    assert b"SECRET" not in sent.content
    assert b"Doe" not in sent.content
    start = sent.content.index(b"IDAT") + 4
    lines = zlib.decompressobj().decompress(sent.content[start:])
    words = numpy.frombuffer(lines, numpy.uint8).reshape(2, 7)[:, 1:].copy().view(">u2").astype(int)
    assert (words - 32768).tolist() == [[-1000, -998, 0], [400, -1024, 32767]]


def test_the_slices_of_a_series_are_sent_from_head_to_feet(tmp_path: Path) -> None:
    files = [write_slice(tmp_path / f"{z}.dcm", z, RescaleIntercept=z) for z in (5.0, 15.0, 10.0)]
    sent = upload_content(files)
    assert sent.query == {"pixelSpacingMm": 0.5, "sliceIntervalMm": 5.0}
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        assert archive.namelist() == ["001.png", "002.png", "003.png"]
        assert archive.read("001.png") == png16(read_slice(files[1]).hounsfield)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"Modality": "MR"}, "Modality to be CT, got MR"),
        ({"PixelSpacing": [0.5, 0.7]}, "Pixel Spacing"),
        ({"BurnedInAnnotation": "YES"}, "without text in them"),
        ({"ImageOrientationPatient": [0, 1, 0, 0, 0, 1]}, "an axial slice"),
    ],
)
def test_what_is_no_plain_ct_slice_is_refused_before_it_is_sent(tmp_path: Path, changes: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_slice(write_slice(tmp_path / "a.dcm", **changes))
