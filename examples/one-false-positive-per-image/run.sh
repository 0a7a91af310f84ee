#!/bin/sh
# At which score threshold does a detector make one false positive per image, and what does it find there?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query OneFalsePositivePerImage($dataset: String!) {
  detectionRuns(
    first: 1
    filter: { dataset: $dataset, status: SUCCEEDED }
    orderBy: { field: CREATED_AT, direction: DESC }
  ) {
    nodes {
      detector { name version }
      evaluations(first: 1) {
        operatingPoint(falsePositivesPerImage: 1) {
          scoreThreshold
          sensitivity
          sensitivityInterval { low high }
          falsePositivesPerImage
          precision
          truePositives
          lesionCount
          falsePositives
          imageCount
        }
      }
    }
  }
}' \
  --data-urlencode "variables={\"dataset\":\"demo\"}"
