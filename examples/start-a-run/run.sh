#!/bin/sh
# How do I start a detection run and wait for its end?
set -eu
here=$(dirname "$0")
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} "$@"
}

answer=$(ask "$server/graphql" -H 'Content-Type: application/json' --data-binary @- <<END
{"documentId": "cookbook:start-a-run", "variables": $(cat "$here/variables.json")}
END
)
run=$(printf '%s' "$answer" | grep -o '"id":"[^"]*"' | cut -d '"' -f 4)
if [ -z "$run" ]; then
  printf '%s\n' "$answer" >&2
  exit 1
fi

while
  result=$(ask -G "$server/graphql" --data-urlencode "query@$here/result.graphql" --data-urlencode "variables={\"id\":\"$run\"}")
  printf '%s' "$result" | grep -Eq '"status":"(QUEUED|RUNNING)"'
do
  sleep 1
done
printf '%s\n' "$result"
