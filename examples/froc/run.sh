#!/bin/sh
# How sensitive is a detector at a given number of false positives per image?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query Froc($dataset: String!, $rates: [Float!]!) {
  detectionRuns(
    first: 1
    filter: { dataset: $dataset, status: SUCCEEDED }
    orderBy: { field: CREATED_AT, direction: DESC }
  ) {
    nodes {
      detector { name version }
      evaluations(first: 1) {
        froc(falsePositivesPerImage: $rates) {
          falsePositivesPerImage
          sensitivity
          truePositives
          total
          scoreThreshold
          reachedFalsePositivesPerImage
        }
      }
    }
  }
}' \
  --data-urlencode "variables={\"dataset\":\"demo\",\"rates\":[0.5,1,2,4]}"
