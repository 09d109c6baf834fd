"""The record of an atlas: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import BOOLEAN, COUNT, FRACTION, INTEGER, NUMBER, STRING, entries, many, nullable
from noisytm._timed import timed_form
from noisytm.geometry import CONCENTRATION
from noisytm.machine import MACHINE
from noisytm.problem import PROBLEM

_ASKED = {"semantics": STRING, "loss": STRING, "chart": STRING, "prior_concentration": CONCENTRATION}
_ROW = {
    "used_tuples": COUNT,
    "log2_mass": NUMBER,
    "learning_coefficient": FRACTION,
    "multiplicity": COUNT,
    "least_fatal_weight": nullable(COUNT),
}
_CODE = entries(machine=MACHINE.schema(), **_ROW)
_GROUP = entries(codes=COUNT, **_ROW)
ATLAS = Kind(
    "atlas",
    {
        1: timed_form(
            result_form(
                entries(**_ASKED, sample=nullable(COUNT)),
                None,
                seed=nullable(INTEGER),
                problem=PROBLEM.schema(2),
                **_ASKED,
                dimension=COUNT,
                solutions=COUNT,
                codes=COUNT,
                groups=many(_GROUP),
                best=many(_CODE),
                by_weight=many(_CODE),
                by_learning_coefficient=many(_CODE),
                named=many(entries(name=STRING, code=_CODE)),
                rank_correlation=nullable(NUMBER),
                complete=BOOLEAN,
            )
        )
    },
)
