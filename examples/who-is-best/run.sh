#!/bin/sh
# Who is best, and is it sure?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query WhoIsBest($dataset: String!) {
  leaderboard(dataset: $dataset, split: TEST, metric: { kind: ACCURACY, iouThreshold: 0.5, topK: 5 }) {
    metric
    imageCount
    lesionCount
    patientCount
    resolvableDifference
    entries {
      rank
      rankLow
      rankHigh
      group
      tiedWithBest
      value
      ciLow
      ciHigh
      standing
      coverage
      verified
      sawTestPatients
      detector { name version }
    }
  }
}' \
  --data-urlencode "variables={\"dataset\":\"demo\"}"
