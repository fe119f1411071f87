# The same analyses in R, for test_against_r.py. Arguments: a folder that holds cohorts.json,
# [{"name", "dataset" (of the package survival) or "file", "time", "event", "variables", "horizon"}, ...].
# Writes NAME.csv (the rows analysed) and NAME.json (R's numbers) into it.
suppressPackageStartupMessages({
  library(survival)
  library(MASS)
  library(jsonlite)
})

analyse <- function(cohort, folder) {
  data <- if (is.null(cohort$dataset)) {
    read.csv(file.path(folder, cohort$file), stringsAsFactors = TRUE)
  } else {
    get(cohort$dataset)
  }
  if (!is.null(cohort$where)) data <- subset(data, eval(parse(text = cohort$where)))
  variables <- unlist(cohort$variables)
  data <- na.omit(data[, c(cohort$time, cohort$event, variables)])
  names(data)[1:2] <- c("time", "event")
  data$event <- as.integer(eval(parse(text = cohort$is_event), list(event = data$event)))
  write.csv(data, file.path(folder, paste0(cohort$name, ".csv")), row.names = FALSE)

  assign("rows", data, envir = globalenv())  # where stepAIC looks for it
  formula <- as.formula(paste("Surv(time, event) ~", paste(sprintf("`%s`", variables), collapse = " + ")))
  full <- eval(bquote(coxph(.(formula), data = rows, ties = "efron")))
  zph <- cox.zph(full, transform = "km")$table
  risk <- predict(full, type = "risk")
  agreement <- concordance(full)
  steps <- lapply(c(both = "both", backward = "backward"), function(direction) {
    chosen <- stepAIC(full, direction = direction, trace = 0)
    list(change = as.character(chosen$anova$Step), aic = chosen$anova$AIC,
         selected = attr(terms(chosen), "term.labels"), coef = unname(coef(chosen)))
  })
  high <- risk > median(risk)
  curve <- survfit(Surv(time, event) ~ high, data = data)
  at <- summary(curve, times = cohort$horizon, extend = TRUE)
  test <- survdiff(Surv(time, event) ~ high, data = data)
  predicted <- summary(survfit(full, newdata = data[1:4, ]), times = cohort$horizon * c(0.5, 1), extend = TRUE)
  levels <- lapply(Filter(is.factor, data[variables]), levels)
  result <- list(
    coef = unname(coef(full)), se = unname(sqrt(diag(vcov(full)))), loglik = full$loglik,
    means = unname(full$means), risk = unname(risk),
    cumulative_hazard = summary(survfit(full), times = cohort$horizon)$cumhaz,
    zph = list(rows = rownames(zph), chisq = unname(zph[, "chisq"]), df = unname(zph[, "df"])),
    concordance = unname(agreement$concordance), concordance_se = sqrt(agreement$var),
    counts = unname(agreement$count), steps = steps,
    km = list(surv = at$surv, se = at$std.err, lower = at$lower, upper = at$upper,
              median = unname(quantile(curve, 0.5)$quantile[, 1])),
    predicted = lapply(c(estimate = "surv", lower = "lower", upper = "upper"),
                       function(part) unname(predicted[[part]])),
    logrank = test$chisq, levels = levels)
  if (requireNamespace("maxstat", quietly = TRUE)) {
    data$risk <- risk
    for (method in c("Lau92", "Lau94")) {
      found <- maxstat::maxstat.test(Surv(time, event) ~ risk, data = data, smethod = "LogRank",
                                     pmethod = method, minprop = 0.1, maxprop = 0.9)
      result$maxstat[[method]] <- found$p.value
    }
    result$maxstat$cut <- unname(found$estimate)
    result$maxstat$statistic <- unname(found$statistic)
  }
  write_json(result, file.path(folder, paste0(cohort$name, ".json")), digits = NA, auto_unbox = TRUE,
             na = "null")
}

folder <- commandArgs(trailingOnly = TRUE)[1]
for (cohort in read_json(file.path(folder, "cohorts.json"))) analyse(cohort, folder)
