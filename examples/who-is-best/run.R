# Who is best, and is it sure?
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
query WhoIsBest($dataset: String!) {
  leaderboard(dataset: $dataset, split: TEST, metric: { kind: ACCURACY, iouThreshold: 0.5, topK: 5 }) {
    metric
    imageCount
    lesionCount
    patientCount
    resolvableDifference
    entries {
      rank
      rankLow
      rankHigh
      group
      tiedWithBest
      value
      ciLow
      ciHigh
      standing
      coverage
      verified
      sawTestPatients
      detector { name version }
    }
  }
}
)---"
variables <- list(dataset = "demo")
data <- ask(query, variables)
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
