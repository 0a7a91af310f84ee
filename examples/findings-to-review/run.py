# Which detections of the newest run have the highest scores, and what is annotated there?
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
query Findings {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      detections(first: 10, orderBy: { field: SCORE, direction: DESC }) {
        nodes {
          id
          score
          boundingBox { x1 y1 x2 y2 }
          image { url(overlay: "lesions") lesions { boundingBox { x1 y1 x2 y2 } } }
          reviews { verdict reviewer remark }
        }
      }
    }
  }
}
"""
VARIABLES = {}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
