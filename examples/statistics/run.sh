#!/bin/sh
# How are the long diameters distributed, by split and type?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query Diameters($filter: LesionFilter, $groupBy: [LesionGrouping!] = [SPLIT, COARSE_TYPE]) {
  lesionStatistics(filter: $filter, groupBy: $groupBy) {
    split
    coarseType
    lesionCount
    patientCount
    longDiameterMm {
      mean
      standardDeviation
      p5
      p50
      p95
      histogram(bins: 10, min: 0, max: 100) { edges counts below above nullCount }
    }
  }
}'
