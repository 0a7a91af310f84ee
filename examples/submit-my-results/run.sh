#!/bin/sh
# How do I submit the results of my own detector, and compare it with another one?
set -eu
here=$(dirname "$0")
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} "$@"
}

# sh run.sh RESULTS: a CSV file with the columns image, x1, y1, x2, y2 and score
upload=$(ask -T "$1" "$server/uploads" | grep -o '^{"id":"[^"]*"' | cut -d '"' -f 4)
answer=$(ask "$server/graphql" -H 'Content-Type: application/json' --data-binary @- <<END
{"documentId": "cookbook:submit-my-results", "variables": $(sed "s/null/\"$upload\"/" "$here/variables.json")}
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
if ! printf '%s' "$result" | grep -q '"status":"SUCCEEDED"'; then
  printf '%s\n' "$result" >&2
  exit 1
fi
# The evaluation of the submission comes first; the other one is the baseline: positive differences are in favour of the
# submission.
ids=$(printf '%s' "$result" | grep -o '"id":"[^"]*"' | cut -d ':' -f 2)
mine=$(printf '%s\n' "$ids" | head -n 1)
baseline=$(printf '%s\n' "$ids" | tail -n 1)
ask -G "$server/graphql" --data-urlencode 'documentId=cookbook:compare-runs' \
  --data-urlencode "variables={\"evaluations\":[$baseline,$mine]}"
