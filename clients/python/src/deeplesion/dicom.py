"""Slices of one's own: read here, so that only Hounsfield units and two lengths leave the house.

Needs pydicom and numpy: `pip install 'deeplesion[dicom]'`.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._frames import need

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

AIR_HU = -1024
PNG_OFFSET = 32768
SQUARE = 1e-3
LEAST_AXIAL = 0.9


@dataclass(frozen=True)
class Slice:
    """One CT slice."""

    hounsfield: NDArray[numpy.int16]
    pixel_spacing_mm: float
    position_mm: float
    """Towards the head."""


@dataclass(frozen=True)
class UploadContent:
    """What is sent of one or more slices."""

    content: bytes
    query: dict[str, str | int | float]


def read_slice(path: str | os.PathLike[str]) -> Slice:
    """Reads a CT slice of a DICOM file.

    Raises ValueError, naming the attribute, for what is no axial CT slice with one frame, or has text in its pixels.
    """
    pydicom = need("pydicom", "dicom", "Reading a DICOM file")
    numpy = need("numpy", "dicom", "Reading a DICOM file")
    data = pydicom.dcmread(path)
    name = Path(path).name
    _expect(data.get("Modality") == "CT", name, "Modality to be CT", data.get("Modality"))
    _expect(int(data.get("NumberOfFrames") or 1) == 1, name, "one frame", data.get("NumberOfFrames"))
    burned = data.get("BurnedInAnnotation", "NO")
    _expect(burned != "YES", name, "pixels without text in them (Burned In Annotation)", burned)
    spacing = [float(one) for one in data.get("PixelSpacing") or ()]
    is_square = len(spacing) == 2 and abs(spacing[0] - spacing[1]) <= SQUARE * spacing[0]
    _expect(is_square, name, "Pixel Spacing to be two equal lengths", spacing)
    _expect("RescaleSlope" in data and "RescaleIntercept" in data, name, "Rescale Slope and Rescale Intercept", None)
    stored = data.pixel_array.astype(numpy.float64)
    values = numpy.rint(stored * float(data.RescaleSlope) + float(data.RescaleIntercept))
    if "PixelPaddingValue" in data:
        values[stored == float(data.PixelPaddingValue)] = AIR_HU
    hounsfield = numpy.clip(values, -32768, 32767).astype(numpy.int16)
    return Slice(hounsfield, spacing[0], _position(data, name))


def _position(data: Any, name: str) -> float:
    """The place of the slice along its normal; 0 if the file does not say it."""
    orientation = [float(one) for one in data.get("ImageOrientationPatient") or ()]
    position = [float(one) for one in data.get("ImagePositionPatient") or ()]
    if len(orientation) != 6 or len(position) != 3:
        return 0.0
    a, b, c, d, e, f = orientation
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    _expect(abs(normal[2]) >= LEAST_AXIAL, name, "an axial slice", orientation)
    sign = 1 if normal[2] > 0 else -1
    return sign * sum(one * other for one, other in zip(normal, position, strict=True))


def _expect(fits: bool, name: str, what: str, got: object) -> None:
    if not fits:
        raise ValueError(f"{name}: expected {what}, got {got if got is not None else 'nothing'}.")


def png16(hounsfield: NDArray[numpy.int16]) -> bytes:
    """A 16-bit PNG with HU + 32768, which is how DeepLesion has its slices. It has nothing but pixels."""
    numpy = need("numpy", "numpy", "Sending a slice")
    height, width = hounsfield.shape
    words = (hounsfield.astype(numpy.int32) + PNG_OFFSET).astype(">u2")
    lines = b"".join(b"\0" + line.tobytes() for line in words)
    header = struct.pack(">IIBBBBB", width, height, 16, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def upload_content(files: Sequence[str | os.PathLike[str]]) -> UploadContent:
    """What is sent of the slices of one series, from head to feet.

    Raises ValueError if they do not fit together.
    """
    slices = sorted((read_slice(path) for path in files), key=lambda one: -one.position_mm)
    if not slices:
        raise ValueError("Expected at least one file.")
    first = slices[0]
    for one in slices:
        if (
            one.hounsfield.shape != first.hounsfield.shape
            or abs(one.pixel_spacing_mm - first.pixel_spacing_mm) > SQUARE
        ):
            raise ValueError("Expected slices of one series: their sizes or pixel spacings differ.")
    query: dict[str, str | int | float] = {"pixelSpacingMm": first.pixel_spacing_mm}
    if len(slices) == 1:
        return UploadContent(png16(first.hounsfield), query)
    gaps = sorted(one.position_mm - other.position_mm for one, other in pairwise(slices))
    if gaps[0] <= 0:
        raise ValueError("Expected slices at different positions (Image Position (Patient)).")
    query["sliceIntervalMm"] = round(gaps[len(gaps) // 2], 6)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for index, one in enumerate(slices, 1):
            archive.writestr(f"{index:03}.png", png16(one.hounsfield))
    return UploadContent(packed.getvalue(), query)
