"""Words, sentences and numbers of the survival report in one language."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from NEMOPETLib.report.number_text import MISSING, number_text
from NEMOPETLib.report.tripod_words import ANSWERS
from NEMOPETLib.report.variable_words import variable_label
from NEMOPETLib.report.words import LANGUAGES, Language
from NEMOPETLib.report.words_conclusions import CONCLUSIONS
from NEMOPETLib.report.words_figures import FIGURE_WORDS
from NEMOPETLib.report.words_names import GROUPS, LEARNERS, METHODS, MODELS, NAMES
from NEMOPETLib.report.words_report import REPORT_WORDS
from NEMOPETLib.report.words_sentences import SENTENCES
from NEMOPETLib.wording.translated import translated

_WORDS = {**NAMES, **REPORT_WORDS, **FIGURE_WORDS, **SENTENCES, **CONCLUSIONS, **ANSWERS}
_SPACE, _THIN = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
_MOST_DECIMALS = 5
_SMALL, _LARGE = 1e-5, 1e5
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Phrases:
    """Says things in one language: a phrase by its key, a number with its decimals.

    Parameters
    ----------
    language
        ``en`` or ``fr``.
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, key: str, **values: object) -> str:
        """The phrase of a key with the values filled in, whole numbers as such. Raises KeyError if there is none."""
        shown = {name: self.number(value, 0) if isinstance(value, int) else value for name, value in values.items()}
        return self._typeset(_WORDS[key][LANGUAGES.index(self.language)].format(**shown))

    def counted(self, key: str, n: int, **values: object) -> str:
        """The phrase for n things: that of ``key_one`` for one (in French also for none)."""
        single = n == 1 or (self.language == "fr" and n == 0)
        return self(f"{key}_one" if single else key, n=n, **values)

    def message(self, text: str) -> str:
        """A warning or reason as the library words it, in the language of the report."""
        return self._typeset(translated(text, self.language)) if self.language != "en" else text

    def _typeset(self, text: str) -> str:
        """Spaces that do not break where they must not."""
        text = re.sub(r" ([=<>≤≥±×]) ", rf"{_SPACE}\1{_SPACE}", text)
        if self.language == "fr":
            text = re.sub(r" ([;!?%])", rf"{_THIN}\1", text)
            text = text.replace(" :", f"{_SPACE}:").replace("« ", f"«{_SPACE}").replace(" »", f"{_SPACE}»")
        return text

    def listed(self, parts: Iterable[str]) -> str:
        """Parts set apart by semicolons."""
        return self._typeset("; ".join(parts) if self.language == "en" else " ; ".join(parts))

    def number(self, value: float | None, decimals: int = 2) -> str:
        """A number, or a dash where it is missing."""
        if value is not None and math.isinf(value):
            return "∞" if value > 0 else "−∞"
        return number_text(value, decimals, self.language)

    def significant(self, value: float | None, digits: int = 3) -> str:
        """A number of so many significant digits; very large and small ones with a power of ten."""
        if value is None or not math.isfinite(value) or value == 0:
            return self.number(value, 0)
        if not _SMALL <= abs(value) < _LARGE:
            mantissa, power = f"{value:.{digits - 1}e}".split("e")
            return f"{self.number(float(mantissa), digits - 1)}{_SPACE}×{_SPACE}10{str(int(power)).translate(_RAISED)}"
        return self.number(value, max(0, digits - 1 - math.floor(math.log10(abs(value)))))

    def percent(self, share: float | None, decimals: int = 0, sign: bool = True) -> str:
        """A share as percentage, halves rounded up as in print (33 of 40 are 83 %)."""
        if share is None or not math.isfinite(share):
            return MISSING
        text = self.number(rounded_percent(share, decimals), decimals)
        if not sign:
            return text
        return f"{text}{_THIN}%" if self.language == "fr" else f"{text}%"

    def p_value(self, p: float | None) -> str:
        """A p-value: ``0.034``, ``0.52``, ``< 0.001``."""
        if p is None or math.isnan(p):
            return MISSING
        if p < 0.001:
            return f"<{_SPACE}{self.number(0.001, 3)}"
        return self.number(p, 3 if p < 0.0995 else 2)

    def p_equals(self, p: float | None) -> str:
        """``p = 0.034`` or ``p < 0.001``."""
        text = self.p_value(p)
        return f"p{_SPACE}{text}" if text.startswith("<") else f"p{_SPACE}={_SPACE}{text}"

    def limits(self, lower: float, upper: float, decimals: int = 2) -> str:
        """An interval: ``0.61 to 0.83``; a dash where there is none."""
        if math.isnan(lower) or math.isnan(upper):
            return MISSING
        return self("from_to", low=self.number(lower, decimals), high=self.number(upper, decimals))

    def percent_limits(self, lower: float, upper: float, decimals: int = 0) -> str:
        """An interval of shares in percent, the sign left to the estimate."""
        if math.isnan(lower) or math.isnan(upper):
            return MISSING
        low, high = (self.percent(limit, decimals, sign=False) for limit in (lower, upper))
        return self("from_to", low=low, high=high)

    def estimate(self, value: float, lower: float, upper: float, decimals: int = 2) -> str:
        """An estimate with its interval: ``0.72 (0.61 to 0.83)``."""
        if math.isnan(value):
            return MISSING
        return f"{self.number(value, decimals)} ({self.limits(lower, upper, decimals)})".replace(" ", _SPACE)

    def percent_estimate(self, value: float, lower: float, upper: float) -> str:
        """A share with its interval: ``83% (71 to 92)``."""
        if math.isnan(value):
            return MISSING
        return f"{self.percent(value)} ({self.percent_limits(lower, upper)})".replace(" ", _SPACE)

    def ratio(self, value: float, lower: float, upper: float) -> str:
        """A ratio with its interval, of as many decimals as tell its limits apart."""
        if not (math.isfinite(lower) and math.isfinite(upper) and 0 < lower < upper):
            return self.estimate(value, lower, upper)
        if lower < _SMALL or upper >= _LARGE:
            low, high = (self.significant(limit, 2) for limit in (lower, upper))
            return f"{self.significant(value, 2)} ({self('from_to', low=low, high=high)})".replace(" ", _SPACE)
        smallest = min(upper - lower, 10 * lower)
        return self.estimate(value, lower, upper, min(_MOST_DECIMALS, max(2, 1 - math.floor(math.log10(smallest)))))

    def variable(self, column: str, unit: bool = True) -> str:
        """What a column of the cohort table is called, with its unit; a column of one's own goes by its name."""
        return self._typeset(variable_label(column, self.language, unit))

    def model(self, name: str) -> str:
        """What a model is called."""
        return self._named(MODELS, name)

    def method(self, name: str) -> str:
        """What a way of forming groups is called."""
        return self._named(METHODS, name)

    def group(self, name: str) -> str:
        """What a risk group is called."""
        return self._named(GROUPS, name)

    def learner(self, name: str) -> str:
        """What a learner of the classifier is called."""
        return self._named(LEARNERS, name)

    def _named(self, names: dict[str, tuple[str, str]], name: str) -> str:
        return self._typeset(names[name][LANGUAGES.index(self.language)]) if name in names else name


def rounded_percent(share: float, decimals: int = 0) -> float:
    """A share in percent with halves rounded up; 1e-9 mends what binary fractions lose (82.499… of 33/40)."""
    scale = 10.0**decimals
    return math.copysign(math.floor(abs(share) * 100 * scale + 0.5 + 1e-9) / scale, share)
