# How sensitive is a detector at a given number of false positives per image?
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
query Froc($dataset: String!, $rates: [Float!]!) {
  detectionRuns(
    first: 1
    filter: { dataset: $dataset, status: SUCCEEDED }
    orderBy: { field: CREATED_AT, direction: DESC }
  ) {
    nodes {
      detector { name version }
      evaluations(first: 1) {
        froc(falsePositivesPerImage: $rates) {
          falsePositivesPerImage
          sensitivity
          truePositives
          total
          scoreThreshold
          reachedFalsePositivesPerImage
        }
      }
    }
  }
}
"""
VARIABLES = {"dataset": "demo", "rates": [0.5, 1, 2, 4]}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
