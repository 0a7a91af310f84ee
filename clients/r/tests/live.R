# Asks the server at DEEPLESION_SERVER and prints what came as JSON; test/e2e compares it with the graph.
library(deeplesion)

dl <- dl_connect()
lesions <- dl_lesions(dl, "demo")
stopifnot(nrow(dl_lesions(dl, "demo", list(split = "TEST"), limit = 3)) == 3)
statistics <- dl_statistics(dl, "demo", "SPLIT")
curve <- dl_curve(dl)
problem <- tryCatch(dl_lesions(dl, "none"), error = function(problem) problem)
plot <- ggplot2::autoplot(curve)
ggplot2::ggsave(tempfile(fileext = ".pdf"), plot, width = 5, height = 4)
cat(jsonlite::toJSON(list(
  lesions = list(totalCount = jsonlite::unbox(nrow(lesions))),
  lesionStatistics = data.frame(split = statistics$split, lesionCount = statistics$lesions),
  accuracyCurve = data.frame(correct = curve$correct, total = curve$total),
  unit = attr(lesions$long_diameter_mm, "unit"),
  error = class(problem),
  argument = problem$argument,
  layers = vapply(plot$layers, function(layer) class(layer$geom)[1], "")
)))
