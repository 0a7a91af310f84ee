# Which lesions of women of 60 and older are large, or in liver or kidney?
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
query FilteredLesions($filter: LesionFilter, $first: Int = 50) {
  lesions(filter: $filter, first: $first) {
    totalCount
    nodes { id coarseType longDiameterMm patient { patientIndex } }
  }
}
"""
VARIABLES = {
  "filter": {
    "sex": ["FEMALE"],
    "ageYears": {"gte": 60},
    "or": [{"coarseType": ["LIVER", "KIDNEY"]}, {"longDiameterMm": {"gte": 30}}],
    "not": {"possiblyNoisy": True}
  }
}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
