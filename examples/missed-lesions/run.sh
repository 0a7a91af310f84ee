#!/bin/sh
# Which lesions did it miss, the largest first, and why?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ids=$(ask -G "$server/graphql" --data-urlencode 'query=query NewestEvaluation {
  evaluations(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { id }
  }
}' |
  grep -o '"id":"[^"]*"' | cut -d '"' -f 4)
id1=$(printf '%s\n' "$ids" | sed -n 1p)

ask -G "$server/graphql" --data-urlencode 'query=query MissedLesions($evaluation: ID!) {
  evaluation(id: $evaluation) {
    outcomes(kinds: [MISSED], scoreAtLeast: 0.3, iouThreshold: 0.5, orderBy: { field: LONG_DIAMETER, direction: DESC }, first: 20) {
      counts { hits missed falsePositives }
      nodes { reason overlap lesion { id coarseType longDiameterMm } image { fileName } }
    }
  }
}' \
  --data-urlencode "variables={\"evaluation\":\"${id1}\"}"
