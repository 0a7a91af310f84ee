#!/bin/sh
# Which lesions did a run miss, and which of its detections are false positives, as a table?
set -eu
here=$(dirname "$0")
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} "$@"
}

# The outcome of each image is one line of JSON. The other programs make a table of them.
ids=$(ask -G "$server/graphql" --data-urlencode "query@$here/find.graphql" | grep -o '"id":"[^"]*"' | cut -d '"' -f 4)
run=$(printf '%s\n' "$ids" | head -n 1)
for image in $(printf '%s\n' "$ids" | tail -n +2); do
  ask -G "$server/graphql" --data-urlencode "query@$here/query.graphql" \
    --data-urlencode "variables={\"run\":\"$run\",\"image\":\"$image\"}"
  echo
done
