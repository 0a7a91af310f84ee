# Is a new detector no worse than another one, by more than 5 percentage points?
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
query NoWorse($candidate: ID!, $reference: ID!) {
  assertNoWorse(candidate: $candidate, reference: $reference, margin: 0.05, metric: SENSITIVITY, falsePositivesPerImage: 4) {
    holds
    candidate
    reference
    difference
    ciLow
    ciHigh
    lesionCount
    sentence
  }
}
)---"
variables <- list(candidate = found$single$nodes[[1]]$id, reference = found$multi$nodes[[1]]$id)
data <- ask(query, variables)
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
