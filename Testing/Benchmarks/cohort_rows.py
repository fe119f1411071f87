"""Cost of one more row in a growing cohort table, and of reading it, as a ratio to pandas.read_csv.

    python Testing/Benchmarks/cohort_rows.py [--rows 10000] [--folder DIR]

Prints one JSON document. Rows are added one by one, each durable on the disk before the next, so most of the
time is the disk's: run it on the disk that matters. The last tenth is added in turns with the first tenth of another
table, so that both see the same load.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from NEMOPETLib.cohort.columns import COLUMNS
from NEMOPETLib.cohort.table import CohortTable, read_cohort


def full_row(number: int, rng: np.random.Generator) -> dict[str, object]:
    """A row with something in every column."""
    values: dict[str, object] = {
        "id": f"{number:09d}",
        "text": "threshold 4.0 SUVbw",
        "category": "TNBC",
        "date": "2019-03-05",
        "integer": number % 12,
        "flag": number % 2,
    }
    return {column.name: values.get(column.kind, float(rng.normal(100, 30))) for column in COLUMNS}


def median_ms(seconds: list[float]) -> float:
    """Median in milliseconds."""
    return round(1000 * statistics.median(seconds), 3)


def timed(act: Callable[[], object]) -> float:
    """Seconds that something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def measure(folder: Path, rows: int) -> dict[str, object]:
    """Add rows one by one, then read the table."""
    rng = np.random.default_rng(0)
    path, beginning = folder / "cohort.csv", folder / "beginning.csv"
    tenth = max(1, rows // 10)
    last, first = [], []
    for number in tqdm(range(rows), unit="row"):
        row = full_row(number, rng)
        seconds = timed(lambda row=row: CohortTable(path).upsert(row))
        if number >= rows - tenth:
            last.append(seconds)
            first.append(timed(lambda row=row: CohortTable(beginning).upsert(row)))
    ours = [timed(lambda: read_cohort(path)) for _ in range(5)]
    busy = time.process_time()
    read_cohort(path)
    busy = time.process_time() - busy
    theirs = min(timed(lambda: pd.read_csv(path, float_precision="round_trip")) for _ in range(5))
    replaced = timed(lambda: CohortTable(path).upsert({**full_row(rows // 2, rng), "tmtv_ml": 0.5}))
    return {
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "rows": rows,
        "columns": len(COLUMNS),
        "file_mb": round(path.stat().st_size / 1e6, 2),
        "first_tenth_ms_per_row": median_ms(first),
        "last_tenth_ms_per_row": median_ms(last),
        "last_to_first": round(statistics.median(last) / statistics.median(first), 3),
        "last_to_first_of_sums": round(sum(last) / sum(first), 3),
        "read_s": round(min(ours), 3),
        "read_cpu_s": round(busy, 3),
        "read_to_pandas": round(min(ours) / theirs, 2),
        "replace_one_row_s": round(replaced, 3),
    }


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="where to write (default: a temporary folder)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        print(json.dumps(measure(Path(folder), arguments.rows), indent=1))  # noqa: T201 (its result)


if __name__ == "__main__":
    main()
