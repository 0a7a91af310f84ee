#!/bin/sh
# Is one detector better than another, or is the difference within the noise?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ids=$(ask -G "$server/graphql" --data-urlencode 'query=query FirstEvaluations {
  single: evaluations(
    first: 1
    filter: { dataset: "demo", detector: "phantom-single" }
    orderBy: { field: CREATED_AT, direction: ASC }
  ) {
    nodes { id }
  }
  multi: evaluations(
    first: 1
    filter: { dataset: "demo", detector: "phantom-multi" }
    orderBy: { field: CREATED_AT, direction: ASC }
  ) {
    nodes { id }
  }
}' |
  grep -o '"id":"[^"]*"' | cut -d '"' -f 4)
id1=$(printf '%s\n' "$ids" | sed -n 1p)
id2=$(printf '%s\n' "$ids" | sed -n 2p)

ask -G "$server/graphql" --data-urlencode 'query=query CompareRuns($evaluations: [ID!]!) {
  compareEvaluations(ids: $evaluations) {
    baseline { run { detector { name version } } lesionCount }
    differences {
      other { run { detector { name version } } }
      imageCount
      points { iouThreshold difference ciLow ciHigh mcNemarP onlyBaseline onlyOther total }
      discordantLesions(first: 5) {
        foundBy
        reason
        bestOverlap
        lesion { id coarseType longDiameterMm }
      }
    }
  }
}' \
  --data-urlencode "variables={\"evaluations\":[\"${id1}\",\"${id2}\"]}"
