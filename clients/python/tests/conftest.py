"""A server of a few scripted answers, and the running product."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from deeplesion import Client, RetryPolicy

QUICK = RetryPolicy(first_pause_seconds=0.001)


@dataclass
class Request:
    """What came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    """What is answered. `cut_after` ends the connection after so many bytes of the body."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None

    @staticmethod
    def json(value: Any, status: int = 200, **headers: str) -> Answer:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return Answer(status, json.dumps(value).encode(), {"content-type": "application/json", **named})

    @staticmethod
    def error(code: str, status: int, **headers: str) -> Answer:
        return Answer.json({"errors": [{"message": f"{code}.", "extensions": {"code": code}}]}, status, **headers)


Script = Callable[[Request], Answer]


class ScriptedServer:
    """Answers by the functions in `answers`, one after the other; the last one answers all further requests."""

    def __init__(self) -> None:
        self.answers: list[Script] = []
        self.requests: list[Request] = []
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("content-length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, self.path, headers, self.rfile.read(length))
                scripted.requests.append(request)
                script = scripted.answers.pop(0) if len(scripted.answers) > 1 else scripted.answers[0]
                answer = script(request)
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body[: answer.cut_after])

            do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = answer

            def log_message(self, *_: object) -> None:
                """Tests are silent."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def script(self, *answers: Script | Answer) -> None:
        """What is answered from now on."""
        self.answers = [(lambda _, fixed=one: fixed) if isinstance(one, Answer) else one for one in answers]
        self.requests.clear()


@pytest.fixture(scope="session")
def scripted_server() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    yield server
    server.http.shutdown()


@pytest.fixture
def server(scripted_server: ScriptedServer) -> ScriptedServer:
    scripted_server.script(Answer.json({"data": {}}))
    return scripted_server


@pytest.fixture
def client(server: ScriptedServer) -> Iterator[Client]:
    with Client(server.url, retries=QUICK) as client:
        yield client


@pytest.fixture(scope="session")
def product_url() -> str:
    url = os.environ.get("DEEPLESION_SERVER")
    if not url:
        pytest.skip("DEEPLESION_SERVER names no running product with the demo")
    return url


@pytest.fixture(scope="session")
def product(product_url: str) -> Iterator[Client]:
    with Client(product_url, timeout_seconds=120) as client:
        yield client


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the settings of the person who runs it."""
    for name in ("DEEPLESION_URL", "DEEPLESION_KEY", "DEEPLESION_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
