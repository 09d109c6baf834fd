"""Codes side by side as the rows of a table in a file."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator

from noisytm.degeneracy import ComparedCode, Comparison
from noisytm.show.tables import Row, save_table

COLUMNS = {
    "semantics": "string",
    "code": "string",
    "fatal_alone": "string",
    "learning_coefficient": "string",
    "learning_coefficient_decimal": "float64",
    "at_least": "string",
    "at_most": "string",
    "multiplicity": "int64",
    "used_tuples_bound": "string",
    "dimension_bound": "string",
    "used_tuples": "int64",
    "listed_tuples": "int64",
    "bits": "int64",
    "least_fatal_weight": "int64",
    "log2_cube_mass": "float64",
}


def save_comparison(found: Comparison, path: str | os.PathLike[str]) -> None:
    """Write a row for each code and semantics to a file, ``.csv`` or ``.parquet``; fractions also as decimal numbers.

    Raises
    ------
    FormatError
        If the path has another ending, or cannot be written.
    NoisytmError
        If pyarrow is needed, and not installed.
    """
    save_table(_rows(found), COLUMNS, path)


def log2_mass(code: ComparedCode) -> float | None:
    """Return log2 of the mass of a code's cube, −k·log2(3·S·|Q|) with k used tuples; ``None`` where there is none."""
    if code.cube_mass is None:
        return None
    return math.log2(code.cube_mass.numerator) - math.log2(code.cube_mass.denominator)


def _rows(found: Comparison) -> Iterator[Row]:
    for row in found.rows:
        code, length, chain = found.codes[row.machine], found.codes[row.machine].length, row.code.bounds
        value, ends = row.code.value, row.code.interval
        yield {
            "semantics": row.semantics,
            "code": found.labels[row.machine],
            "fatal_alone": None if chain is None else str(chain.fatal_alone),
            "learning_coefficient": None if value is None else str(value),
            "learning_coefficient_decimal": None if value is None else float(value),
            "at_least": str(ends.lower),
            "at_most": None if ends.upper is None else str(ends.upper),
            "multiplicity": row.code.multiplicity,
            "used_tuples_bound": None if chain is None else str(chain.used_tuples),
            "dimension_bound": None if chain is None else str(chain.dimension),
            "used_tuples": length.used_tuples,
            "listed_tuples": length.listed_tuples,
            "bits": length.bits,
            "least_fatal_weight": row.least_weight,
            "log2_cube_mass": log2_mass(code),
        }
