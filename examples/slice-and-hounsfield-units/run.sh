#!/bin/sh
# How do I get the picture of a slice, and its Hounsfield units?
set -eu
here=$(dirname "$0")
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} "$@"
}

slice=$(ask -G "$server/graphql" --data-urlencode "query@$here/query.graphql" --data-urlencode "variables@$here/variables.json")
address() {
  printf '%s' "$slice" | grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4
}

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
ask -o "$folder/slice.png" "$(address url)"
ask -o "$folder/slice.hu" "$(address huUrl)"
echo "picture: $(wc -c < "$folder/slice.png" | tr -d ' ') bytes"
# The middle row begins at 256 rows of 512 values of two bytes; its middle is 256 values further.
echo "centre: $(od -A n -t d2 -j $((2 * (256 * 512 + 256))) -N 2 "$folder/slice.hu" | tr -d ' ') HU"
