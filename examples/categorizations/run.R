# What is in the pseudo-clusters of the newest categorization, and how good is it?
# Made of query.graphql by scripts/makeCookbook.mjs.
library(httr2)

server <- Sys.getenv("DEEPLESION_SERVER", "http://127.0.0.1:4000")
key <- Sys.getenv("DEEPLESION_KEY")

ask <- function(query, variables = NULL) {
  asked <- request(paste0(server, "/graphql")) |>
    req_body_json(list(query = query, variables = variables), null = "null") |>
    req_error(is_error = function(response) FALSE)
  if (nzchar(key)) asked <- req_auth_bearer_token(asked, key)
  answer <- resp_body_json(req_perform(asked))
  if (!is.null(answer$errors)) stop(answer$errors[[1]]$message)
  answer$data
}

query <- r"---(
query Categorizations {
  categorizations(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      name
      method
      source
      status
      encoder { name version }
      clusterCount
      selectionRule
      chosenIteration
      iterations { iteration nmiToPrevious purityToPrevious silhouette sizes }
      quality { silhouette sizes }
      agreementWithCoarseTypes { lesions nmi purity floorPurity }
      pseudoClusters {
        nodes {
          clusterIndex
          label
          size
          longDiameterMm { p25 p50 p75 }
          location { z { mean standardDeviation } }
          coarseTypes { coarseType share }
          montageUrl(count: 16, size: 96)
          typicalLesions(first: 3) { longDiameterMm image { url(overlay: "lesions") } }
        }
      }
    }
  }
}
)---"
data <- ask(query)
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
