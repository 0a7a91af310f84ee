# How does a radiologist confirm that a detection is a lesion?
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
query BestDetection {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { detections(first: 1, orderBy: { field: SCORE, direction: DESC }) { nodes { id } } }
  }
}
)---")

query <- r"---(
mutation GiveAVerdict($input: ReviewDetectionInput!) {
  reviewDetection(input: $input) {
    review { verdict reviewer remark createdAt }
    detection { id reviewCount currentVerdict }
  }
}
)---"
variables <- list(
  input = list(
    detectionId = found$detectionRuns$nodes[[1]]$detections$nodes[[1]]$id,
    verdict = "UNSURE",
    reviewer = "cookbook",
    remark = "An example.",
    idempotencyKey = "cookbook"
  )
)
data <- ask(query, variables)
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
