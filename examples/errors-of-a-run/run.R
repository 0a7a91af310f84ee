# Which lesions did a run miss, and which of its detections are false positives, as a table?
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

run <- ask(read("find.graphql"), NULL)$detectionRuns$nodes[[1]]
rows <- list(data.frame(file = character(), error = character(), lesion = character(), coarse_type = character(),
                        long_diameter_mm = numeric(), score = numeric()))
for (node in run$images$nodes) {
  outcome <- ask(read("query.graphql"), list(run = run$id, image = node$image$id))$detectionRun$imageOutcome
  file <- outcome$image$fileName
  for (lesion in outcome$missed) {
    rows[[length(rows) + 1]] <- data.frame(file = file, error = "MISSED", lesion = lesion$id,
      coarse_type = lesion$coarseType, long_diameter_mm = lesion$longDiameterMm, score = NA)
  }
  for (box in Filter(function(box) box$kind == "BACKGROUND", outcome$detections)) {
    rows[[length(rows) + 1]] <- data.frame(file = file, error = "FALSE_POSITIVE", lesion = NA,
      coarse_type = NA, long_diameter_mm = NA, score = box$detection$score)
  }
}
write.csv(do.call(rbind, rows), row.names = FALSE, quote = FALSE, na = "")
