# How do I submit the results of my own detector, and compare it with another one?
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


# python3 run.py RESULTS: a CSV file with the columns image, x1, y1, x2, y2 and score
with open(sys.argv[1], "rb") as file:
    upload = json.load(send("uploads", file.read(), "PUT", **{"Content-Type": "application/octet-stream"}))
variables = json.loads(read("variables.json"))
variables["input"]["uploadId"] = upload["id"]
run = ask(read("query.graphql"), variables)["submitDetections"]["run"]
while True:
    result = ask(read("result.graphql"), {"id": run["id"]})
    mine = result["detectionRun"]
    if mine["status"] not in ("QUEUED", "RUNNING"):
        break
    time.sleep(1)
if mine["status"] != "SUCCEEDED":
    raise SystemExit(f"{mine['error']} {mine['submission']['problems']}")
# The other one is the baseline: positive differences are in favour of the submission.
evaluations = [result["evaluations"]["nodes"][0]["id"], mine["evaluations"][0]["id"]]
print(json.dumps(ask(read("../compare-runs/query.graphql"), {"evaluations": evaluations}), indent=2))
