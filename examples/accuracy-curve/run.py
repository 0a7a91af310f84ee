# How accurate is the newest run, at each IoU threshold?
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
query AccuracyCurve {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      id
      detector { name version }
      dataset { slug version }
      executionProviders
      timing { meanMsPerImage imagesPerSecond }
      evaluations {
        id
        strata { name lesionCount }
        accuracyCurve { iouThreshold accuracy correct total ciLow ciHigh }
        top1: accuracyCurve(topK: 1) { iouThreshold accuracy correct total }
        froc { falsePositivesPerImage sensitivity }
        averagePrecision
      }
    }
  }
}
"""
VARIABLES = {}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
