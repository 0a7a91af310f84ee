# Is a new detector no worse than another one, by more than 5 percentage points?
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
query FirstEvaluations {
  single: evaluations(
    first: 1
    filter: { dataset: "demo", detector: "phantom-single" }
    orderBy: { field: CREATED_AT, direction: ASC }
  ) {
    nodes { id }
  }
  multi: evaluations(
    first: 1
    filter: { dataset: "demo", detector: "phantom-multi" }
    orderBy: { field: CREATED_AT, direction: ASC }
  ) {
    nodes { id }
  }
}
""")

QUERY = """
query NoWorse($candidate: ID!, $reference: ID!) {
  assertNoWorse(candidate: $candidate, reference: $reference, margin: 0.05, metric: SENSITIVITY, falsePositivesPerImage: 4) {
    holds
    candidate
    reference
    difference
    ciLow
    ciHigh
    lesionCount
    sentence
  }
}
"""
VARIABLES = {"candidate": found["single"]["nodes"][0]["id"], "reference": found["multi"]["nodes"][0]["id"]}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
