# Made from _async/transport.py by scripts/generate.py; do not edit.
"""Requests to a server: retries, errors, downloads that go on where they ended, uploads, events."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Generator, Iterator, Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import httpx

from .._digests import stated_sha256
from .._events import EventReader
from .._files import Buffer, KeptFile
from .._pauses import sleep
from .._retries import RetryPolicy
from .._settings import VERSION, Settings
from ..errors import ConnectionFailed, DeepLesionError, DownloadDamaged, server_error

Json = Mapping[str, Any]
Query = Mapping[str, str | int | float]
CHUNK_BYTES = 256 * 1024


def new_idempotency_key() -> str:
    """A key for a mutation, so that it can be sent again."""
    return f"python-{uuid.uuid4()}"


class Transport:
    """One server, and how requests are sent to it."""

    def __init__(self, settings: Settings, retries: RetryPolicy, http: httpx.Client | None = None) -> None:
        self.settings = settings
        self.retries = retries
        self._http = http or httpx.Client(timeout=httpx.Timeout(settings.timeout_seconds, connect=10.0))
        self._headers = {"User-Agent": f"deeplesion-python/{VERSION}"}
        if settings.key:
            self._headers["Authorization"] = f"Bearer {settings.key}"

    def close(self) -> None:
        self._http.close()

    def graph(self, document: str, variables: Json | None = None, *, repeatable: bool = True) -> dict[str, Any]:
        """The data of a GraphQL operation.

        Raises a ServerError for the first error of the answer; its `data` has what was answered nevertheless.
        """
        body = {"query": document, "variables": dict(variables or {})}
        headers = {"Accept": "application/json"}
        response = self.send("POST", "/graphql", json=body, headers=headers, repeatable=repeatable)
        data = response.json()["data"]
        return dict(data)

    def mutate(self, document: str, given: Json, *, key: str | None = None) -> dict[str, Any]:
        """The data of a mutation that takes an idempotency key; one is made if `key` is None."""
        named = {**given, "idempotencyKey": key or new_idempotency_key()}
        filled = {name: value for name, value in named.items() if value is not None}
        return self.graph(document, {"input": filled})

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        json: Json | None = None,
        content: Callable[[], Any] | None = None,
        repeatable: bool = True,
        stream: bool = False,
    ) -> httpx.Response:
        """The answer to a request, which is sent again if that may help.

        `content` gives the body for each attempt. With `stream` the body of the answer is not read yet.
        """
        attempt = 0
        while True:
            attempt += 1
            request = self._http.build_request(
                method,
                self.settings.url + path,
                params=dict(params or {}),
                headers={**self._headers, **(headers or {})},
                json=json,
                content=content() if content else None,
            )
            error: DeepLesionError | None
            try:
                response = self._http.send(request, stream=stream)
                error = _error_of(response, is_read=not stream)
            except httpx.TransportError as cause:
                error = self._connection_failed(cause)
            if error is None:
                return response
            pause = self.retries.pause_before_next(attempt, error) if repeatable else None
            if pause is None:
                raise error
            sleep(pause)

    def _connection_failed(self, cause: httpx.TransportError) -> ConnectionFailed:
        text = str(cause) or type(cause).__name__
        failed = ConnectionFailed(f"No answer from {self.settings.url}: {text}")
        failed.__cause__ = cause
        return failed

    def download(
        self, path: str, params: Query | None, target: BinaryIO, known_etag: str | None = None
    ) -> str | None:
        """Writes a file to `target`, and goes on where a connection ended. Gives its ETag.

        With `known_etag`, nothing is written if the file is still the same. Raises DownloadDamaged if it differs from
        the checksum that the server states.
        """
        received = 0
        etag: str | None = None
        digest = hashlib.sha256()
        attempt = 0
        while True:
            # A range is one of the bytes as they are, and so is the checksum.
            headers = {"Accept-Encoding": "identity"}
            if received and etag:
                headers |= {"Range": f"bytes={received}-", "If-Range": etag}
            elif known_etag:
                headers["If-None-Match"] = known_etag
            response = self.send("GET", path, params=params, headers=headers, stream=True)
            try:
                if response.status_code == httpx.codes.NOT_MODIFIED:
                    return known_etag
                is_rest = response.headers.get("content-range", "").startswith(f"bytes {received}-")
                if not (response.status_code == httpx.codes.PARTIAL_CONTENT and is_rest):
                    received = 0
                    digest = hashlib.sha256()
                    target.seek(0)
                    target.truncate()
                etag = _strong(response.headers.get("etag"))
                for chunk in response.iter_raw(CHUNK_BYTES):
                    target.write(chunk)
                    digest.update(chunk)
                    received += len(chunk)
                break
            except httpx.TransportError as cause:
                attempt += 1
                error = self._connection_failed(cause)
                pause = self.retries.pause_before_next(attempt, error)
                if pause is None:
                    raise error from cause
                sleep(pause)
            finally:
                response.close()
        self._check_digest(path, params, response, digest.digest())
        return etag

    def _check_digest(self, path: str, params: Query | None, response: httpx.Response, received: bytes) -> None:
        stated = stated_sha256(response.headers.get("repr-digest"))
        if stated is None and "repr-digest" in response.headers.get("trailer", "").lower():
            # While a file is written, its checksum comes behind it, where httpx does not read it.
            head = self.send("HEAD", path, params=params, headers={"Accept-Encoding": "identity"})
            stated = stated_sha256(head.headers.get("repr-digest"))
        if stated is not None and stated != received:
            raise DownloadDamaged(
                f"{path} was received with the SHA-256 {received.hex()}, and the server states {stated.hex()}: "
                "download it again, and if it stays so, tell the operator."
            )

    def fetch(self, path: str, params: Query | None = None) -> bytes:
        """The contents of a file; with a cache folder, from there if the server still has the same."""
        folder = self.settings.cache_folder
        if folder is None:
            buffer = Buffer()
            self.download(path, params, buffer.file)
            return buffer.bytes()
        address = str(httpx.URL(self.settings.url + path, params=dict(params or {})))
        kept = KeptFile(folder, f"{self.settings.key or ''} {address}")
        buffer = Buffer()
        etag = self.download(path, params, buffer.file, kept.etag)
        if etag is not None and etag == kept.etag and not buffer.bytes():
            return kept.content()
        if etag is not None:
            kept.keep(etag, buffer.bytes())
        return buffer.bytes()

    def upload(self, path: Path, params: Query | None = None) -> dict[str, Any]:
        """Sends a file to `/uploads`, and gives what the server says of it."""
        size = path.stat().st_size
        return self._put(lambda: chunks_of(path), size, params)

    def upload_bytes(self, content: bytes, params: Query | None = None) -> dict[str, Any]:
        """Sends bytes to `/uploads`."""
        return self._put(lambda: content, len(content), params)

    def _put(self, content: Callable[[], Any], size: int, params: Query | None) -> dict[str, Any]:
        headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
        response = self.send("PUT", "/uploads", params=params, headers=headers, content=content)
        return dict(response.json())

    def events(self, document: str, variables: Json) -> Generator[dict[str, Any], None, None]:
        """The data of each event of a subscription, until it is complete.

        Raises a ServerError, or ConnectionFailed if the stream ends before; it is not begun again.
        """
        headers = {"Accept": "text/event-stream"}
        body = {"query": document, "variables": dict(variables)}
        response = self.send("POST", "/graphql/stream", json=body, headers=headers, stream=True)
        reader = EventReader()
        try:
            for line in response.iter_lines():
                event = reader.read(line)
                if event is None:
                    continue
                if event.name == "complete":
                    return
                if event.name == "next":
                    answer = json.loads(event.data)
                    error = server_error(answer, response.status_code, response.headers)
                    if error:
                        raise error
                    yield answer["data"]
        except httpx.TransportError as cause:
            raise self._connection_failed(cause) from cause
        finally:
            response.close()
        raise ConnectionFailed(f"The events of {self.settings.url} ended before they were complete.")


def chunks_of(path: Path) -> Iterator[bytes]:
    """The contents of a file, part by part."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _error_of(response: httpx.Response, is_read: bool) -> DeepLesionError | None:
    """The error that an answer tells, by its status or in its body."""
    if response.status_code < 400 and not is_read:
        return None
    if not is_read:
        try:
            response.read()
        finally:
            response.close()
    try:
        body = response.json() if "json" in response.headers.get("content-type", "") else None
    except ValueError:
        body = None
    return server_error(body, response.status_code, response.headers)


def _strong(etag: str | None) -> str | None:
    """An ETag that stands for bytes."""
    return None if etag is None or etag.startswith("W/") else etag
