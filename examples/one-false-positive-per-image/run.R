# At which score threshold does a detector make one false positive per image, and what does it find there?
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
query OneFalsePositivePerImage($dataset: String!) {
  detectionRuns(
    first: 1
    filter: { dataset: $dataset, status: SUCCEEDED }
    orderBy: { field: CREATED_AT, direction: DESC }
  ) {
    nodes {
      detector { name version }
      evaluations(first: 1) {
        operatingPoint(falsePositivesPerImage: 1) {
          scoreThreshold
          sensitivity
          sensitivityInterval { low high }
          falsePositivesPerImage
          precision
          truePositives
          lesionCount
          falsePositives
          imageCount
        }
      }
    }
  }
}
)---"
variables <- list(dataset = "demo")
data <- ask(query, variables)
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
