# How do I follow the progress of a run without asking again and again?
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

SERVER = os.environ.get("DEEPLESION_SERVER", "http://127.0.0.1:4000")
KEY = os.environ.get("DEEPLESION_KEY")
HERE = Path(__file__).parent


def send(address, body=None, method=None, **headers):
    if KEY:
        headers["Authorization"] = f"Bearer {KEY}"
    url = urllib.parse.urljoin(f"{SERVER}/", address)
    try:
        return urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method))
    except urllib.error.HTTPError as refusal:
        raise SystemExit(json.load(refusal)["errors"][0]["message"])


def ask(query, variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    answer = json.load(send("graphql", body, **{"Content-Type": "application/json"}))
    if "errors" in answer:
        raise SystemExit(answer["errors"][0]["message"])
    return answer["data"]


def read(name):
    return (HERE / name).read_text(encoding="utf-8")


def events(query, variables):
    """The answers of a subscription, as they come."""
    parameters = urllib.parse.urlencode({"query": query, "variables": json.dumps(variables)})
    with send(f"graphql/stream?{parameters}", Accept="text/event-stream") as stream:
        name = None
        for line in stream:
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data" and name == "next":
                yield json.loads(value)


run = ask(read("find.graphql"), {})["detectionRuns"]["nodes"][0]["id"]
for event in events(read("query.graphql"), {"run": run}):
    if "errors" in event:
        raise SystemExit(event["errors"][0]["message"])
    print(json.dumps(event["data"]["jobProgress"]), flush=True)
