"""Client of DeepLesion Server.

from deeplesion import Client, F

with Client("https://…") as dl:
    lesions = dl.lesions("deeplesion@1", (F.coarse_type == "LUNG") & ~F.possibly_noisy)
    print(len(lesions), lesions[0].image.pixels(slices=(-2, 2)).shape)
"""

from ._async.client import AsyncClient
from ._progress import Progress
from ._retries import RetryPolicy
from ._settings import VERSION as __version__
from ._sync.client import Client
from ._sync.data import BookmarkedImage, Cohort, Dataset, Images, Lesion, Lesions
from ._sync.evaluations import Comparison, Evaluation
from ._sync.exports import DatasetDiff, Export
from ._sync.runs import Detection, DetectionRun, Detections
from ._sync.submissions import Submission
from ._sync.uploads import FileDetections
from .citations import Citation
from .errors import (
    BadUserInput,
    CohortsMissing,
    Conflict,
    ConnectionFailed,
    DeepLesionError,
    DownloadDamaged,
    ExtraMissing,
    Forbidden,
    InsufficientStorage,
    InternalServerError,
    NotFound,
    QueryTooComplex,
    RateLimited,
    RunFailed,
    ServerError,
    TermsNotAccepted,
    Unauthenticated,
    Unavailable,
)
from .filters import Expression
from .pictures import Picture
from .schema import CoarseType, F, Sex, Split
from .submissions import SubmissionInvalid, SubmissionReport

__all__ = [
    "AsyncClient",
    "BadUserInput",
    "BookmarkedImage",
    "Citation",
    "Client",
    "CoarseType",
    "Cohort",
    "CohortsMissing",
    "Comparison",
    "Conflict",
    "ConnectionFailed",
    "Dataset",
    "DatasetDiff",
    "DeepLesionError",
    "Detection",
    "DetectionRun",
    "Detections",
    "DownloadDamaged",
    "Evaluation",
    "Export",
    "Expression",
    "ExtraMissing",
    "F",
    "FileDetections",
    "Forbidden",
    "Images",
    "InsufficientStorage",
    "InternalServerError",
    "Lesion",
    "Lesions",
    "NotFound",
    "Picture",
    "Progress",
    "QueryTooComplex",
    "RateLimited",
    "RetryPolicy",
    "RunFailed",
    "ServerError",
    "Sex",
    "Split",
    "Submission",
    "SubmissionInvalid",
    "SubmissionReport",
    "TermsNotAccepted",
    "Unauthenticated",
    "Unavailable",
    "__version__",
]
