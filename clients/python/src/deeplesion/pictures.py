"""Pictures and arrays of slices."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ._frames import need

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


class HasId(Protocol):
    """An object of the graph."""

    @property
    def id(self) -> str: ...


Overlay = str | HasId | Iterable[str | HasId] | None


class Picture(bytes):
    """A PNG. A notebook shows it."""

    def _repr_png_(self) -> bytes:
        return bytes(self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the file."""
        written = Path(path)
        written.write_bytes(self)
        return written


def overlay_text(overlay: Overlay) -> str | None:
    """`lesions`, a detection run, or several of them, as the address has it."""
    if overlay is None:
        return None
    if isinstance(overlay, str):
        return overlay
    if isinstance(overlay, Iterable):
        return ",".join(text for one in overlay if (text := overlay_text(one)))
    return f"detections:{overlay.id}"


def picture_query(**given: Any) -> dict[str, str | int | float]:
    """The query of a picture: the names as the server has them, without what is None."""
    names = {"score_threshold": "scoreThreshold"}
    return {names.get(name, name): value for name, value in given.items() if value is not None}


def slices_text(slices: tuple[int, int] | int | None) -> str | None:
    """`(-2, 2)` as `-2..2`.

    Raises ValueError for a range that ends before it begins.
    """
    if slices is None:
        return None
    first, last = (slices, slices) if isinstance(slices, int) else slices
    if first > last:
        raise ValueError(f"Expected slices to be (FIRST, LAST) relative to the key slice, got {slices!r}.")
    return f"{first}..{last}"


def hounsfield_array(content: bytes) -> NDArray[numpy.int16]:
    """The array of an NPY file, which never is a pickle."""
    numpy = need("numpy", "numpy", "An array of Hounsfield units")
    array: NDArray[numpy.int16] = numpy.load(io.BytesIO(content), allow_pickle=False)
    return array
