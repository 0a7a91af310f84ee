"""Requests: what is sent again, what is raised, what is downloaded."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import QUICK, Answer, Request, ScriptedServer

from deeplesion import (
    AsyncClient,
    BadUserInput,
    Client,
    CohortsMissing,
    Conflict,
    ConnectionFailed,
    DownloadDamaged,
    InternalServerError,
    NotFound,
    RateLimited,
    RetryPolicy,
    RunFailed,
    TermsNotAccepted,
    Unavailable,
)
from deeplesion._graph import GraphObject
from deeplesion.schema import DetectionRunFields, DetectionRunTiming, DetectorFields, F

DONE = Answer.json({"data": {"viewer": {"scopes": []}}})
FILE = bytes(range(256)) * 4096


def digest(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def whole(content: bytes = FILE, **more: str) -> Answer:
    return Answer(200, content, {"etag": '"one"', "repr-digest": digest(content), **more})


def test_the_key_and_the_name_of_the_client_are_sent(server: ScriptedServer) -> None:
    server.script(DONE)
    with Client(server.url + "/graphql", key="dl_ABC_def") as client:
        client.viewer()
        assert "dl_ABC_def" not in repr(client) + repr(client.settings)
    sent = server.requests[0]
    assert (sent.method, sent.path) == ("POST", "/graphql")
    assert sent.headers["authorization"] == "Bearer dl_ABC_def"
    assert sent.headers["user-agent"].startswith("deeplesion-python/")


@pytest.mark.parametrize(("code", "status"), [("RATE_LIMITED", 429), ("UNAVAILABLE", 503)])
def test_a_refusal_for_now_is_asked_again(server: ScriptedServer, client: Client, code: str, status: int) -> None:
    server.script(Answer.error(code, status, retry_after="0"), Answer.error(code, status), DONE)
    assert client.viewer() == {"scopes": []}
    assert len(server.requests) == 3


def test_a_request_is_sent_five_times_at_most(server: ScriptedServer, client: Client) -> None:
    server.script(Answer.error("UNAVAILABLE", 503))
    with pytest.raises(Unavailable):
        client.viewer()
    assert len(server.requests) == 5


def test_the_pause_is_as_long_as_the_server_asks_and_no_longer_than_the_caller_wants() -> None:
    policy = RetryPolicy(first_pause_seconds=1, longest_pause_seconds=30)

    def pause(attempt: int, seconds: float | None = None) -> float | None:
        extensions = {} if seconds is None else {"retryAfterSeconds": seconds}
        return policy.pause_before_next(attempt, RateLimited("", extensions, 429, None))

    assert 1 <= (pause(1) or 0) <= 1.25
    assert 8 <= (pause(4) or 0) <= 10
    assert 20 <= (pause(1, 20) or 0) <= 25
    assert pause(1, 31) is None
    assert pause(5) is None
    assert policy.pause_before_next(1, BadUserInput("", {}, 400, None)) is None


def test_a_connection_that_ends_is_taken_up_again(server: ScriptedServer, client: Client) -> None:
    cut = Answer.json({"data": {"viewer": {"scopes": ["read"]}}})
    cut.cut_after = 5
    server.script(cut, DONE)
    assert client.viewer() == {"scopes": []}


def test_no_server_at_all_is_an_error_of_its_own() -> None:
    with (
        Client("http://127.0.0.1:9", retries=QUICK) as client,
        pytest.raises(ConnectionFailed, match=r"127\.0\.0\.1:9"),
    ):
        client.viewer()


def test_a_mutation_is_sent_again_only_with_an_idempotency_key(server: ScriptedServer, client: Client) -> None:
    text = "mutation ($input: RunDetectionInput!) { runDetection(input: $input) { run { id } } }"
    server.script(Answer.error("UNAVAILABLE", 503), Answer.json({"data": {}}))
    with pytest.raises(Unavailable):
        client.query(text, {"input": {"detector": "x"}})
    assert len(server.requests) == 1
    server.script(Answer.error("UNAVAILABLE", 503), Answer.json({"data": {}}))
    client.query(text, {"input": {"detector": "x", "idempotencyKey": "mine"}})
    assert len(server.requests) == 2


def test_the_client_makes_an_idempotency_key_and_keeps_it(server: ScriptedServer, client: Client) -> None:
    server.script(Answer.error("UNAVAILABLE", 503), Answer.error("CONFLICT", 409))
    with pytest.raises(Conflict):
        client.detect("phantom-single", dataset="demo")
    first, second = (request.json["variables"]["input"]["idempotencyKey"] for request in server.requests)
    assert first == second
    assert first.startswith("python-")


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("BAD_USER_INPUT", 400, BadUserInput),
        ("BAD_USER_INPUT", 200, ValueError),
        ("GRAPHQL_VALIDATION_FAILED", 400, BadUserInput),
        ("NOT_FOUND", 200, LookupError),
        ("INTERNAL_SERVER_ERROR", 500, InternalServerError),
    ],
)
def test_errors_are_classes_by_their_code(
    server: ScriptedServer, client: Client, code: str, status: int, kind: type[Exception]
) -> None:
    server.script(Answer.error(code, status, x_request_id="abc"))
    with pytest.raises(kind) as caught:
        client.viewer()
    error: Any = caught.value
    assert (error.code, error.request_id, error.status) == (code, "abc", status)
    assert str(error) == f"{code}. (request abc)"


def test_an_error_has_what_was_answered_nevertheless(server: ScriptedServer, client: Client) -> None:
    errors = [{"message": "No.", "extensions": {"code": "NOT_FOUND", "argument": "stratum"}}]
    server.script(Answer.json({"data": {"a": 1, "b": None}, "errors": errors}))
    with pytest.raises(NotFound) as caught:
        client.query("{ a b }")
    assert caught.value.data == {"a": 1, "b": None}
    assert caught.value.argument == "stratum"


def test_a_proxy_s_page_is_an_error_by_its_status(server: ScriptedServer, client: Client) -> None:
    server.script(Answer(502, b"<html>", {"content-type": "text/html"}), Answer(404, b"<html>", {}))
    with pytest.raises(NotFound):
        client.viewer()
    assert len(server.requests) == 2


def test_terms_that_are_not_accepted_are_told(server: ScriptedServer, client: Client) -> None:
    terms = {"dataset": "deeplesion", "version": "1"}
    body = {"errors": [{"message": "Accept.", "extensions": {"code": "FORBIDDEN", "terms": terms}}]}
    server.script(Answer.json(body, 403))
    with pytest.raises(TermsNotAccepted) as caught:
        client.viewer()
    assert caught.value.terms == terms


def test_terms_are_accepted_in_the_version_that_is_asked_for(server: ScriptedServer, client: Client) -> None:
    server.script(Answer.json({"data": {"dataset": {"terms": {"version": "2"}}}}), Answer.json({"data": {}}))
    client.accept_terms("deeplesion@1", name="Dr Example", affiliation="Example", purpose="Tests.")
    assert server.requests[1].json["variables"]["input"] == {
        "dataset": "deeplesion",
        "termsVersion": "2",
        "name": "Dr Example",
        "affiliation": "Example",
        "purpose": "Tests.",
    }


def test_a_download_goes_on_where_it_ended(server: ScriptedServer, client: Client) -> None:
    def rest(request: Request) -> Answer:
        start = int(request.headers["range"].removeprefix("bytes=").removesuffix("-"))
        assert request.headers["if-range"] == '"one"'
        part = FILE[start:]
        content_range = f"bytes {start}-{len(FILE) - 1}/{len(FILE)}"
        return Answer(206, part, {"etag": '"one"', "repr-digest": digest(FILE), "content-range": content_range})

    first = whole()
    first.cut_after = 300_000
    server.script(first, rest)
    target = io.BytesIO()
    client._transport.download("/exports/demo@1/lesions.csv", None, target)
    assert target.getvalue() == FILE
    assert len(server.requests) == 2
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_a_download_begins_again_if_the_file_is_another_one(server: ScriptedServer, client: Client) -> None:
    first = whole()
    first.cut_after = 300_000
    server.script(first, whole(b"other"))
    assert client._transport.fetch("/x") == b"other"


def test_a_damaged_download_is_refused(server: ScriptedServer, client: Client, tmp_path: Path) -> None:
    damaged = whole()
    damaged.headers["repr-digest"] = digest(b"what it should be")
    server.script(damaged)
    with pytest.raises(DownloadDamaged):
        client.lesions("demo@1").save(tmp_path / "lesions.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_checksum_that_comes_behind_a_file_is_asked_for(server: ScriptedServer, client: Client) -> None:
    server.script(
        Answer(200, b"new", {"trailer": "Repr-Digest", "etag": '"one"'}),
        Answer(200, b"", {"repr-digest": digest(b"old")}),
    )
    with pytest.raises(DownloadDamaged):
        client._transport.fetch("/x")
    assert [request.method for request in server.requests] == ["GET", "HEAD"]


def test_what_is_kept_is_only_asked_for_by_its_tag(server: ScriptedServer, tmp_path: Path) -> None:
    with Client(server.url, cache_folder=tmp_path / "cache") as client:
        server.script(whole())
        assert client._transport.fetch("/x") == FILE
        server.script(Answer(304, b"", {"etag": '"one"'}))
        assert client._transport.fetch("/x") == FILE
        assert server.requests[0].headers["if-none-match"] == '"one"'
        server.script(whole(b"newer"))
        assert client._transport.fetch("/x") == b"newer"
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700


def answered(fields: type[GraphObject], **known: Any) -> dict[str, Any]:
    """What a server answers for an object: what is known of it, and null for all other fields that are selected."""
    plain = re.sub(r"{[^{}]*}", "", re.sub(r"{[^{}]*({[^{}]*}[^{}]*)*}", "", fields.SELECTION))
    return dict.fromkeys(plain.split()) | known


COHORT = {
    "id": "C",
    "name": "large",
    "lesionCount": 3,
    "membersSha256": "0" * 64,
    "dataset": {"slug": "demo", "version": 1},
}


def test_a_selection_is_frozen_as_a_cohort_of_its_version(server: ScriptedServer, client: Client) -> None:
    server.script(
        Answer.json({"data": {"dataset": {"slug": "demo", "version": 1}}}),
        Answer.json({"data": {"createCohort": {"cohort": COHORT}}}),
        Answer.json({"data": {"lesions": {"totalCount": 3}}}),
    )
    cohort = client.lesions("demo", F.long_diameter_mm >= 30).freeze("large")
    assert (cohort.id, cohort.dataset, cohort.lesion_count) == ("C", "demo@1", 3)
    sent = server.requests[1].json["variables"]["input"]
    assert sent["idempotencyKey"]
    assert {name: sent[name] for name in ("dataset", "name", "filter")} == {
        "dataset": "demo@1",
        "name": "large",
        "filter": {"longDiameterMm": {"gte": 30}},
    }
    assert len(cohort.lesions) == 3
    assert server.requests[2].json["variables"]["filter"] == {"cohort": "C", "dataset": "demo@1"}


def test_a_server_without_cohorts_says_so(server: ScriptedServer, client: Client) -> None:
    server.script(Answer.error("GRAPHQL_VALIDATION_FAILED", 400))
    with pytest.raises(CohortsMissing, match="no cohorts"):
        client.lesions("demo@1").freeze("all")


NEW_YEAR = "2026-01-01T00:00:00Z"
RUN = answered(
    DetectionRunFields,
    id="R",
    status="QUEUED",
    createdAt=NEW_YEAR,
    **{name: [] for name in ("executionProviders", "iouThresholds", "tags", "warnings")},
    timing=answered(DetectionRunTiming),
    dataset={"slug": "demo", "version": 1},
    progress={"completed": 0, "failed": 0, "total": 2},
    detector=answered(DetectorFields, name="x", version="1.0.0", registeredAt=NEW_YEAR),
)


def job(status: str, completed: int) -> dict[str, Any]:
    return {"id": "R", "status": status, "progress": {"completed": completed, "failed": 0, "total": 2}}


def test_a_run_is_followed_by_events_and_by_polling_when_they_end(server: ScriptedServer, client: Client) -> None:
    event = json.dumps({"data": {"jobProgress": job("RUNNING", 1)}})
    cut = Answer(200, f"event: next\ndata: {event}\n\n:\n\n".encode(), {"content-type": "text/event-stream"})
    server.script(
        Answer.json({"data": {"detectionRun": RUN}}),
        cut,
        Answer.json({"data": {"job": job("SUCCEEDED", 2)}}),
        Answer.json({"data": {"detectionRun": {**RUN, "status": "SUCCEEDED"}}}),
    )
    seen: list[int] = []
    finished = client.run("R").wait(progress=lambda progress: seen.append(progress.completed))
    assert seen == [1, 2]
    assert finished.status == "SUCCEEDED"
    assert [request.path for request in server.requests] == ["/graphql", "/graphql/stream", "/graphql", "/graphql"]


def test_the_asynchronous_client_retries_and_pages_as_the_synchronous_one(server: ScriptedServer) -> None:
    async def read() -> list[list[int]]:
        def page(request: Request) -> Answer:
            after = int(request.json["variables"]["after"] or 0)
            nodes = [{"id": f"P{after}", "patientIndex": after, "sex": "MALE"}]
            info = {"hasNextPage": after < 2, "endCursor": str(after + 1)}
            return Answer.json({"data": {"patients": {"pageInfo": info, "nodes": nodes}}})

        server.script(Answer.error("UNAVAILABLE", 503), page)
        async with AsyncClient(server.url, retries=QUICK) as client:
            return [[one.patient_index for one in found] async for found in client.patients("demo@1").pages(1)]

    assert asyncio.run(read()) == [[0], [1], [2]]


def export_answer(status: str, **more: Any) -> dict[str, Any]:
    """An export as the graph answers it."""
    url = "https://known.otherwise/below/exports/demo@1/lesions.csv?fields=id%2Csex"
    return {"id": "one", "status": status, "url": url, "bytes": 0, "sha256": None, "error": None, **more}


def job_answer(export: dict[str, Any]) -> Answer:
    return Answer.json({"data": {"job": export}})


def test_an_export_is_requested_followed_saved_and_held_against_its_checksum(
    server: ScriptedServer, client: Client, tmp_path: Path
) -> None:
    progress = {"id": "one", "status": "SUCCEEDED", "progress": {"completed": 1, "failed": 0, "total": 1}}
    done = export_answer("SUCCEEDED", bytes=len(FILE), sha256=hashlib.sha256(FILE).hexdigest())
    server.script(
        Answer.json({"data": {"createExport": {"export": export_answer("QUEUED")}}}),
        # No events at all: it is polled.
        Answer.error("UNAVAILABLE", 503),
        Answer.error("UNAVAILABLE", 503),
        Answer.error("UNAVAILABLE", 503),
        Answer.error("UNAVAILABLE", 503),
        Answer.error("UNAVAILABLE", 503),
        job_answer(progress),
        job_answer(done),
        whole(),
        whole(b"another"),
    )
    seen: list[int] = []
    lesions = client.lesions("demo@1", F.split == "TEST")
    export = client.create_export(lesions, format="csv", fields=["id", "sex"], webhook_url="https://a.example/hook")
    ended = export.wait(progress=lambda one: seen.append(one.completed))
    assert (ended.status, seen) == ("SUCCEEDED", [1])
    assert ended.save(tmp_path / "lesions.csv").read_bytes() == FILE
    asked = json.loads(server.requests[0].body)["variables"]["input"]
    assert asked.pop("idempotencyKey")
    assert asked == {
        "dataset": "demo@1",
        "file": "lesions",
        "format": "CSV",
        "filter": {"split": ["TEST"]},
        "fields": ["id", "sex"],
        "webhookUrl": "https://a.example/hook",
    }
    assert server.requests[-1].path == "/exports/demo@1/lesions.csv?fields=id%2Csex"
    with pytest.raises(DownloadDamaged):
        ended.save(tmp_path / "again.csv")
    assert not (tmp_path / "again.csv").exists()


def test_an_export_that_failed_says_why(server: ScriptedServer, client: Client) -> None:
    progress = {"id": "one", "status": "FAILED", "progress": {"completed": 0, "failed": 1, "total": 1}}
    server.script(
        Answer.json({"data": {"createExport": {"export": export_answer("QUEUED")}}}),
        *[Answer.error("UNAVAILABLE", 503)] * 5,
        job_answer(progress),
        job_answer(export_answer("FAILED", error="The key was revoked.")),
    )
    export = client.create_export("demo@1", file="coco.json", parameters={"categories": "coarse-type"})
    with pytest.raises(RunFailed, match="FAILED: The key was revoked"):
        export.wait()
    with pytest.raises(ValueError, match="name what is exported"):
        client.create_export("demo@1")
    with pytest.raises(ValueError, match="one of CSV, NDJSON, PARQUET"):
        client.create_export("demo@1", file="images", format="xlsx")


def test_versions_are_compared_with_the_lesions_that_differ(server: ScriptedServer, client: Client) -> None:
    counts = {"added": 1, "removed": 0, "changed": 0, "unchanged": 2}
    tables = dict.fromkeys(("patients", "studies", "images", "lesions"), counts)
    page = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []}
    server.script(
        Answer.json({"data": {"datasetDiff": tables}}),
        Answer.json({"data": {"datasetDiff": {"changedLesions": page}}}),
    )
    diff = client.dataset_diff("demo@1", "demo@2")
    assert (diff.lesions.added, diff.images.unchanged) == (1, 2)
    assert [change.kind for change in diff.changes] == []
    asked = json.loads(server.requests[1].body)
    assert asked["variables"] | {"a": "demo@1", "b": "demo@2"} == asked["variables"]
    assert "datasetDiff(a: $a, b: $b) { changedLesions(" in asked["query"]
