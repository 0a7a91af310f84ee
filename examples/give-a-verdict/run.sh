#!/bin/sh
# How does a radiologist confirm that a detection is a lesion?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ids=$(ask -G "$server/graphql" --data-urlencode 'query=query BestDetection {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { detections(first: 1, orderBy: { field: SCORE, direction: DESC }) { nodes { id } } }
  }
}' |
  grep -o '"id":"[^"]*"' | cut -d '"' -f 4)
id1=$(printf '%s\n' "$ids" | sed -n 1p)

ask "$server/graphql" -H 'Content-Type: application/json' --data-binary @- <<END
{"query": "mutation GiveAVerdict(\$input:ReviewDetectionInput!){reviewDetection(input:\$input){review{verdict reviewer remark createdAt}detection{id reviewCount currentVerdict}}}",
 "variables": {"input":{"detectionId":"${id1}","verdict":"UNSURE","reviewer":"cookbook","remark":"An example.","idempotencyKey":"cookbook"}}}
END
