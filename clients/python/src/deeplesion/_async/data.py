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
from .listing import AsyncListing
from .transport import AsyncTransport

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
class AsyncBookmarkedImage(BookmarkedImageFields):
    """A key slice, with its pixels."""

    dataset: str
    """`slug@version`"""
    study: Study
    _transport: AsyncTransport = field(repr=False, compare=False)

    @classmethod
    def read(cls, data: Mapping[str, Any], transport: AsyncTransport) -> AsyncBookmarkedImage:
        return cls.from_graph(
            data, dataset=reference_of(data["dataset"]), study=Study.read(data["study"]), _transport=transport
        )

    async def pixels(self, slices: tuple[int, int] | None = None) -> NDArray[numpy.int16]:
        """Hounsfield units: rows × columns of the key slice, or slices × rows × columns.

        `slices` are the first and the last one, counted from the key slice: `(-2, 2)` are five. Needs numpy.
        """
        frames.need("numpy", "numpy", "An array of Hounsfield units")
        return hounsfield_array(await self.npy(slices))

    async def npy(self, slices: tuple[int, int] | None = None) -> bytes:
        """The same as the contents of a file of NumPy (`.npy`)."""
        text = slices_text(slices)
        query = {} if text is None else {"slices": text}
        return await self._transport.fetch(f"/images/{self.id}.npy", query)

    async def png(
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
        return Picture(await self._transport.fetch(f"/images/{self.id}.png", query))


@dataclass(frozen=True)
class AsyncLesion(LesionFields):
    """A measured lesion, with its image and patient."""

    image: AsyncBookmarkedImage
    _transport: AsyncTransport = field(repr=False, compare=False)

    @classmethod
    def read(cls, data: Mapping[str, Any], transport: AsyncTransport) -> AsyncLesion:
        image = AsyncBookmarkedImage.read(data["image"], transport)
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

    async def png(
        self, *, margin_mm: float = 15, window: str | None = None, overlay: Overlay = "lesions", size: int | None = None
    ) -> Picture:
        """A close-up, with `margin_mm` around the bounding box."""
        crop = f"lesion:{self.id},{margin_mm:g}"
        query = picture_query(crop=crop, window=window, overlay=overlay_text(overlay), size=size)
        return Picture(await self._transport.fetch(f"/images/{self.image.id}.png", query))


class AsyncSelection(AsyncListing[Item]):
    """Lesions, images, studies or patients of a data set that match a filter.

    It is a list of objects by the graph, and a table by one export.
    """

    table: str
    """The name of the export."""
    filter_fields: type[Fields]

    def __init__(
        self,
        transport: AsyncTransport,
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

    async def version(self) -> str:
        """The data set with its version, whose rows never change: `slug@version`."""
        if "@" not in self.dataset:
            document = "query ($slug: String!) { dataset(slug: $slug) { slug version } }"
            answer = await self._transport.graph(document, {"slug": self.dataset})
            # An unknown data set is an error of the list itself, which names the known ones.
            self.dataset = reference_of(answer["dataset"]) if answer["dataset"] else self.dataset
        return self.dataset

    async def to_arrow(self, fields: Sequence[str] | None = None) -> pyarrow.Table:
        """All rows as an Arrow table, by one request. `fields` are columns of the export; all by default."""
        frames.need("pyarrow", "arrow", "An Arrow table")
        return frames.arrow_table(await self._file(frames.PARQUET, fields))

    async def to_pandas(self, fields: Sequence[str] | None = None) -> pandas.DataFrame:
        """All rows as a pandas data frame, by one request: Parquet if pyarrow is installed, CSV if it is not."""
        file_format = frames.pandas_format()
        return frames.pandas_frame(await self._file(file_format, fields), file_format)

    async def to_polars(self, fields: Sequence[str] | None = None) -> polars.DataFrame:
        """All rows as a polars data frame, by one request."""
        frames.need("polars", "polars", "A polars data frame")
        return frames.polars_frame(await self._file(frames.PARQUET, fields))

    async def to_dicts(self, fields: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """All rows as dicts, by one request. It needs no other package."""
        return frames.dicts(await self._file(frames.NDJSON, fields))

    async def save(self, path: str | os.PathLike[str], fields: Sequence[str] | None = None) -> Path:
        """Writes all rows to a file: `.parquet`, `.csv` or `.ndjson`. A broken connection is taken up again."""
        target = Path(path)
        address, query = await self._export(export_format(target), fields)
        return await async_save(self._transport, address, query, target)

    async def cite(self, format: CitationFormat = "text") -> Citation:
        """How the selection is cited: the data set version, and the works that it is from."""
        return await async_cite(self._transport, f"/exports/{await self.version()}/citation", format)

    async def _export(self, file_format: str, fields: Sequence[str] | None) -> tuple[str, dict[str, str]]:
        query = {"filter": json.dumps(self.filter, separators=(",", ":"))} if self.filter else {}
        if fields is not None:
            query["fields"] = ",".join(fields)
        return f"/exports/{await self.version()}/{self.table}.{file_format}", query

    async def _file(self, file_format: str, fields: Sequence[str] | None) -> bytes:
        address, query = await self._export(file_format, fields)
        return await self._transport.fetch(address, query)


def export_format(path: Path) -> str:
    """The format of a file by the end of its name.

    Raises ValueError for another one than those of exports.
    """
    ending = path.suffix.removeprefix(".").lower()
    if ending not in (frames.PARQUET, frames.CSV, frames.NDJSON):
        raise ValueError(f"Expected a file name that ends with .parquet, .csv or .ndjson, got {path.name!r}.")
    return ending


async def async_save(transport: AsyncTransport, address: str, query: Mapping[str, str], target: Path) -> Path:
    """Downloads a file. It gets its name when it is complete."""
    written = target.with_name(target.name + ".part")
    try:
        with written.open("wb+") as file:
            await transport.download(address, query, file)
        written.replace(target)
    finally:
        written.unlink(missing_ok=True)
    return target


async def async_cite(transport: AsyncTransport, address: str, format: CitationFormat) -> Citation:
    """The citation of what has an address.

    Raises ValueError for an unknown format.
    """
    if format not in CITATION_TYPES:
        raise ValueError(f"Expected the format of a citation to be one of {', '.join(CITATION_TYPES)}, got {format!r}.")
    response = await transport.send("GET", address, headers={"Accept": CITATION_TYPES[format]})
    return Citation(response.text)


class AsyncImages(AsyncSelection[AsyncBookmarkedImage]):
    """Bookmarked images of a data set."""

    table = "images"
    filter_fields = ImageFilterFields

    def __init__(self, transport: AsyncTransport, dataset: str, where: Where = None) -> None:
        super().__init__(
            transport,
            dataset,
            where,
            root="bookmarkedImages",
            fields=IMAGE,
            read=lambda data: AsyncBookmarkedImage.read(data, transport),
        )


class AsyncLesions(AsyncSelection[AsyncLesion]):
    """Lesions of a data set."""

    table = "lesions"
    filter_fields = LesionFilterFields

    def __init__(self, transport: AsyncTransport, dataset: str, where: Where = None) -> None:
        super().__init__(
            transport,
            dataset,
            where,
            root="lesions",
            fields=LESION,
            read=lambda data: AsyncLesion.read(data, transport),
        )

    @property
    def images(self) -> AsyncImages:
        """The images with at least one of these lesions."""
        return AsyncImages(self._transport, self.dataset, {"lesion": self.filter} if self.filter else None)

    async def freeze(self, name: str, *, idempotency_key: str | None = None) -> AsyncCohort:
        """Keeps these lesions as a cohort of the server, with an id that never means others.

        `name` has 1 to 200 characters. The version of the data set is that of now, if none was named. Raises
        CohortsMissing if the server is too old to have cohorts, Forbidden without the scope that it names.
        """
        given = {"dataset": await self.version(), "name": name, "filter": self.filter or None}
        try:
            answer = await self._transport.mutate(CREATE_COHORT, given, key=idempotency_key)
        except BadUserInput as refusal:
            if refusal.code == "GRAPHQL_VALIDATION_FAILED":
                raise CohortsMissing from refusal
            raise
        return AsyncCohort.read(answer["createCohort"]["cohort"], self._transport)


COHORT = "id name lesionCount membersSha256 dataset { slug version }"
CREATE_COHORT = f"mutation ($input: CreateCohortInput!) {{ createCohort(input: $input) {{ cohort {{ {COHORT} }} }} }}"


@dataclass(frozen=True)
class AsyncCohort:
    """A frozen selection of lesions. Filters take its id as `cohort`, in lists, runs and exports."""

    id: str
    name: str
    dataset: str
    """`slug@version`"""
    lesion_count: int
    members_sha256: str
    """SHA-256 of its members: cohorts of a version with the same one have the same lesions."""
    _transport: AsyncTransport = field(repr=False, compare=False)

    @classmethod
    def read(cls, data: Mapping[str, Any], transport: AsyncTransport) -> AsyncCohort:
        return cls(
            id=data["id"],
            name=data["name"],
            dataset=reference_of(data["dataset"]),
            lesion_count=data["lesionCount"],
            members_sha256=data["membersSha256"],
            _transport=transport,
        )

    @property
    def lesions(self) -> AsyncLesions:
        """Its lesions, as a selection."""
        return AsyncLesions(self._transport, self.dataset, {"cohort": self.id})


class AsyncStudies(AsyncSelection[Study]):
    """Studies of a data set."""

    table = "studies"
    filter_fields = StudyFilterFields

    def __init__(self, transport: AsyncTransport, dataset: str, where: Where = None) -> None:
        super().__init__(transport, dataset, where, root="studies", fields=STUDY, read=Study.read)


class AsyncPatients(AsyncSelection[Patient]):
    """Patients of a data set."""

    table = "patients"
    filter_fields = PatientFilterFields

    def __init__(self, transport: AsyncTransport, dataset: str, where: Where = None) -> None:
        super().__init__(transport, dataset, where, root="patients", fields=PATIENT, read=Patient.from_graph)


@dataclass(frozen=True)
class AsyncDataset(DatasetFields):
    """A version of a data set."""

    _transport: AsyncTransport = field(repr=False, compare=False)

    @property
    def reference(self) -> str:
        """`slug@version`"""
        return f"{self.slug}@{self.version}"

    def lesions(self, where: Where = None) -> AsyncLesions:
        """Lesions that match a filter."""
        return AsyncLesions(self._transport, self.reference, where)

    def images(self, where: Where = None) -> AsyncImages:
        """Bookmarked images that match a filter."""
        return AsyncImages(self._transport, self.reference, where)

    def studies(self, where: Where = None) -> AsyncStudies:
        """Studies that match a filter."""
        return AsyncStudies(self._transport, self.reference, where)

    def patients(self, where: Where = None) -> AsyncPatients:
        """Patients that match a filter."""
        return AsyncPatients(self._transport, self.reference, where)

    async def cite(self, format: CitationFormat = "text") -> Citation:
        """How the version is cited."""
        return await async_cite(self._transport, f"/exports/{self.reference}/citation", format)

    async def save(self, file: str, path: str | os.PathLike[str]) -> Path:
        """Downloads a file of the version, such as `coco.json`, `DL_info.csv` or `croissant.json`."""
        return await async_save(self._transport, f"/exports/{self.reference}/{file}", {}, Path(path))


def id_of(given: str | HasId) -> str:
    """The id of an object, or the id itself."""
    return given if isinstance(given, str) else given.id
