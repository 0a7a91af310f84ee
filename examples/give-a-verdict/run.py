# How does a radiologist confirm that a detection is a lesion?
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
query BestDetection {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { detections(first: 1, orderBy: { field: SCORE, direction: DESC }) { nodes { id } } }
  }
}
""")

QUERY = """
mutation GiveAVerdict($input: ReviewDetectionInput!) {
  reviewDetection(input: $input) {
    review { verdict reviewer remark createdAt }
    detection { id reviewCount currentVerdict }
  }
}
"""
VARIABLES = {
  "input": {
    "detectionId": found["detectionRuns"]["nodes"][0]["detections"]["nodes"][0]["id"],
    "verdict": "UNSURE",
    "reviewer": "cookbook",
    "remark": "An example.",
    "idempotencyKey": "cookbook"
  }
}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
