# Who is best, and is it sure?
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
query WhoIsBest($dataset: String!) {
  leaderboard(dataset: $dataset, split: TEST, metric: { kind: ACCURACY, iouThreshold: 0.5, topK: 5 }) {
    metric
    imageCount
    lesionCount
    patientCount
    resolvableDifference
    entries {
      rank
      rankLow
      rankHigh
      group
      tiedWithBest
      value
      ciLow
      ciHigh
      standing
      coverage
      verified
      sawTestPatients
      detector { name version }
    }
  }
}
"""
VARIABLES = {"dataset": "demo"}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
