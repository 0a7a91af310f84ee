#!/bin/sh
# How accurate are both detectors, per pseudo-cluster?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query CurvesPerCluster($dataset: String!) {
  detectionRuns(
    first: 2
    filter: { dataset: $dataset, status: SUCCEEDED }
    orderBy: { field: CREATED_AT, direction: DESC }
  ) {
    nodes {
      detector { name version }
      evaluations(first: 1) {
        id
        strata {
          name
          label
          lesionCount
          accuracyCurve { iouThreshold accuracy correct total ciLow ciHigh }
        }
      }
    }
  }
}' \
  --data-urlencode "variables={\"dataset\":\"demo\"}"
