# Made from _async/data.py by scripts/generate.py; do not edit.
"""Data sets and what they consist of."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .. import _frames as frames
from ..citations import CITATION_TYPES, Citation, CitationFormat
from ..errors import BadUserInput, CohortsMissing
from ..filters import Expression, Fields, filter_input
from ..pictures import HasId, Overlay, Picture, hounsfield_array, overlay_text, picture_query, slices_text
from ..schema import (
    BookmarkedImageFields,
    DatasetFields,
    ImageFilterFields,
    LesionFields,
    LesionFilterFields,
    PatientFields,
    PatientFilterFields,
    StudyFields,
    StudyFilterFields,
)
from .listing import Listing
from .transport import Transport

if TYPE_CHECKING:
    import numpy
    import pandas
    import polars
    import pyarrow
    from numpy.typing import NDArray

Item = TypeVar("Item")
Where = Expression | Mapping[str, Any] | None

DATASET = "dataset { slug version }"
PATIENT = PatientFields.SELECTION
STUDY = f"{StudyFields.SELECTION} patient {{ {PATIENT} }}"
IMAGE = f"{BookmarkedImageFields.SELECTION} {DATASET} study {{ {STUDY} }}"
LESION = f"{LesionFields.SELECTION} image {{ {IMAGE} }}"


def reference_of(dataset: Mapping[str, Any]) -> str:
    """`slug@version`."""
    return f"{dataset['slug']}@{dataset['version']}"


@dataclass(frozen=True)
class Patient(PatientFields):
    """A patient of a data set version."""


@dataclass(frozen=True)
class Study(StudyFields):
    """A study of a patient."""

    patient: Patient

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Study:
        return cls.from_graph(data, patient=Patient.from_graph(data["patient"]))


@dataclass(frozen=True)
class BookmarkedImage(BookmarkedImageFields):
    """A key slice, with its pixels."""

    dataset: str
    """`slug@version`"""
    study: Study
    _transport: Transport = field(repr=False, compare=False)

    @classmethod
    def read(cls, data: Mapping[str, Any], transport: Transport) -> BookmarkedImage:
        return cls.from_graph(
            data, dataset=reference_of(data["dataset"]), study=Study.read(data["study"]), _transport=transport
        )

    def pixels(self, slices: tuple[int, int] | None = None) -> NDArray[numpy.int16]:
        """Hounsfield units: rows × columns of the key slice, or slices × rows × columns.

        `slices` are the first and the last one, counted from the key slice: `(-2, 2)` are five. Needs numpy.
        """
        frames.need("numpy", "numpy", "An array of Hounsfield units")
        return hounsfield_array(self.npy(slices))

    def npy(self, slices: tuple[int, int] | None = None) -> bytes:
        """The same as the contents of a file of NumPy (`.npy`)."""
        text = slices_text(slices)
        query = {} if text is None else {"slices": text}
        return self._transport.fetch(f"/images/{self.id}.npy", query)

    def png(
        self,
        *,
        window: str | None = None,
        overlay: Overlay = None,
        size: int | None = None,
        top: int | None = None,
        score_threshold: float | None = None,
        slice: int | None = None,
    ) -> Picture:
        """The slice as a picture.

        `window` is a preset such as `lung`, or `CENTER,WIDTH` in HU; by default the first one of the image. `overlay`
        is `"lesions"`, a detection run, or a list of both. `size` is the longest side in pixels. `top` and
        `score_threshold` choose detections of the run, `slice` a neighbour of the key slice.
        """
        query = picture_query(
            window=window,
            overlay=overlay_text(overlay),
            size=size,
            top=top,
            score_threshold=score_threshold,
            slice=slice,
        )
        return Picture(self._transport.fetch(f"/images/{self.id}.png", query))


@dataclass(frozen=True)
class Lesion(LesionFields):
    """A measured lesion, with its image and patient."""

    image: BookmarkedImage
    _transport: Transport = field(repr=False, compare=False)

    @classmethod
    def read(cls, data: Mapping[str, Any], transport: Transport) -> Lesion:
        image = BookmarkedImage.read(data["image"], transport)
        return cls.from_graph(data, image=image, _transport=transport)

    @property
    def study(self) -> Study:
        return self.image.study

    @property
    def patient(self) -> Patient:
        return self.image.study.patient

    @property
    def dataset(self) -> str:
        """`slug@version`"""
        return self.image.dataset

    def png(
        self, *, margin_mm: float = 15, window: str | None = None, overlay: Overlay = "lesions", size: int | None = None
    ) -> Picture:
        """A close-up, with `margin_mm` around the bounding box."""
        crop = f"lesion:{self.id},{margin_mm:g}"
        query = picture_query(crop=crop, window=window, overlay=overlay_text(overlay), size=size)
        return Picture(self._transport.fetch(f"/images/{self.image.id}.png", query))


class Selection(Listing[Item]):
    """Lesions, images, studies or patients of a data set that match a filter.

    It is a list of objects by the graph, and a table by one export.
    """

    table: str
    """The name of the export."""
    filter_fields: type[Fields]

    def __init__(
        self,
        transport: Transport,
        dataset: str,
        where: Where,
        *,
        root: str,
        fields: str,
        read: Callable[[Mapping[str, Any]], Item],
    ) -> None:
        self.dataset = dataset
        """As it was given: `slug` or `slug@version`."""
        self.filter = filter_input(self.filter_fields, where)
        """The filter as the graph has it, without the data set."""
        super().__init__(
            transport,
            root=root,
            arguments="filter: $filter",
            variables={"filter": (self.filter_fields.FILTER, {**self.filter, "dataset": dataset})},
            fields=fields,
            read=read,
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.dataset!r}, {self.filter!r})"

    def version(self) -> str:
        """The data set with its version, whose rows never change: `slug@version`."""
        if "@" not in self.dataset:
            document = "query ($slug: String!) { dataset(slug: $slug) { slug version } }"
            answer = self._transport.graph(document, {"slug": self.dataset})
            # An unknown data set is an error of the list itself, which names the known ones.
            self.dataset = reference_of(answer["dataset"]) if answer["dataset"] else self.dataset
        return self.dataset

    def to_arrow(self, fields: Sequence[str] | None = None) -> pyarrow.Table:
        """All rows as an Arrow table, by one request. `fields` are columns of the export; all by default."""
        frames.need("pyarrow", "arrow", "An Arrow table")
        return frames.arrow_table(self._file(frames.PARQUET, fields))

    def to_pandas(self, fields: Sequence[str] | None = None) -> pandas.DataFrame:
        """All rows as a pandas data frame, by one request: Parquet if pyarrow is installed, CSV if it is not."""
        file_format = frames.pandas_format()
        return frames.pandas_frame(self._file(file_format, fields), file_format)

    def to_polars(self, fields: Sequence[str] | None = None) -> polars.DataFrame:
        """All rows as a polars data frame, by one request."""
        frames.need("polars", "polars", "A polars data frame")
        return frames.polars_frame(self._file(frames.PARQUET, fields))

    def to_dicts(self, fields: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """All rows as dicts, by one request. It needs no other package."""
        return frames.dicts(self._file(frames.NDJSON, fields))

    def save(self, path: str | os.PathLike[str], fields: Sequence[str] | None = None) -> Path:
        """Writes all rows to a file: `.parquet`, `.csv` or `.ndjson`. A broken connection is taken up again."""
        target = Path(path)
        address, query = self._export(export_format(target), fields)
        return save(self._transport, address, query, target)

    def cite(self, format: CitationFormat = "text") -> Citation:
        """How the selection is cited: the data set version, and the works that it is from."""
        return cite(self._transport, f"/exports/{self.version()}/citation", format)

    def _export(self, file_format: str, fields: Sequence[str] | None) -> tuple[str, dict[str, str]]:
        query = {"filter": json.dumps(self.filter, separators=(",", ":"))} if self.filter else {}
        if fields is not None:
            query["fields"] = ",".join(fields)
        return f"/exports/{self.version()}/{self.table}.{file_format}", query

    def _file(self, file_format: str, fields: Sequence[str] | None) -> bytes:
        address, query = self._export(file_format, fields)
        return self._transport.fetch(address, query)


def export_format(path: Path) -> str:
    """The format of a file by the end of its name.

    Raises ValueError for another one than those of exports.
    """
    ending = path.suffix.removeprefix(".").lower()
    if ending not in (frames.PARQUET, frames.CSV, frames.NDJSON):
        raise ValueError(f"Expected a file name that ends with .parquet, .csv or .ndjson, got {path.name!r}.")
    return ending


def save(transport: Transport, address: str, query: Mapping[str, str], target: Path) -> Path:
    """Downloads a file. It gets its name when it is complete."""
    written = target.with_name(target.name + ".part")
    try:
        with written.open("wb+") as file:
            transport.download(address, query, file)
        written.replace(target)
    finally:
        written.unlink(missing_ok=True)
    return target


def cite(transport: Transport, address: str, format: CitationFormat) -> Citation:
    """The citation of what has an address.

    Raises ValueError for an unknown format.
    """
    if format not in CITATION_TYPES:
        raise ValueError(f"Expected the format of a citation to be one of {', '.join(CITATION_TYPES)}, got {format!r}.")
    response = transport.send("GET", address, headers={"Accept": CITATION_TYPES[format]})
    return Citation(response.text)


class Images(Selection[BookmarkedImage]):
    """Bookmarked images of a data set."""

    table = "images"
    filter_fields = ImageFilterFields

    def __init__(self, transport: Transport, dataset: str, where: Where = None) -> None:
        super().__init__(
            transport,
            dataset,
            where,
            root="bookmarkedImages",
            fields=IMAGE,
            read=lambda data: BookmarkedImage.read(data, transport),
        )


class Lesions(Selection[Lesion]):
    """Lesions of a data set."""

    table = "lesions"
    filter_fields = LesionFilterFields

    def __init__(self, transport: Transport, dataset: str, where: Where = None) -> None:
        super().__init__(
            transport,
            dataset,
            where,
            root="lesions",
            fields=LESION,
            read=lambda data: Lesion.read(data, transport),
        )

    @property
    def images(self) -> Images:
        """The images with at least one of these lesions."""
        return Images(self._transport, self.dataset, {"lesion": self.filter} if self.filter else None)

    def freeze(self, name: str, *, idempotency_key: str | None = None) -> Cohort:
        """Keeps these lesions as a cohort of the server, with an id that never means others.

        `name` has 1 to 200 characters. The version of the data set is that of now, if none was named. Raises
        CohortsMissing if the server is too old to have cohorts, Forbidden without the scope that it names.
        """
        given = {"dataset": self.version(), "name": name, "filter": self.filter or None}
        try:
            answer = self._transport.mutate(CREATE_COHORT, given, key=idempotency_key)
        except BadUserInput as refusal:
            if refusal.code == "GRAPHQL_VALIDATION_FAILED":
                raise CohortsMissing from refusal
            raise
        return Cohort.read(answer["createCohort"]["cohort"], self._transport)


COHORT = "id name lesionCount membersSha256 dataset { slug version }"
CREATE_COHORT = f"mutation ($input: CreateCohortInput!) {{ createCohort(input: $input) {{ cohort {{ {COHORT} }} }} }}"


@dataclass(frozen=True)
class Cohort:
    """A frozen selection of lesions. Filters take its id as `cohort`, in lists, runs and exports."""

    id: str
    name: str
    dataset: str
    """`slug@version`"""
    lesion_count: int
    members_sha256: str
    """SHA-256 of its members: cohorts of a version with the same one have the same lesions."""
    _transport: Transport = field(repr=False, compare=False)

    @classmethod
    def read(cls, data: Mapping[str, Any], transport: Transport) -> Cohort:
        return cls(
            id=data["id"],
            name=data["name"],
            dataset=reference_of(data["dataset"]),
            lesion_count=data["lesionCount"],
            members_sha256=data["membersSha256"],
            _transport=transport,
        )

    @property
    def lesions(self) -> Lesions:
        """Its lesions, as a selection."""
        return Lesions(self._transport, self.dataset, {"cohort": self.id})


class Studies(Selection[Study]):
    """Studies of a data set."""

    table = "studies"
    filter_fields = StudyFilterFields

    def __init__(self, transport: Transport, dataset: str, where: Where = None) -> None:
        super().__init__(transport, dataset, where, root="studies", fields=STUDY, read=Study.read)


class Patients(Selection[Patient]):
    """Patients of a data set."""

    table = "patients"
    filter_fields = PatientFilterFields

    def __init__(self, transport: Transport, dataset: str, where: Where = None) -> None:
        super().__init__(transport, dataset, where, root="patients", fields=PATIENT, read=Patient.from_graph)


@dataclass(frozen=True)
class Dataset(DatasetFields):
    """A version of a data set."""

    _transport: Transport = field(repr=False, compare=False)

    @property
    def reference(self) -> str:
        """`slug@version`"""
        return f"{self.slug}@{self.version}"

    def lesions(self, where: Where = None) -> Lesions:
        """Lesions that match a filter."""
        return Lesions(self._transport, self.reference, where)

    def images(self, where: Where = None) -> Images:
        """Bookmarked images that match a filter."""
        return Images(self._transport, self.reference, where)

    def studies(self, where: Where = None) -> Studies:
        """Studies that match a filter."""
        return Studies(self._transport, self.reference, where)

    def patients(self, where: Where = None) -> Patients:
        """Patients that match a filter."""
        return Patients(self._transport, self.reference, where)

    def cite(self, format: CitationFormat = "text") -> Citation:
        """How the version is cited."""
        return cite(self._transport, f"/exports/{self.reference}/citation", format)

    def save(self, file: str, path: str | os.PathLike[str]) -> Path:
        """Downloads a file of the version, such as `coco.json`, `DL_info.csv` or `croissant.json`."""
        return save(self._transport, f"/exports/{self.reference}/{file}", {}, Path(path))


def id_of(given: str | HasId) -> str:
    """The id of an object, or the id itself."""
    return given if isinstance(given, str) else given.id
