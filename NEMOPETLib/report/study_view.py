"""A study as its report reads it: in one language, with its time axis and the groups that are shown in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from NEMOPETLib.report.figure_kaplan_meier import TimeAxis
from NEMOPETLib.report.phrases import Phrases
from NEMOPETLib.survival.cox import CoxFit
from NEMOPETLib.survival.risk_groups import Method
from NEMOPETLib.survival.study.cohort_result import SetName
from NEMOPETLib.survival.study.model_result import ModelResult
from NEMOPETLib.survival.study.study_result import StudyResult

# In this order of preference one way of two groups and one of three is shown in full for each model.
_TWO: tuple[Method, ...] = ("rlr", "surv_cutpoint", "rlr_last", "time_roc", "median")
_THREE: tuple[Method, ...] = ("rhier", "rmolr", "quartiles")
_SIDE_BY_SIDE = ("clinical", "clinical_radiomic", "clinical_radiomic_organomic")
_HARDEST = "TNBC"


@dataclass(frozen=True, eq=False)
class StudyView:
    """A study and the language in which it is told."""

    result: StudyResult
    say: Phrases

    @cached_property
    def sets(self) -> tuple[SetName, ...]:
        """The sets that have rows."""
        names: tuple[SetName, ...] = ("train", "test")
        return tuple(name for name in names if name in self.result.cohort.sets)

    @property
    def evaluated(self) -> SetName:
        """Where models are judged: in test, if there is one."""
        return "test" if "test" in self.sets else "train"

    @property
    def simulated(self) -> bool:
        """Whether rows or models come from a simulator."""
        models = (*self.result.models.values(), *self.result.further.values())
        return self.result.cohort.origin == "simulated" or any(m.frozen.origin == "simulated" for m in models)

    @property
    def last(self) -> float:
        """The last horizon."""
        return self.result.config.endpoint.horizons[-1]

    @cached_property
    def unit(self) -> str:
        """Unit of time, in words."""
        unit = self.result.config.endpoint.unit
        return self.say(f"unit_{unit}") if unit in ("months", "days", "years") else unit

    @cached_property
    def time(self) -> TimeAxis:
        """The axis of time of the figures."""
        endpoint = self.result.config.endpoint
        return TimeAxis(self.unit, endpoint.unit == "months", endpoint.horizons)

    def horizon(self, time: float) -> str:
        """A time with its unit: ``24 months``."""
        return f"{self.say.number(time, 0 if float(time).is_integer() else 1)}\N{NO-BREAK SPACE}{self.unit}"

    def heads(self, strata: Mapping[Method, object]) -> tuple[Method, ...]:
        """The ways of forming groups that are shown in full: one of two groups and one of three."""
        first = (next((method for method in order if method in strata), None) for order in (_TWO, _THREE))
        return tuple(method for method in first if method is not None)

    @cached_property
    def side_by_side(self) -> tuple[ModelResult, ...]:
        """The models compared group by group: the published study's three, or all of another study."""
        models = self.result.models
        named = tuple(models[name] for name in _SIDE_BY_SIDE if name in models)
        return named if len(named) > 1 else tuple(models.values())

    @cached_property
    def hardest_subtype(self) -> str | None:
        """The subtype looked at alone: TNBC, if the cohort has it."""
        strata = (stratum for model in self.side_by_side for stratum in model.strata.values())
        found = any(_HARDEST in groups.by_subtype for stratum in strata for groups in stratum.sets.values())
        return _HARDEST if found else None

    def coefficients(self, fit: CoxFit) -> Iterator[tuple[str, str]]:
        """Of each coefficient what it is called, and its variable: the longest that begins the coefficient's name."""
        for column in fit.columns:
            term = max((one for one in fit.terms if column.startswith(one)), key=len)
            level = column.removeprefix(term)
            name = self.variable(term)
            yield (f"{name}: {level}" if level else name), term

    def variable(self, term: str, unit: bool = True) -> str:
        """What a variable is called: a column, or the score of an earlier model."""
        logged = any(term in model.config.logged for model in self.result.models.values())
        known = self.result.models.get(term) or self.result.further.get(term)
        name = self.say.variable(term, unit)
        if known is not None and name == term:
            name = self.say("score_of", model=self.say.model(term))
        return f"log {name}" if logged else name
