# At which score threshold does a detector make one false positive per image, and what does it find there?
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
query OneFalsePositivePerImage($dataset: String!) {
  detectionRuns(
    first: 1
    filter: { dataset: $dataset, status: SUCCEEDED }
    orderBy: { field: CREATED_AT, direction: DESC }
  ) {
    nodes {
      detector { name version }
      evaluations(first: 1) {
        operatingPoint(falsePositivesPerImage: 1) {
          scoreThreshold
          sensitivity
          sensitivityInterval { low high }
          falsePositivesPerImage
          precision
          truePositives
          lesionCount
          falsePositives
          imageCount
        }
      }
    }
  }
}
"""
VARIABLES = {"dataset": "demo"}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
