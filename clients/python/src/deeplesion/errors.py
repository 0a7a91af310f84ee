"""Errors of the server as classes, by `extensions.code`, and those of the client itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class DeepLesionError(Exception):
    """Anything that went wrong between this client and a server."""


class CohortsMissing(DeepLesionError):
    """The server has no cohorts: it is of a release before them."""

    def __init__(self) -> None:
        super().__init__(
            "This server has no cohorts. Name the version of the data set, which never changes, and keep the filter; "
            "or ask the operator for a newer release."
        )


class ServerError(DeepLesionError):
    """An error that the server answered."""

    def __init__(self, message: str, extensions: Mapping[str, Any], status: int, request_id: str | None) -> None:
        super().__init__(message)
        self.message = message
        self.code: str = str(extensions.get("code", ""))
        self.argument: str | None = extensions.get("argument")
        """The argument, parameter or field that does not fit, if there is one."""
        self.extensions = dict(extensions)
        self.status = status
        """The HTTP status."""
        self.request_id = request_id
        """The id under which the server's log has the request. State it when you ask the operator."""
        self.data: Any = None
        """What was answered nevertheless, if the request was a query of several parts."""

    def __str__(self) -> str:
        return self.message if self.request_id is None else f"{self.message} (request {self.request_id})"

    @property
    def retry_after_seconds(self) -> float | None:
        """When it is worth trying again, if the server says so."""
        seconds = self.extensions.get("retryAfterSeconds")
        return float(seconds) if isinstance(seconds, (int, float)) else None


class BadUserInput(ServerError, ValueError):
    """Something that was sent does not fit; the message says what was expected."""


class NotFound(ServerError, LookupError):
    """There is no such object, or this key may not see it."""


class Unauthenticated(ServerError):
    """A key is needed, or this one is not valid."""


class Forbidden(ServerError):
    """The key may not do this."""


class TermsNotAccepted(Forbidden):
    """The data set is for those who accepted its terms of use: `Client.accept_terms`."""

    @property
    def terms(self) -> dict[str, Any]:
        """The data set, the version of its terms, and where they are."""
        return dict(self.extensions["terms"])


class Conflict(ServerError):
    """The request does not fit the present state."""


class QueryTooComplex(ServerError):
    """The query is over a limit that the message names."""


class RateLimited(ServerError):
    """Too much at once; `retry_after_seconds` says when to try again."""


class Unavailable(ServerError):
    """The server cannot work for the moment."""


class InsufficientStorage(ServerError):
    """A disk of the server is full."""


class InternalServerError(ServerError):
    """A fault of the server; its log has it under `request_id`."""


class ConnectionFailed(DeepLesionError):
    """The server was not reached, or the connection ended."""


class DownloadDamaged(DeepLesionError):
    """A downloaded file differs from the checksum that the server states."""


class RunFailed(DeepLesionError):
    """A run ended as FAILED or CANCELLED."""


class ExtraMissing(DeepLesionError, ImportError):
    """A package that is optional is needed for this."""

    def __init__(self, package: str, extra: str, what: str) -> None:
        super().__init__(f"{what} needs {package}: pip install 'deeplesion[{extra}]'")


_CLASSES: dict[str, type[ServerError]] = {
    "BAD_USER_INPUT": BadUserInput,
    "GRAPHQL_VALIDATION_FAILED": BadUserInput,
    "GRAPHQL_PARSE_FAILED": BadUserInput,
    "NOT_FOUND": NotFound,
    "UNAUTHENTICATED": Unauthenticated,
    "FORBIDDEN": Forbidden,
    "CONFLICT": Conflict,
    "QUERY_TOO_COMPLEX": QueryTooComplex,
    "RATE_LIMITED": RateLimited,
    "UNAVAILABLE": Unavailable,
    "INSUFFICIENT_STORAGE": InsufficientStorage,
    "INTERNAL_SERVER_ERROR": InternalServerError,
}
_STATUSES: dict[int, type[ServerError]] = {
    400: BadUserInput,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    429: RateLimited,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
    507: InsufficientStorage,
}


def server_error(body: Any, status: int, headers: Mapping[str, str]) -> ServerError | None:
    """The error that an answer tells, by its body or, from a proxy, by its status; None if it tells none."""
    request_id = headers.get("x-request-id")
    errors = body.get("errors") if isinstance(body, Mapping) else None
    if not errors:
        return None if status < 400 else _error_of_status(status, headers, request_id)
    first = errors[0]
    extensions = {**first.get("extensions", {})}
    if "retryAfterSeconds" not in extensions and (seconds := _retry_after(headers)) is not None:
        extensions["retryAfterSeconds"] = seconds
    class_ = _CLASSES.get(str(extensions.get("code")), ServerError)
    if extensions.get("terms"):
        class_ = TermsNotAccepted
    error = class_(first.get("message", "The server answered with an error."), extensions, status, request_id)
    error.data = body.get("data")
    return error


def _error_of_status(status: int, headers: Mapping[str, str], request_id: str | None) -> ServerError:
    seconds = _retry_after(headers)
    extensions = {} if seconds is None else {"retryAfterSeconds": seconds}
    class_ = _STATUSES.get(status, InternalServerError if status >= 500 else ServerError)
    return class_(f"The server answered with the HTTP status {status}.", extensions, status, request_id)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after", "")
    return float(text) if text.isdigit() else None
