# Which lesions did a run miss, and which of its detections are false positives, as a table?
import csv
import json
import os
import sys
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


run = ask(read("find.graphql"), {})["detectionRuns"]["nodes"][0]
table = csv.writer(sys.stdout, lineterminator="\n")
table.writerow(["file", "error", "lesion", "coarse_type", "long_diameter_mm", "score"])
for node in run["images"]["nodes"]:
    outcome = ask(read("query.graphql"), {"run": run["id"], "image": node["image"]["id"]})["detectionRun"]["imageOutcome"]
    file = outcome["image"]["fileName"]
    for lesion in outcome["missed"]:
        table.writerow([file, "MISSED", lesion["id"], lesion["coarseType"], lesion["longDiameterMm"], ""])
    for box in outcome["detections"]:
        if box["kind"] == "BACKGROUND":
            table.writerow([file, "FALSE_POSITIVE", "", "", "", box["detection"]["score"]])
