#!/bin/sh
# How many lesions would a further condition of a search keep?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query Facets {
  lesionFacets(filter: { split: TEST, longDiameterMm: { gte: 8 } }) {
    field
    buckets { key label count }
  }
  lesionHistograms(filter: { split: TEST, longDiameterMm: { gte: 8 } }, fields: [LONG_DIAMETER_MM, AGE_YEARS], bins: 8) {
    field
    edges
    counts
    nullCount
  }
}'
