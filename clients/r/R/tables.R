#' Lesions of a data set
#'
#' @inheritParams dl_query
#' @param dataset `slug` for the latest version of a data set, `slug@1` for one version.
#' @param filter A named list of further conditions, as `LesionFilter` of the graph has them:
#'   `list(split = "TEST", coarseType = list("LIVER", "LUNG"), longDiameterMm = list(gte = 30))`.
#' @param limit The largest number of lesions; all if omitted.
#' @return A tibble with one lesion per row. Columns of lengths have the attribute `unit`; boxes are in pixels of the data set's
#'   convention.
#' @export
dl_lesions <- function(connection, dataset, filter = list(), limit = Inf) {
  filter$dataset <- dataset
  nodes <- list()
  after <- NULL
  repeat {
    variables <- list(filter = filter, after = after, first = min(500, limit - length(nodes)))
    page <- dl_query(connection, LESIONS, variables)$lesions
    nodes <- c(nodes, page$nodes)
    if (!page$pageInfo$hasNextPage || length(nodes) >= limit) break
    after <- page$pageInfo$endCursor
  }
  text <- function(...) column(nodes, c(...), NA_character_)
  number <- function(...) column(nodes, c(...), NA_real_)
  table <- tibble::tibble(
    id = text("id"),
    patient = as.integer(number("patient", "patientIndex")),
    sex = text("patient", "sex"),
    file = text("image", "fileName"),
    slice = as.integer(number("image", "sliceIndex")),
    split = text("split"),
    coarse_type = text("coarseType"),
    possibly_noisy = column(nodes, "possiblyNoisy", NA),
    long_diameter_mm = number("longDiameterMm"),
    short_diameter_mm = number("shortDiameterMm"),
    x1 = number("boundingBox", "x1"),
    y1 = number("boundingBox", "y1"),
    x2 = number("boundingBox", "x2"),
    y2 = number("boundingBox", "y2")
  )
  with_units(table, c(long_diameter_mm = "mm", short_diameter_mm = "mm", x1 = "px", y1 = "px", x2 = "px", y2 = "px"))
}

LESIONS <- "query Lesions($filter: LesionFilter!, $first: Int!, $after: String) {
  lesions(filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id split coarseType possiblyNoisy longDiameterMm shortDiameterMm
      boundingBox { x1 y1 x2 y2 }
      image { fileName sliceIndex }
      patient { patientIndex sex }
    }
  }
}"

#' Statistics of lesions
#'
#' @inheritParams dl_lesions
#' @param group_by Names of groupings as `LesionGrouping` of the graph has them, such as `"SPLIT"` and `"COARSE_TYPE"`.
#' @return A tibble with one group per row: its counts, and mean, standard deviation and percentiles of the long diameter
#'   in mm.
#' @export
dl_statistics <- function(connection, dataset, group_by = "COARSE_TYPE", filter = list()) {
  filter$dataset <- dataset
  groups <- dl_query(connection, STATISTICS, list(filter = filter, groupBy = as.list(group_by)))$lesionStatistics
  number <- function(...) column(groups, c(...), NA_real_)
  keys <- c(SPLIT = "split", COARSE_TYPE = "coarseType", SEX = "sex")
  unknown <- setdiff(group_by, names(keys))
  if (length(unknown) > 0) stop("Expected group_by to be of ", toString(names(keys)), "; got ", toString(unknown), ".")
  table <- tibble::tibble(
    lesions = as.integer(number("lesionCount")),
    patients = as.integer(number("patientCount")),
    mean_mm = number("longDiameterMm", "mean"),
    standard_deviation_mm = number("longDiameterMm", "standardDeviation"),
    p5_mm = number("longDiameterMm", "p5"),
    median_mm = number("longDiameterMm", "p50"),
    p95_mm = number("longDiameterMm", "p95")
  )
  by <- lapply(keys[group_by], function(key) column(groups, key, NA_character_))
  names(by) <- tolower(group_by)
  lengths_mm <- grep("_mm$", names(table), value = TRUE)
  with_units(tibble::as_tibble(c(by, table)), stats::setNames(rep("mm", length(lengths_mm)), lengths_mm))
}

STATISTICS <- "query Statistics($filter: LesionFilter!, $groupBy: [LesionGrouping!]!) {
  lesionStatistics(filter: $filter, groupBy: $groupBy) {
    split coarseType sex lesionCount patientCount
    longDiameterMm { mean standardDeviation p5 p50 p95 }
  }
}"

#' The accuracy curve of a detection run
#'
#' The fraction of lesions that are hit by one of the top-k detections of their image, at each IoU threshold, with 95 %
#' intervals by a bootstrap over patients.
#'
#' @inheritParams dl_query
#' @param run Id of a detection run; the newest one that succeeded if omitted.
#' @param stratum Name of a stratum, such as `"ALL"` or `"coarse-type:LUNG"`.
#' @param top_k Number of detections per image that count; that of the run if omitted.
#' @return A tibble of the class `dl_curve`. `ggplot2::autoplot()` draws it, its interval as a ribbon.
#' @export
dl_curve <- function(connection, run = NULL, stratum = "ALL", top_k = NULL) {
  if (is.null(run)) {
    newest <- dl_query(connection, NEWEST)$detectionRuns$nodes
    if (length(newest) == 0) stop("This server has no detection run that succeeded.")
    run <- newest[[1]]$id
  }
  found <- dl_query(connection, CURVE, list(run = run, stratum = stratum, topK = top_k))$detectionRun
  if (is.null(found)) stop("There is no detection run ", run, ".")
  if (length(found$evaluations) == 0) stop("The run ", run, " has no evaluation.")
  points <- found$evaluations[[1]]$accuracyCurve
  number <- function(name) column(points, name, NA_real_)
  table <- tibble::tibble(
    iou_threshold = number("iouThreshold"),
    accuracy = number("accuracy"),
    ci_low = number("ciLow"),
    ci_high = number("ciHigh"),
    correct = as.integer(number("correct")),
    total = as.integer(number("total"))
  )
  tibble::new_tibble(
    table,
    nrow = nrow(table), class = "dl_curve",
    detector = paste(found$detector$name, found$detector$version), dataset = found$dataset$slug, stratum = stratum
  )
}

NEWEST <- "query Newest {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { id } }
}"

CURVE <- "query Curve($run: ID!, $stratum: String!, $topK: Int) {
  detectionRun(id: $run) {
    detector { name version }
    dataset { slug }
    evaluations(first: 1) {
      accuracyCurve(stratum: $stratum, topK: $topK) { iouThreshold accuracy ciLow ciHigh correct total }
    }
  }
}"

#' Draws an accuracy curve
#'
#' @param object Of [dl_curve()].
#' @param ... Not used.
#' @return A plot of ggplot2: the accuracy over the IoU threshold, and its 95 % interval as a ribbon.
#' @exportS3Method ggplot2::autoplot
autoplot.dl_curve <- function(object, ...) {
  ggplot2::ggplot(object, ggplot2::aes(x = .data[["iou_threshold"]])) +
    ggplot2::geom_ribbon(ggplot2::aes(ymin = .data[["ci_low"]], ymax = .data[["ci_high"]]), alpha = 0.2) +
    ggplot2::geom_line(ggplot2::aes(y = .data[["accuracy"]])) +
    ggplot2::scale_y_continuous(limits = c(0, 1)) +
    ggplot2::labs(x = "IoU threshold", y = "accuracy", title = attr(object, "detector"), subtitle = attr(object, "stratum"))
}

# What ggplot2 calls the data of a plot.
utils::globalVariables(".data")

#' Values below a path of each node, in one vector; what is null or absent is the given value.
#' @noRd
column <- function(nodes, path, absent) {
  vapply(nodes, function(node) {
    for (step in path) node <- node[[step]]
    if (is.null(node)) absent else node
  }, absent)
}

#' @noRd
with_units <- function(table, units) {
  for (name in names(units)) attr(table[[name]], "unit") <- units[[name]]
  table
}
