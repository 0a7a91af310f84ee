# Which false positives of a run should a radiologist look at first?
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
query NewestRun {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { id }
  }
}
""")

QUERY = """
query ReviewQueue($run: ID!) {
  reviewProgress(run: $run) { candidates reviewed lesion notLesion unsure }
  reviewQueue(run: $run, first: 10, filter: { scoreAtLeast: 0.3 }) {
    totalCount
    nodes {
      id
      score
      boundingBox { x1 y1 x2 y2 }
      image { fileName url(overlay: "lesions") }
    }
  }
}
"""
VARIABLES = {"run": found["detectionRuns"]["nodes"][0]["id"]}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
