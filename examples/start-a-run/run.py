# How do I start a detection run and wait for its end?
import json
import os
import sys
import time
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


run = ask(read("query.graphql"), json.loads(read("variables.json")))["runDetection"]["run"]
while True:
    result = ask(read("result.graphql"), {"id": run["id"]})["detectionRun"]
    if result["status"] not in ("QUEUED", "RUNNING"):
        break
    print(result["progress"], file=sys.stderr)
    time.sleep(1)
print(json.dumps(result, indent=2))
