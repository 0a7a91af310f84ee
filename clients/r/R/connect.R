#' Names a server
#'
#' @param url Address of the server, with the path below which it is. The environment variable `DEEPLESION_SERVER` if omitted,
#'   and the server of this machine if that is not set.
#' @param key A key of the form `dl_ID_SECRET`; the environment variable `DEEPLESION_KEY` if omitted. Empty: no key.
#' @return A connection for the other functions. Nothing is sent yet.
#' @export
dl_connect <- function(url = Sys.getenv("DEEPLESION_SERVER", "http://127.0.0.1:4000"),
                       key = Sys.getenv("DEEPLESION_KEY")) {
  stopifnot(is.character(url), length(url) == 1, is.character(key), length(key) == 1)
  structure(list(url = sub("/+$", "", url), key = key), class = "dl_connection")
}

#' @export
print.dl_connection <- function(x, ...) {
  cat("<DeepLesion Server at ", x$url, if (nzchar(x$key)) ", with a key", ">\n", sep = "")
  invisible(x)
}

#' Asks the graph
#'
#' A request that the server refuses for now is repeated after the time that it asks for, at most four times; a mutation
#' only if its input has an `idempotencyKey`.
#'
#' @param connection Of [dl_connect()].
#' @param document A document of GraphQL with one operation.
#' @param variables A named list. `NULL` in it is null, and a vector of one value is that value: write `list("x")` for a
#'   list of one.
#' @return The data of the answer as nested lists. An error of the answer is a condition of the class `deeplesion_error`
#'   and of a class of its code, such as `deeplesion_not_found`, with `code`, `argument` and `request_id`.
#' @export
dl_query <- function(connection, document, variables = list()) {
  stopifnot(inherits(connection, "dl_connection"))
  body <- list(query = document)
  if (length(variables) > 0) body$variables <- variables
  asked <- httr2::request(paste0(connection$url, "/graphql"))
  asked <- httr2::req_headers(asked, Accept = "application/graphql-response+json, application/json")
  asked <- httr2::req_body_json(asked, body, null = "null")
  asked <- httr2::req_error(asked, is_error = function(response) FALSE)
  if (is_repeatable(document, variables)) asked <- httr2::req_retry(asked, max_tries = 5)
  if (nzchar(connection$key)) asked <- httr2::req_auth_bearer_token(asked, connection$key)
  response <- httr2::req_perform(asked)
  answer <- tryCatch(httr2::resp_body_json(response, check_type = FALSE), error = function(problem) NULL)
  if (is.null(answer$data) || length(answer$errors) > 0) stop(condition_of(response, answer))
  answer$data
}

is_repeatable <- function(document, variables) {
  is_mutation <- grepl("^\\s*(#[^\n]*\n\\s*)*mutation\\b", document, perl = TRUE)
  !is_mutation || any(vapply(variables, function(value) is.list(value) && !is.null(value$idempotencyKey), NA))
}

condition_of <- function(response, answer) {
  first <- if (length(answer$errors) > 0) answer$errors[[1]] else list()
  status <- httr2::resp_status(response)
  code <- if (is.null(first$extensions$code)) paste0("HTTP_", status) else first$extensions$code
  message <- if (is.null(first$message)) paste0("The server answered with status ", status, ".") else first$message
  structure(
    class = c(paste0("deeplesion_", tolower(code)), "deeplesion_error", "error", "condition"),
    list(
      message = message, call = NULL, code = code, argument = first$extensions$argument,
      request_id = httr2::resp_header(response, "X-Request-Id")
    )
  )
}
