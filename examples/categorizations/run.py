# What is in the pseudo-clusters of the newest categorization, and how good is it?
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
query Categorizations {
  categorizations(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      name
      method
      source
      status
      encoder { name version }
      clusterCount
      selectionRule
      chosenIteration
      iterations { iteration nmiToPrevious purityToPrevious silhouette sizes }
      quality { silhouette sizes }
      agreementWithCoarseTypes { lesions nmi purity floorPurity }
      pseudoClusters {
        nodes {
          clusterIndex
          label
          size
          longDiameterMm { p25 p50 p75 }
          location { z { mean standardDeviation } }
          coarseTypes { coarseType share }
          montageUrl(count: 16, size: 96)
          typicalLesions(first: 3) { longDiameterMm image { url(overlay: "lesions") } }
        }
      }
    }
  }
}
"""
VARIABLES = {}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
