#!/bin/sh
# What is in the pseudo-clusters of the newest categorization, and how good is it?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query Categorizations {
  categorizations(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      name
      method
      source
      status
      encoder { name version }
      clusterCount
      selectionRule
      chosenIteration
      iterations { iteration nmiToPrevious purityToPrevious silhouette sizes }
      quality { silhouette sizes }
      agreementWithCoarseTypes { lesions nmi purity floorPurity }
      pseudoClusters {
        nodes {
          clusterIndex
          label
          size
          longDiameterMm { p25 p50 p75 }
          location { z { mean standardDeviation } }
          coarseTypes { coarseType share }
          montageUrl(count: 16, size: 96)
          typicalLesions(first: 3) { longDiameterMm image { url(overlay: "lesions") } }
        }
      }
    }
  }
}'
