# Which false positives of a run should a radiologist look at first?
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
query NewestRun {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { id }
  }
}
)---")

query <- r"---(
query ReviewQueue($run: ID!) {
  reviewProgress(run: $run) { candidates reviewed lesion notLesion unsure }
  reviewQueue(run: $run, first: 10, filter: { scoreAtLeast: 0.3 }) {
    totalCount
    nodes {
      id
      score
      boundingBox { x1 y1 x2 y2 }
      image { fileName url(overlay: "lesions") }
    }
  }
}
)---"
variables <- list(run = found$detectionRuns$nodes[[1]]$id)
data <- ask(query, variables)
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
