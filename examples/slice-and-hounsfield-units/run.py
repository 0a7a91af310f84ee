# How do I get the picture of a slice, and its Hounsfield units?
import array
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


image = ask(read("query.graphql"), json.loads(read("variables.json")))["bookmarkedImages"]["nodes"][0]
with send(image["url"]) as picture:
    print("picture:", len(picture.read()), "bytes")
with send(image["huUrl"]) as response:
    width, height = int(response.headers["X-Image-Width"]), int(response.headers["X-Image-Height"])
    hounsfield = array.array("h", response.read())
if sys.byteorder == "big":
    hounsfield.byteswap()
print("centre:", hounsfield[height // 2 * width + width // 2], "HU")
for neighbour in image["slices"]:
    print(f'{neighbour["offsetMm"]} mm: {neighbour["huUrl"]}', file=sys.stderr)
