# How do I start a detection run and wait for its end?
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

variables <- jsonlite::fromJSON(read("variables.json"), simplifyVector = FALSE)
run <- ask(read("query.graphql"), variables)$runDetection$run
repeat {
  result <- ask(read("result.graphql"), list(id = run$id))$detectionRun
  if (!result$status %in% c("QUEUED", "RUNNING")) break
  message(result$progress$completed, " of ", result$progress$total)
  Sys.sleep(1)
}
cat(jsonlite::toJSON(result, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
