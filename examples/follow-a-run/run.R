# How do I follow the progress of a run without asking again and again?
library(httr2)

server <- Sys.getenv("DEEPLESION_SERVER", "http://127.0.0.1:4000")
key <- Sys.getenv("DEEPLESION_KEY")
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))

read <- function(name) paste(readLines(file.path(here, name), encoding = "UTF-8"), collapse = "\n")

requested <- function(address) {
  asked <- request(if (startsWith(address, "http")) address else paste0(server, address))
  asked <- req_error(asked, body = function(response) resp_body_json(response)$errors[[1]]$message)
  if (nzchar(key)) asked <- req_auth_bearer_token(asked, key)
  asked
}

ask <- function(query, variables) {
  asked <- req_body_json(requested("/graphql"), list(query = query, variables = variables), null = "null")
  answer <- resp_body_json(req_perform(asked))
  if (!is.null(answer$errors)) stop(answer$errors[[1]]$message)
  answer$data
}

run <- ask(read("find.graphql"), NULL)$detectionRuns$nodes[[1]]$id
asked <- requested("/graphql/stream") |>
  req_url_query(query = read("query.graphql"), variables = jsonlite::toJSON(list(run = run), auto_unbox = TRUE)) |>
  req_headers(Accept = "text/event-stream")

# Bytes come in pieces; a line is complete at its end.
rest <- ""
follow <- function(bytes) {
  lines <- strsplit(paste0(rest, rawToChar(bytes)), "\n", fixed = TRUE)[[1]]
  complete <- length(bytes) > 0 && bytes[length(bytes)] == as.raw(10)
  rest <<- if (complete || length(lines) == 0) "" else lines[length(lines)]
  if (!complete) lines <- head(lines, -1)
  for (line in lines[startsWith(lines, "data: {")]) {
    event <- jsonlite::fromJSON(sub("^data: ", "", line), simplifyVector = FALSE)
    if (!is.null(event$errors)) stop(event$errors[[1]]$message)
    cat(jsonlite::toJSON(event$data$jobProgress, auto_unbox = TRUE, null = "null"), "\n")
  }
  TRUE
}
invisible(req_stream(asked, follow, timeout_sec = 3600))
