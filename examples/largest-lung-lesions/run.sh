#!/bin/sh
# Which lung lesions of the test split are the largest, and what do they look like?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query LargestLungLesions {
  lesions(
    first: 10
    filter: { split: TEST, coarseType: LUNG }
    orderBy: { field: LONG_DIAMETER_MM, direction: DESC }
  ) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      sourceRowIndex
      longDiameterMm
      shortDiameterMm
      boundingBox { x1 y1 x2 y2 }
      image {
        fileName
        url(window: "lung", overlay: "lesions", size: 512)
        study { ageYears patient { patientIndex sex } }
      }
    }
  }
}'
