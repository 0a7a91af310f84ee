# How do I get the picture of a slice, and its Hounsfield units?
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
image <- ask(read("query.graphql"), variables)$bookmarkedImages$nodes[[1]]
picture <- resp_body_raw(req_perform(requested(image$url)))
cat("picture:", length(picture), "bytes\n")

bytes <- resp_body_raw(req_perform(requested(image$huUrl)))
values <- readBin(bytes, "integer", n = image$width * image$height, size = 2, signed = TRUE, endian = "little")
hounsfield <- matrix(values, nrow = image$height, byrow = TRUE)
cat("centre:", hounsfield[image$height / 2 + 1, image$width / 2 + 1], "HU\n")
