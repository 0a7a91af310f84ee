# How do I get all liver lesions over 3 cm as a table?
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

or_na <- function(value) if (is.null(value)) NA else value

variables <- jsonlite::fromJSON(read("variables.json"), simplifyVector = FALSE)
nodes <- list()
repeat {
  page <- ask(read("query.graphql"), variables)$lesions
  nodes <- c(nodes, page$nodes)
  if (!page$pageInfo$hasNextPage) break
  variables$after <- page$pageInfo$endCursor
}
table <- do.call(rbind, lapply(nodes, function(lesion) data.frame(
  id = lesion$id, patient = lesion$patient$patientIndex, sex = or_na(lesion$patient$sex),
  file = lesion$image$fileName, slice = lesion$image$sliceIndex, split = lesion$split,
  long_diameter_mm = or_na(lesion$longDiameterMm), short_diameter_mm = or_na(lesion$shortDiameterMm)
)))
write.csv(table, row.names = FALSE, quote = FALSE, na = "")
