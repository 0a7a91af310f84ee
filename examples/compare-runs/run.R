# Is one detector better than another, or is the difference within the noise?
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

found <- ask(r"---(
query FirstEvaluations {
  single: evaluations(
    first: 1
    filter: { dataset: "demo", detector: "phantom-single" }
    orderBy: { field: CREATED_AT, direction: ASC }
  ) {
    nodes { id }
  }
  multi: evaluations(
    first: 1
    filter: { dataset: "demo", detector: "phantom-multi" }
    orderBy: { field: CREATED_AT, direction: ASC }
  ) {
    nodes { id }
  }
}
)---")

query <- r"---(
query CompareRuns($evaluations: [ID!]!) {
  compareEvaluations(ids: $evaluations) {
    baseline { run { detector { name version } } lesionCount }
    differences {
      other { run { detector { name version } } }
      imageCount
      points { iouThreshold difference ciLow ciHigh mcNemarP onlyBaseline onlyOther total }
      discordantLesions(first: 5) {
        foundBy
        reason
        bestOverlap
        lesion { id coarseType longDiameterMm }
      }
    }
  }
}
)---"
variables <- list(evaluations = list(found$single$nodes[[1]]$id, found$multi$nodes[[1]]$id))
data <- ask(query, variables)
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
