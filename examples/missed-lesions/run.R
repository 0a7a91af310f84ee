# Which lesions did it miss, the largest first, and why?
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
query NewestEvaluation {
  evaluations(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { id }
  }
}
)---")

query <- r"---(
query MissedLesions($evaluation: ID!) {
  evaluation(id: $evaluation) {
    outcomes(kinds: [MISSED], scoreAtLeast: 0.3, iouThreshold: 0.5, orderBy: { field: LONG_DIAMETER, direction: DESC }, first: 20) {
      counts { hits missed falsePositives }
      nodes { reason overlap lesion { id coarseType longDiameterMm } image { fileName } }
    }
  }
}
)---"
variables <- list(evaluation = found$evaluations$nodes[[1]]$id)
data <- ask(query, variables)
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
