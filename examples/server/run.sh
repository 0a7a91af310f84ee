#!/bin/sh
# Which version of the server answers, and within which limits?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query Server {
  serverInfo {
    version
    codeVersion
    executionProviders
    machineExecutionProviders { id available reason }
    limits { maxPageSize depth complexity }
  }
}'
