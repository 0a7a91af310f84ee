#!/bin/sh
# How do I get all liver lesions as a table file?
set -eu
here=$(dirname "$0")
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} "$@"
}

found=$(ask "$server/graphql" -H 'Content-Type: application/json' --data-binary @- <<END
{"documentId": "cookbook:export-liver-lesions", "variables": $(cat "$here/variables.json")}
END
)
number() {
  printf '%s' "$found" | grep -o "\"$1\":[0-9]*" | head -n 1 | cut -d ':' -f 2
}

# The address names the version, so that the file stays the same when a newer version is imported.
# A transfer that was cut off goes on with -C -.
ask -G -o liver-lesions.csv "$server/exports/demo@$(number version)/lesions.csv" \
  --data-urlencode 'filter={"coarseType":["LIVER"]}'
rows=$(($(wc -l < liver-lesions.csv) - 1))
if [ "$rows" -ne "$(number totalCount)" ]; then
  echo "Expected $(number totalCount) rows; got $rows." >&2
  exit 1
fi
echo "liver-lesions.csv: $rows lesions of demo@$(number version)."
