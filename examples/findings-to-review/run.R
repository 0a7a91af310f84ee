# Which detections of the newest run have the highest scores, and what is annotated there?
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
query Findings {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      detections(first: 10, orderBy: { field: SCORE, direction: DESC }) {
        nodes {
          id
          score
          boundingBox { x1 y1 x2 y2 }
          image { url(overlay: "lesions") lesions { boundingBox { x1 y1 x2 y2 } } }
          reviews { verdict reviewer remark }
        }
      }
    }
  }
}
)---"
data <- ask(query)
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
