# The study as R does it, timed: Rscript whole_study.R TRAIN.csv TEST.csv REPEATS
# Prints the parts that this R can do, then CPU seconds of one study (the least of REPEATS after one to warm up).
arguments <- commandArgs(trailingOnly = TRUE)
suppressPackageStartupMessages({
  library(survival)
  library(MASS)
})
has <- function(name) requireNamespace(name, quietly = TRUE)
train <- read.csv(arguments[1])
test <- read.csv(arguments[2])
clinical <- c("hr", "her2", "age_years", "bmi")
radiomic <- c("tmtv_ml", "dmax_mm")
tissues <- as.vector(outer(c("fat_sc", "fat_v", "muscle"), c("volume_ml", "sul_mean", "hu_mean"), paste, sep = "_"))
models <- list(
  clinical = clinical, radiomic = radiomic, clinical_radiomic = c(clinical, radiomic), bci = tissues,
  bci_spleen = c("bci", "spleen_sul_mean"),
  clinical_radiomic_organomic = c(clinical, radiomic, "bci", "spleen_sul_mean")
)

describe <- function(data, score, cuts) {
  data$group <- cut(score, c(-Inf, cuts, Inf))
  curves <- summary(survfit(Surv(os_months, os_event) ~ group, data), times = c(12, 24), extend = TRUE)
  if (length(unique(data$group)) > 1) survdiff(Surv(os_months, os_event) ~ group, data)
  curves$surv
}

study <- function() {
  for (name in names(models)) {
    formula <- reformulate(models[[name]], "Surv(os_months, os_event)")
    full <- eval(bquote(coxph(.(formula), data = train, ties = "efron")))
    fit <- stepAIC(full, direction = "both", trace = 0)
    if (length(coef(fit))) cox.zph(fit)
    train$score <<- predict(fit, type = "risk")
    test$score <<- predict(fit, newdata = test, type = "risk")
    if (name == "bci") {
      train$bci <<- train$score
      test$bci <<- test$score
      next
    }
    if (!length(coef(fit))) next
    cuts <- list(median = median(train$score), quartiles = quantile(train$score, c(0.25, 0.75)))
    if (has("maxstat")) {
      found <- maxstat::maxstat.test(Surv(os_months, os_event) ~ score, data = train, smethod = "LogRank", pmethod = "Lau94")
      cuts$maxstat <- found$estimate
    }
    if (has("rolr")) {
      cuts$rlr <- rolr::rlr(train$os_months, train$os_event, train$score, ns = 45)$best.splits[[1]][1]
      cuts$rhier <- unique(unlist(rolr::rhier(train$os_months, train$os_event, train$score, ns = 45)[[1]]))
    }
    if (has("timeROC")) {
      roc <- timeROC::timeROC(train$os_months, train$os_event, train$score, cause = 1, times = c(12, 23.999), iid = FALSE)
      best <- which.max(roc$TP[, 2] - roc$FP[, 2])
      cuts$time_roc <- sort(train$score, decreasing = TRUE)[max(best - 1, 1)]
    }
    for (cut in cuts) {
      describe(train, train$score, sort(unique(as.numeric(cut))))
      describe(test, test$score, sort(unique(as.numeric(cut))))
    }
  }
}

missing <- Filter(function(name) !has(name), c("maxstat", "rolr", "timeROC"))
cat("without", if (length(missing)) missing else "nothing", "\n")
study()
cpu <- replicate(as.integer(arguments[3]), sum(system.time(study(), gcFirst = FALSE)[1:2]))
cat(min(cpu), "\n")
