#!/bin/sh
# How do I cite the data, and how do others find out that they have the same data?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query Citation($dataset: String!) {
  dataset(slug: $dataset) {
    slug
    version
    name
    licence
    citation
    synthetic
    sourceFile
    sourceSha256
    importedAt
  }
}' \
  --data-urlencode "variables={\"dataset\":\"demo@1\"}"
