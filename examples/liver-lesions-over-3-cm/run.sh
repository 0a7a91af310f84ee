#!/bin/sh
# How do I get all liver lesions over 3 cm as a table?
set -eu
here=$(dirname "$0")
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} "$@"
}

# A page of JSON, until there is no next one: each is written on a line. The other programs make a table of them.
after=null
while :; do
  page=$(ask -G "$server/graphql" --data-urlencode "query@$here/query.graphql" \
    --data-urlencode "variables={\"dataset\":\"demo\",\"longerThanMm\":30,\"after\":$after}")
  printf '%s\n' "$page"
  printf '%s' "$page" | grep -q '"hasNextPage":true' || break
  after=$(printf '%s' "$page" | grep -o '"endCursor":"[^"]*"' | cut -d ':' -f 2)
done
