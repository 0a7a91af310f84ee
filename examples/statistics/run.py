# How are the long diameters distributed, by split and type?
# Made of query.graphql by scripts/makeCookbook.mjs.
import json
import os
import urllib.error
import urllib.request

SERVER = os.environ.get("DEEPLESION_SERVER", "http://127.0.0.1:4000")
KEY = os.environ.get("DEEPLESION_KEY")


def ask(query, variables=None):
    headers = {"Content-Type": "application/json"}
    if KEY:
        headers["Authorization"] = f"Bearer {KEY}"
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{SERVER}/graphql", body, headers)) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as refusal:
        answer = json.load(refusal)
    if "errors" in answer:
        raise SystemExit(answer["errors"][0]["message"])
    return answer["data"]


QUERY = """
query Diameters($filter: LesionFilter, $groupBy: [LesionGrouping!] = [SPLIT, COARSE_TYPE]) {
  lesionStatistics(filter: $filter, groupBy: $groupBy) {
    split
    coarseType
    lesionCount
    patientCount
    longDiameterMm {
      mean
      standardDeviation
      p5
      p50
      p95
      histogram(bins: 10, min: 0, max: 100) { edges counts below above nullCount }
    }
  }
}
"""
VARIABLES = {}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
