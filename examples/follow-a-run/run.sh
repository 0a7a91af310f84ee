#!/bin/sh
# How do I follow the progress of a run without asking again and again?
set -eu
here=$(dirname "$0")
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} "$@"
}

run=$(ask -G "$server/graphql" --data-urlencode "query@$here/find.graphql" | grep -o '"id":"[^"]*"' | cut -d '"' -f 4)

# The server ends the stream after the last event of the run.
ask --no-buffer -G "$server/graphql/stream" -H 'Accept: text/event-stream' \
  --data-urlencode "query@$here/query.graphql" --data-urlencode "variables={\"run\":\"$run\"}" |
  sed -n 's/^data: {/{/p'
