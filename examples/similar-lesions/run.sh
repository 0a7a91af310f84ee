#!/bin/sh
# Which lesions look like this one?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query SimilarLesions($dataset: String!) {
  pseudoClusters(first: 1, filter: { dataset: $dataset }) {
    nodes {
      label
      size
      typicalLesions(first: 1) {
        id
        coarseType
        longDiameterMm
        url(size: 128)
        similar(first: 5) {
          distance
          lesion { id coarseType longDiameterMm url(size: 128) patient { patientIndex } }
        }
      }
    }
  }
}' \
  --data-urlencode "variables={\"dataset\":\"demo\"}"
