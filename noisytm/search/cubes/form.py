"""The record of a search: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import BOOLEAN, COUNT, FRACTION, STRING, choice, either, entries, items, many, mapping, nullable
from noisytm._timed import timed_form
from noisytm.geometry import CONCENTRATION
from noisytm.machine import DESCRIPTION, MACHINE
from noisytm.problem import PROBLEM

SPACES = ("full", "listed")
LISTED = either(MACHINE.schema(1), DESCRIPTION.schema(1))
TUPLE = items(STRING, STRING, STRING, STRING, STRING)
ASKED = {"semantics": STRING, "loss": STRING, "chart": STRING, "prior_concentration": CONCENTRATION}
OPTIONS = entries(
    {**ASKED, "repeat": BOOLEAN, "keys": choice("noisy")}, space=choice(*SPACES), max_tuples=nullable(COUNT)
)  # fmt: skip
SPACE = entries(
    symbols=many(STRING),
    blank=STRING,
    states=many(STRING),
    start=STRING,
    halting=many(STRING),
    tuples=COUNT,
    codes=COUNT,
)
SHORTEST = entries(tuples=COUNT, count=COUNT, lists=many(many(TUPLE)))
COUNTED = {
    "solutions": COUNT,
    "cubes": COUNT,
    "mass": FRACTION,
    "fewest_used_tuples": nullable(COUNT),
    "by_fixed_tuples": mapping(COUNT),
    "by_length": mapping(COUNT),
    "shortest_description": nullable(SHORTEST),
    "refuted": COUNT,
    "tally": many(items(COUNT, COUNT, COUNT)),
}
DIGITS = many(many(STRING))
ATTAINING = entries({"digits": DIGITS}, machine=LISTED, multiplicity=COUNT, used_tuples=COUNT)
OF_LENGTH = entries(
    {"learning_coefficient": nullable(FRACTION), "digits": DIGITS},
    tuples=COUNT,
    solutions=COUNT,
    lower_bound=FRACTION,
    upper_bound=nullable(FRACTION),
    multiplicity=nullable(COUNT),
    machine=nullable(LISTED),
    complete=BOOLEAN,
)
WINNING = entries({"digits": DIGITS}, line=items(FRACTION, FRACTION), machine=MACHINE.schema(1))
PROVED = entries(
    s=nullable(FRACTION), value=FRACTION, by=choice("least-coefficient", "search"), nodes=nullable(COUNT)
)  # fmt: skip
PRECISION = entries(
    {"transversal": FRACTION, "proofs": many(PROVED)},
    complete=BOOLEAN,
    breakpoints=many(items(FRACTION, FRACTION)),
    lines=many(WINNING),
    **dict.fromkeys(("nodes", "programs", "refuted", "bounded", "tied"), COUNT),
)
LEAST = {
    "precision": PRECISION,
    "learning_coefficient": nullable(FRACTION),
    "multiplicity": nullable(COUNT),
    "machine": nullable(LISTED),
    "digits": DIGITS,
    "lower_bound": FRACTION,
    "upper_bound": nullable(FRACTION),
    "optimal": many(ATTAINING),
    "least_by_length": many(OF_LENGTH),
    "nodes": COUNT,
    "programs": COUNT,
    "bounded": COUNT,
    "tied": COUNT,
    "course": many(items(COUNT, FRACTION, nullable(FRACTION))),
}
_COUNTS = result_form(OPTIONS, COUNTED | LEAST, problem=PROBLEM.schema(2), space=SPACE, complete=BOOLEAN)
SEARCH = Kind("search", {1: timed_form(_COUNTS)})
