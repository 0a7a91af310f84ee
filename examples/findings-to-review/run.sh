#!/bin/sh
# Which detections of the newest run have the highest scores, and what is annotated there?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query Findings {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      detections(first: 10, orderBy: { field: SCORE, direction: DESC }) {
        nodes {
          id
          score
          boundingBox { x1 y1 x2 y2 }
          image { url(overlay: "lesions") lesions { boundingBox { x1 y1 x2 y2 } } }
          reviews { verdict reviewer remark }
        }
      }
    }
  }
}'
