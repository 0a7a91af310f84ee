# How do I submit the results of my own detector, and compare it with another one?
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

# Rscript run.R RESULTS: a CSV file with the columns image, x1, y1, x2, y2 and score
sent <- requested("/uploads") |> req_method("PUT") |> req_body_file(commandArgs(TRUE)[1])
upload <- resp_body_json(req_perform(sent))
variables <- jsonlite::fromJSON(read("variables.json"), simplifyVector = FALSE)
variables$input$uploadId <- upload$id
run <- ask(read("query.graphql"), variables)$submitDetections$run
repeat {
  result <- ask(read("result.graphql"), list(id = run$id))
  mine <- result$detectionRun
  if (!mine$status %in% c("QUEUED", "RUNNING")) break
  Sys.sleep(1)
}
if (mine$status != "SUCCEEDED") stop(mine$error, " ", jsonlite::toJSON(mine$submission$problems, auto_unbox = TRUE))
# The other one is the baseline: positive differences are in favour of the submission.
evaluations <- list(result$evaluations$nodes[[1]]$id, mine$evaluations[[1]]$id)
compared <- ask(read("../compare-runs/query.graphql"), list(evaluations = evaluations))
cat(jsonlite::toJSON(compared, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\n")
