"""The client of a server."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from .._progress import Report
from .._retries import RetryPolicy
from .._settings import find_settings
from ..schema import DatasetFields, DetectorFields, JobStatus, JobStatusName, RunPriority, RunPriorityName
from ..submissions import ExternalDetector, FileFormat, SubmissionReport
from .boards import Leaderboard, async_leaderboard
from .data import (
    COHORT,
    AsyncBookmarkedImage,
    AsyncCohort,
    AsyncDataset,
    AsyncImages,
    AsyncLesions,
    AsyncPatients,
    AsyncStudies,
    Where,
)
from .data import IMAGE as IMAGE_FIELDS
from .evaluations import AsyncComparison, AsyncEvaluation, async_compare, async_find_evaluation
from .exports import AsyncDatasetDiff, AsyncExport, Exported, async_create_export, async_dataset_diff
from .listing import AsyncListing
from .runs import RUN, AsyncDetectionRun, ChosenImages, Detector, async_detect, async_find_run, image_choice
from .submissions import AsyncSubmission, Splits, async_submit, async_validate, submission_request
from .transport import AsyncTransport
from .uploads import AsyncFileDetections, async_detect_file

# sync: from .._async.client import AsyncClient
DEFAULT_TIMEOUT_SECONDS = 60.0


class AsyncClient:
    """A DeepLesion Server.

    `url` and `key` come from the environment (DEEPLESION_URL, DEEPLESION_KEY) or from `deeplesion-client login` if they
    are omitted. Use it as a context, or close it.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        key: str | None = None,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        retries: RetryPolicy | None = None,
        cache_folder: str | os.PathLike[str] | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        """Nothing is requested yet.

        `cache_folder` (DEEPLESION_CACHE) keeps downloads, which are then only asked for by their ETag. `http` is a
        client of httpx with your own proxy or certificates.
        """
        self.settings = find_settings(url, key, timeout_seconds, cache_folder)
        self.retries = retries or RetryPolicy()
        self._transport = AsyncTransport(self.settings, self.retries, http)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.settings.url!r})"

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    # sync: @property
    # sync: def aio(self) -> AsyncClient:
    # sync:     """The same server for `async` code: a client of its own, to be closed with `aclose()`."""
    # sync:     url, key, cache = self.settings.url, self.settings.key, self.settings.cache_folder
    # sync:     seconds = self.settings.timeout_seconds
    # sync:     return AsyncClient(url, key=key, timeout_seconds=seconds, retries=self.retries, cache_folder=cache)

    async def query(self, text: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The data of a GraphQL query or mutation of your own.

        Raises a ServerError if there is any error; its `data` has what was answered nevertheless. A mutation is sent
        once, unless its `input` has an `idempotencyKey`.
        """
        given = (variables or {}).get("input")
        has_key = isinstance(given, Mapping) and bool(given.get("idempotencyKey"))
        return await self._transport.graph(text, variables, repeatable=has_key or not _is_mutation(text))

    async def viewer(self) -> dict[str, Any]:
        """Whose key it is, and its scopes."""
        answer = await self._transport.graph("{ viewer { key { name datasets expiresAt } scopes } }")
        return dict(answer["viewer"])

    # Data sets

    @property
    def datasets(self) -> AsyncListing[AsyncDataset]:
        """The data sets, each version of them."""
        return AsyncListing(
            self._transport,
            root="datasets",
            arguments="",
            variables={},
            fields=DatasetFields.SELECTION,
            read=lambda data: AsyncDataset.from_graph(data, _transport=self._transport),
        )

    async def dataset(self, dataset: str) -> AsyncDataset:
        """A data set: `slug` for its latest version, `slug@1` for version 1.

        Raises LookupError if there is none.
        """
        document = f"query ($slug: String!) {{ dataset(slug: $slug) {{ {DatasetFields.SELECTION} }} }}"
        answer = await self._transport.graph(document, {"slug": dataset})
        if answer["dataset"] is None:
            raise LookupError(f"There is no data set {dataset!r}.")
        return AsyncDataset.from_graph(answer["dataset"], _transport=self._transport)

    def lesions(self, dataset: str, where: Where = None) -> AsyncLesions:
        """Lesions of a data set that match a filter, such as `(F.coarse_type == "LUNG") & ~F.possibly_noisy`."""
        return AsyncLesions(self._transport, dataset, where)

    def images(self, dataset: str, where: Where = None) -> AsyncImages:
        """Bookmarked images of a data set that match a filter, such as `F.lesion.long_diameter_mm >= 30`."""
        return AsyncImages(self._transport, dataset, where)

    def studies(self, dataset: str, where: Where = None) -> AsyncStudies:
        """Studies of a data set that match a filter."""
        return AsyncStudies(self._transport, dataset, where)

    def patients(self, dataset: str, where: Where = None) -> AsyncPatients:
        """Patients of a data set that match a filter."""
        return AsyncPatients(self._transport, dataset, where)

    def cohorts(self, dataset: str | None = None) -> AsyncListing[AsyncCohort]:
        """The frozen selections of lesions, the latest first; `lesions(…).freeze(name)` makes one."""
        chosen = {} if dataset is None else {"dataset": dataset}
        return AsyncListing(
            self._transport,
            root="cohorts",
            arguments="filter: $filter, orderBy: [{ field: CREATED_AT, direction: DESC }]",
            variables={"filter": ("CohortFilter", chosen)},
            fields=COHORT,
            read=lambda data: AsyncCohort.read(data, self._transport),
        )

    async def dataset_diff(self, a: str, b: str) -> AsyncDatasetDiff:
        """What differs between two versions of a data set, such as `deeplesion@1` and `deeplesion@2`, row by row."""
        return await async_dataset_diff(self._transport, a, b)

    async def create_export(
        self,
        what: Exported,
        *,
        file: str | None = None,
        format: str | None = None,
        fields: Sequence[str] | None = None,
        parameters: Mapping[str, str] | None = None,
        webhook_url: str | None = None,
        idempotency_key: str | None = None,
    ) -> AsyncExport:
        """Has a large file written by the server as a job, which `wait()` follows and `save()` downloads.

        `what` is a selection, a run, an evaluation, or a data set as text; `file` names a file of it, such as
        `coco.json` or `images`: by default the table of the selection, or the detections of the run. Tables have a
        `format` (PARQUET by default, CSV, NDJSON) and `fields`; `parameters` are the others of the address.
        """
        return await async_create_export(
            self._transport,
            what,
            file=file,
            format=format,
            fields=fields,
            parameters=parameters,
            webhook_url=webhook_url,
            idempotency_key=idempotency_key,
        )

    async def image(self, dataset: str, file_name: str) -> AsyncBookmarkedImage:
        """One bookmarked image by its file name.

        Raises LookupError if there is none.
        """
        document = (
            "query ($dataset: String!, $file: String!) { bookmarkedImage(dataset: $dataset, fileName: $file) "
            f"{{ {IMAGE_FIELDS} }} }}"
        )
        answer = await self._transport.graph(document, {"dataset": dataset, "file": file_name})
        if answer["bookmarkedImage"] is None:
            raise LookupError(f"There is no image {file_name!r} in {dataset}.")
        return AsyncBookmarkedImage.read(answer["bookmarkedImage"], self._transport)

    async def accept_terms(self, dataset: str, *, name: str, affiliation: str, purpose: str) -> None:
        """Accepts the present terms of use of a data set for the holder of the key. Read them before:
        `query("{ dataset(slug: …) { terms { text } } }")`.
        """
        slug = dataset.partition("@")[0]
        found = await self._transport.graph(
            "query ($slug: String!) { dataset(slug: $slug) { terms { version } } }", {"slug": slug}
        )
        terms = (found["dataset"] or {}).get("terms")
        if terms is None:
            raise LookupError(f"The data set {slug!r} asks for no terms, or is not there.")
        said = {
            "dataset": slug,
            "termsVersion": terms["version"],
            "name": name,
            "affiliation": affiliation,
            "purpose": purpose,
        }
        # Accepting once more changes nothing, so that it needs no idempotency key.
        document = "mutation ($input: AcceptTermsInput!) { acceptTerms(input: $input) { __typename } }"
        await self._transport.graph(document, {"input": said})

    # Detection

    @property
    def detectors(self) -> AsyncListing[Detector]:
        """The detectors that the server knows."""
        return AsyncListing(
            self._transport,
            root="detectors",
            arguments="",
            variables={},
            fields=DetectorFields.SELECTION,
            read=Detector.from_graph,
        )

    def runs(
        self,
        dataset: str | None = None,
        *,
        detector: str | None = None,
        status: JobStatus | JobStatusName | None = None,
    ) -> AsyncListing[AsyncDetectionRun]:
        """Detection runs, the latest first."""
        given = {
            "dataset": dataset,
            "detector": detector,
            "status": None if status is None else [JobStatus.expect(status).value],
        }
        chosen = {name: value for name, value in given.items() if value is not None}
        return AsyncListing(
            self._transport,
            root="detectionRuns",
            arguments="filter: $filter, orderBy: [{ field: CREATED_AT, direction: DESC }]",
            variables={"filter": ("DetectionRunFilter", chosen)},
            fields=RUN,
            read=lambda data: AsyncDetectionRun.read(data, self._transport),
        )

    async def run(self, id: str) -> AsyncDetectionRun:
        """A detection run by its id.

        Raises LookupError if there is none.
        """
        return await async_find_run(self._transport, id)

    async def detect(
        self,
        detector: str,
        *,
        images: ChosenImages = None,
        dataset: str | None = None,
        filter: Where = None,
        version: str | None = None,
        score_threshold: float | None = None,
        max_detections_per_image: int | None = None,
        top_k: int | None = None,
        iou_thresholds: Sequence[float] | None = None,
        priority: RunPriority | RunPriorityName | None = None,
        webhook_url: str | None = None,
        idempotency_key: str | None = None,
    ) -> AsyncDetectionRun:
        """Starts a run of a detector, which `wait()` follows.

        The images are a selection, a list of images or of their ids, or those of a data set that match a filter.
        Requested again with the same `idempotency_key`, it is the same run.
        """
        return await async_detect(
            self._transport,
            detector,
            image_choice(dataset, images, filter),
            version=version,
            score_threshold=score_threshold,
            max_detections_per_image=max_detections_per_image,
            top_k=top_k,
            iou_thresholds=iou_thresholds,
            priority=priority,
            webhook_url=webhook_url,
            idempotency_key=idempotency_key,
        )

    async def detect_file(
        self,
        files: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
        detector: str,
        *,
        version: str | None = None,
        score_threshold: float | None = None,
        max_detections_per_image: int | None = None,
        idempotency_key: str | None = None,
    ) -> AsyncFileDetections:
        """Detections in a CT slice of your own, or in the slices of a series.

        The DICOM files are read here. Hounsfield units, pixel spacing and slice interval are sent, and nothing else of
        them. Needs pydicom.
        """
        return await async_detect_file(
            self._transport,
            files,
            detector,
            version=version,
            score_threshold=score_threshold,
            max_detections_per_image=max_detections_per_image,
            idempotency_key=idempotency_key,
        )

    # Evaluation

    async def evaluation(self, id: str) -> AsyncEvaluation:
        """An evaluation by its id.

        Raises LookupError if there is none.
        """
        return await async_find_evaluation(self._transport, id)

    async def compare(
        self, *evaluations: AsyncEvaluation | str, stratum: str = "ALL", top_k: int | None = None
    ) -> AsyncComparison:
        """Compares two or more evaluations with the first: paired differences with 95 % intervals."""
        return await async_compare(self._transport, evaluations, stratum, top_k)

    async def leaderboard(
        self,
        dataset: str,
        *,
        split: str = "TEST",
        protocol: str = "PAPER",
        metric: str = "ACCURACY",
        iou_threshold: float = 0.5,
        top_k: int | None = None,
        false_positives_per_image: float | None = None,
        stratum: str = "ALL",
    ) -> Leaderboard:
        """Ranks the detectors of a data set on a split, with 95 % intervals of the ranks.

        `metric` is ACCURACY (with `top_k`), FROC_SENSITIVITY (at `false_positives_per_image`, or the mean over the
        usual rates) or AVERAGE_PRECISION. Entries that cannot be told apart share a rank.
        """
        wanted = {
            "kind": metric,
            "iouThreshold": iou_threshold,
            "topK": top_k,
            "falsePositivesPerImage": false_positives_per_image,
        }
        return await async_leaderboard(self._transport, dataset, split, protocol, wanted, stratum)

    async def validate(
        self,
        dataset: str,
        file: str | os.PathLike[str],
        *,
        detector: ExternalDetector,
        split: Splits = None,
        images: ChosenImages = None,
        filter: Where = None,
        images_in_file: bool = False,
        format: FileFormat | None = None,
        box_convention: str | None = None,
        pixel_convention: str | None = None,
        score_transform: str | None = None,
        note: str | None = None,
    ) -> SubmissionReport:
        """What a file of detections tells before it is submitted. The arguments are those of `submit`."""
        request = submission_request(
            dataset,
            Path(file),
            detector,
            split=split,
            images=images,
            where=filter,
            images_in_file=images_in_file,
            format=format,
            box_convention=box_convention,
            pixel_convention=pixel_convention,
            score_transform=score_transform,
            note=note,
        )
        return (await async_validate(self._transport, Path(file), request))[0]

    async def submit(
        self,
        dataset: str,
        file: str | os.PathLike[str],
        *,
        detector: ExternalDetector,
        split: Splits = None,
        images: ChosenImages = None,
        filter: Where = None,
        images_in_file: bool = False,
        format: FileFormat | None = None,
        box_convention: str | None = None,
        pixel_convention: str | None = None,
        score_transform: str | None = None,
        note: str | None = None,
        progress: bool | Report = False,
        idempotency_key: str | None = None,
    ) -> AsyncSubmission:
        """Submits detections that were made elsewhere, and waits until they are evaluated.

        The file has COCO results (`.json`), CSV, NDJSON or Parquet. Exactly one of `split`, `images`, `filter` and
        `images_in_file` says which images the detector was run on. It is validated first: SubmissionInvalid is raised
        for problems, and what may be wrong with all boxes is warned of.
        """
        request = submission_request(
            dataset,
            Path(file),
            detector,
            split=split,
            images=images,
            where=filter,
            images_in_file=images_in_file,
            format=format,
            box_convention=box_convention,
            pixel_convention=pixel_convention,
            score_transform=score_transform,
            note=note,
        )
        return await async_submit(self._transport, file, request, progress, idempotency_key)


def _is_mutation(text: str) -> bool:
    """Whether a document may have a mutation: it is then not sent again without being asked."""
    return "mutation" in text
