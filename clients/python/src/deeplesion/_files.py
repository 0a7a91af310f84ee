"""Bytes of downloads: in memory, and in a folder that is kept."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()


class Buffer:
    """A file in memory."""

    def __init__(self) -> None:
        self.file = io.BytesIO()

    def bytes(self) -> bytes:
        return self.file.getvalue()


class KeptFile:
    """What was downloaded from an address, in the cache folder: the ETag on the first line, and the contents."""

    def __init__(self, folder: Path, address: str) -> None:
        self.path = folder / hashlib.sha256(address.encode()).hexdigest()
        self.etag = self._read_etag()

    def _read_etag(self) -> str | None:
        try:
            with self.path.open("rb") as file:
                return file.readline().decode("latin-1").rstrip("\n") or None
        except FileNotFoundError:
            return None

    def content(self) -> bytes:
        return self.path.read_bytes().partition(b"\n")[2]

    def keep(self, etag: str, content: bytes) -> None:
        """Only the user can read the folder: data sets may be private."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = self.path.with_suffix(".new")
        written.write_bytes(etag.encode("latin-1") + b"\n" + content)
        written.replace(self.path)
