# How are the long diameters distributed, by split and type?
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
query Diameters($filter: LesionFilter, $groupBy: [LesionGrouping!] = [SPLIT, COARSE_TYPE]) {
  lesionStatistics(filter: $filter, groupBy: $groupBy) {
    split
    coarseType
    lesionCount
    patientCount
    longDiameterMm {
      mean
      standardDeviation
      p5
      p50
      p95
      histogram(bins: 10, min: 0, max: 100) { edges counts below above nullCount }
    }
  }
}
)---"
data <- ask(query)
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
