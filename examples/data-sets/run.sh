#!/bin/sh
# Which data sets are here, how large are they, and under which licence?
# Made of query.graphql by scripts/makeCookbook.mjs.
set -eu
server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}

ask() {
  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \
    -H 'Accept: application/graphql-response+json' "$@"
}

ask -G "$server/graphql" --data-urlencode 'query=query Datasets {
  datasets {
    nodes {
      slug
      version
      name
      licence
      synthetic
      counts { patients studies images imagesWithPixels lesions }
    }
  }
}'
