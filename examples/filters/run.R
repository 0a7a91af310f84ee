# Which lesions of women of 60 and older are large, or in liver or kidney?
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
query FilteredLesions($filter: LesionFilter, $first: Int = 50) {
  lesions(filter: $filter, first: $first) {
    totalCount
    nodes { id coarseType longDiameterMm patient { patientIndex } }
  }
}
)---"
variables <- list(
  filter = list(
    sex = list("FEMALE"),
    ageYears = list(gte = 60),
    or = list(list(coarseType = list("LIVER", "KIDNEY")), list(longDiameterMm = list(gte = 30))),
    not = list(possiblyNoisy = TRUE)
  )
)
data <- ask(query, variables)
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
