# How do I get all liver lesions as a table file?
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
found <- ask(read("query.graphql"), variables)
# The address names the version, so that the file stays the same when a newer version is imported.
source <- paste0(found$dataset$slug, "@", found$dataset$version)
filter <- as.character(jsonlite::toJSON(list(coarseType = variables$filter$coarseType), auto_unbox = TRUE))
requested(paste0("/exports/", source, "/lesions.csv")) |>
  req_url_query(filter = filter) |>
  req_perform(path = "liver-lesions.csv") |>
  invisible()
table <- read.csv("liver-lesions.csv")
if (nrow(table) != found$lesions$totalCount) stop("Expected ", found$lesions$totalCount, " rows; got ", nrow(table), ".")
cat("liver-lesions.csv: ", nrow(table), " lesions of ", source, ". Cite: ", found$dataset$citation, "\n", sep = "")
