"""Tables as data frames. Each package is needed only by who uses it."""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
from collections.abc import Sequence
from dataclasses import is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from .errors import ExtraMissing

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

PARQUET = "parquet"
CSV = "csv"
NDJSON = "ndjson"


def has(package: str) -> bool:
    """Whether a package is installed."""
    return importlib.util.find_spec(package) is not None


def need(module: str, extra: str, what: str) -> Any:
    """The module.

    Raises ExtraMissing if it is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as cause:
        raise ExtraMissing(module.partition(".")[0], extra, what) from cause


def pandas_format() -> str:
    """The format that pandas can read here."""
    need("pandas", "pandas", "A pandas data frame")
    return PARQUET if has("pyarrow") else CSV


def pandas_frame(content: bytes, file_format: str) -> pandas.DataFrame:
    module = need("pandas", "pandas", "A pandas data frame")
    frame: pandas.DataFrame
    if file_format == PARQUET:
        frame = arrow_table(content).to_pandas()
    else:
        # A cell without text is a missing value; "NA" may be a text.
        frame = module.read_csv(io.BytesIO(content), keep_default_na=False, na_values=[""])
    return frame


def polars_frame(content: bytes) -> polars.DataFrame:
    module = need("polars", "polars", "A polars data frame")
    frame: polars.DataFrame = module.read_parquet(io.BytesIO(content), use_pyarrow=False)
    return frame


def arrow_table(content: bytes) -> pyarrow.Table:
    need("pyarrow", "arrow", "An Arrow table")
    parquet = importlib.import_module("pyarrow.parquet")
    # Not read_table, which reads through the data-set layer and needs more threads than a small file is worth.
    table: pyarrow.Table = parquet.ParquetFile(io.BytesIO(content)).read()
    return table


def dicts(content: bytes) -> list[dict[str, Any]]:
    """The rows of an NDJSON file."""
    return [json.loads(line) for line in content.decode("utf8").splitlines() if line]


def plain_row(row: Any, prefix: str = "") -> dict[str, Any]:
    """The fields of a data class as one row: those of an inner one with its name before them."""
    found: dict[str, Any] = {}
    for name, value in vars(row).items():
        if name.startswith("_"):
            continue
        if isinstance(value, Enum):
            found[prefix + name] = value.value
        elif is_dataclass(value) and not isinstance(value, type):
            found |= plain_row(value, f"{prefix}{name}_")
        else:
            found[prefix + name] = value
    return found


class Table(Sequence[Any]):
    """Rows that were answered, as a list and as a data frame."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = tuple(rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.rows)} rows)"

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dict per row."""
        return [plain_row(row) if is_dataclass(row) else dict(row) for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas data frame."""
        frame: pandas.DataFrame = need("pandas", "pandas", "A pandas data frame").DataFrame(self.to_dicts())
        return frame

    def to_polars(self) -> polars.DataFrame:
        """A polars data frame."""
        module = need("polars", "polars", "A polars data frame")
        frame: polars.DataFrame = module.DataFrame(self.to_dicts(), infer_schema_length=None)
        return frame
