# How do I get all liver lesions over 3 cm as a table?
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


def lesions(variables):
    after = None
    while True:
        page = ask(read("query.graphql"), {**variables, "after": after})["lesions"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


table = csv.writer(sys.stdout, lineterminator="\n")
table.writerow(["id", "patient", "sex", "file", "slice", "split", "long_diameter_mm", "short_diameter_mm"])
for lesion in lesions(json.loads(read("variables.json"))):
    image, patient = lesion["image"], lesion["patient"]
    table.writerow([lesion["id"], patient["patientIndex"], patient["sex"], image["fileName"], image["sliceIndex"],
                    lesion["split"], lesion["longDiameterMm"], lesion["shortDiameterMm"]])
