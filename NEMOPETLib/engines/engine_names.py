"""The names of the engines, as users say them; apart, so that they are known without what the engines need."""

from __future__ import annotations

from typing import Final

THRESHOLD, PERCENT, PERCIST, LION = "threshold", "percent", "percist", "lion"
LESION_ENGINES = (THRESHOLD, PERCENT, PERCIST, LION)
TOTALSEGMENTATOR: Final = "totalsegmentator"
