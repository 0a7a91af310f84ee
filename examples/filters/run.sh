#!/bin/sh
# Which lesions of women of 60 and older are large, or in liver or kidney?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query FilteredLesions($filter: LesionFilter, $first: Int = 50) {
  lesions(filter: $filter, first: $first) {
    totalCount
    nodes { id coarseType longDiameterMm patient { patientIndex } }
  }
}' \
  --data-urlencode "variables={\"filter\":{\"sex\":[\"FEMALE\"],\"ageYears\":{\"gte\":60},\"or\":[{\"coarseType\":[\"LIVER\",\"KIDNEY\"]},{\"longDiameterMm\":{\"gte\":30}}],\"not\":{\"possiblyNoisy\":true}}}"
