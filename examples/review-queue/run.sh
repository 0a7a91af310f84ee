#!/bin/sh
# Which false positives of a run should a radiologist look at first?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ids=$(ask -G "$server/graphql" --data-urlencode 'query=query NewestRun {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { id }
  }
}' |
  grep -o '"id":"[^"]*"' | cut -d '"' -f 4)
id1=$(printf '%s\n' "$ids" | sed -n 1p)

ask -G "$server/graphql" --data-urlencode 'query=query ReviewQueue($run: ID!) {
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
}' \
  --data-urlencode "variables={\"run\":\"${id1}\"}"
