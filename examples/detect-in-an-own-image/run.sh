#!/bin/sh
# How do I detect lesions in an image of my own?
set -eu
here=$(dirname "$0")
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} "$@"
}

# sh run.sh SLICE: a 16-bit PNG, a DICOM file, or a zip of a series
upload=$(ask -T "$1" "$server/uploads?pixelSpacingMm=0.8&sliceIntervalMm=5" | grep -o '^{"id":"[^"]*"' | cut -d '"' -f 4)
answer=$(ask "$server/graphql" -H 'Content-Type: application/json' --data-binary @- <<END
{"documentId": "cookbook:detect-in-an-own-image", "variables": {"input": {"detector": "phantom-single", "upload": "$upload"}}}
END
)
detection=$(printf '%s' "$answer" | grep -o '"id":"[^"]*"' | cut -d '"' -f 4)
if [ -z "$detection" ]; then
  printf '%s\n' "$answer" >&2
  exit 1
fi

while
  result=$(ask -G "$server/graphql" --data-urlencode "query@$here/result.graphql" --data-urlencode "variables={\"id\":\"$detection\"}")
  printf '%s' "$result" | grep -Eq '"status":"(QUEUED|RUNNING)"'
do
  sleep 1
done
printf '%s\n' "$result"
