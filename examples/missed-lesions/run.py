# Which lesions did it miss, the largest first, and why?
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


found = ask("""
query NewestEvaluation {
  evaluations(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { id }
  }
}
""")

QUERY = """
query MissedLesions($evaluation: ID!) {
  evaluation(id: $evaluation) {
    outcomes(kinds: [MISSED], scoreAtLeast: 0.3, iouThreshold: 0.5, orderBy: { field: LONG_DIAMETER, direction: DESC }, first: 20) {
      counts { hits missed falsePositives }
      nodes { reason overlap lesion { id coarseType longDiameterMm } image { fileName } }
    }
  }
}
"""
VARIABLES = {"evaluation": found["evaluations"]["nodes"][0]["id"]}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
