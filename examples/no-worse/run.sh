#!/bin/sh
# Is a new detector no worse than another one, by more than 5 percentage points?
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

ask -G "$server/graphql" --data-urlencode 'query=query NoWorse($candidate: ID!, $reference: ID!) {
  assertNoWorse(candidate: $candidate, reference: $reference, margin: 0.05, metric: SENSITIVITY, falsePositivesPerImage: 4) {
    holds
    candidate
    reference
    difference
    ciLow
    ciHigh
    lesionCount
    sentence
  }
}' \
  --data-urlencode "variables={\"candidate\":\"${id1}\",\"reference\":\"${id2}\"}"
