"""Citations."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

CitationFormat = Literal["text", "bibtex", "csl-json", "ris"]

CITATION_TYPES: dict[str, str] = {
    "text": "text/x-bibliography",
    "bibtex": "application/x-bibtex",
    "csl-json": "application/vnd.citationstyles.csl+json",
    "ris": "application/x-research-info-systems",
}


class Citation(str):
    """A citation in one of the formats."""

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes a file, such as `deeplesion.bib`."""
        written = Path(path)
        written.write_text(self, "utf8")
        return written
