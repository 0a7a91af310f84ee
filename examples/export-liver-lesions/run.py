# How do I get all liver lesions as a table file?
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


variables = json.loads(read("variables.json"))
found = ask(read("query.graphql"), variables)
dataset = found["dataset"]
# The address names the version, so that the file stays the same when a newer version is imported.
query = urllib.parse.urlencode({"filter": json.dumps({"coarseType": variables["filter"]["coarseType"]})})
with send(f"exports/{dataset['slug']}@{dataset['version']}/lesions.csv?{query}") as response:
    data = response.read()
Path("liver-lesions.csv").write_bytes(data)
rows = data.decode().count("\n") - 1
if rows != found["lesions"]["totalCount"]:
    raise SystemExit(f"Expected {found['lesions']['totalCount']} rows; got {rows}.")
print(f"liver-lesions.csv: {rows} lesions of {dataset['slug']}@{dataset['version']}. Cite: {dataset['citation']}")
