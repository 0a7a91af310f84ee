#!/bin/sh
# How accurate is the newest run, at each IoU threshold?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query AccuracyCurve {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      id
      detector { name version }
      dataset { slug version }
      executionProviders
      timing { meanMsPerImage imagesPerSecond }
      evaluations {
        id
        strata { name lesionCount }
        accuracyCurve { iouThreshold accuracy correct total ciLow ciHigh }
        top1: accuracyCurve(topK: 1) { iouThreshold accuracy correct total }
        froc { falsePositivesPerImage sensitivity }
        averagePrecision
      }
    }
  }
}'
