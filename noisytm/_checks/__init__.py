"""Checks of arguments: each rule once, in the same words everywhere.

A check returns the value in the one form that the code behind it takes (an ``int``, an exact fraction, a tuple), or
raises one line: the value, the rule, the fix. Numbers may be Python's, numpy's, or arrays without axes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm._checks.kinds import instance as instance
    from noisytm._checks.kinds import instances as instances
    from noisytm._checks.lists import bits as bits
    from noisytm._checks.lists import checked_names as checked_names
    from noisytm._checks.lists import listed as listed
    from noisytm._checks.lists import mapping as mapping
    from noisytm._checks.lists import one_of as one_of
    from noisytm._checks.lists import pairs_of as pairs_of
    from noisytm._checks.lists import path_of as path_of
    from noisytm._checks.lists import require_fields as require_fields
    from noisytm._checks.lists import require_member as require_member
    from noisytm._checks.lists import several_of as several_of
    from noisytm._checks.lists import some as some
    from noisytm._checks.lists import string as string
    from noisytm._checks.lists import strings as strings
    from noisytm._checks.numbers import MAX_NUMBER_BITS as MAX_NUMBER_BITS
    from noisytm._checks.numbers import MAX_STEPS as MAX_STEPS
    from noisytm._checks.numbers import MAX_STEPS_RELAXED as MAX_STEPS_RELAXED
    from noisytm._checks.numbers import MOST_WORKERS as MOST_WORKERS
    from noisytm._checks.numbers import count_of as count_of
    from noisytm._checks.numbers import flag as flag
    from noisytm._checks.numbers import fraction as fraction
    from noisytm._checks.numbers import integer as integer
    from noisytm._checks.numbers import memory_of as memory_of
    from noisytm._checks.numbers import not_whole as not_whole
    from noisytm._checks.numbers import place_of as place_of
    from noisytm._checks.numbers import positive as positive
    from noisytm._checks.numbers import positive_float as positive_float
    from noisytm._checks.numbers import real_array as real_array
    from noisytm._checks.numbers import run_length as run_length
    from noisytm._checks.numbers import seed_of as seed_of
    from noisytm._checks.numbers import step_count as step_count
    from noisytm._checks.numbers import whole as whole
    from noisytm._checks.numbers import workers_of as workers_of

_door = Door(
    __name__,
    {
        "kinds": ("instance", "instances"),
        "lists": (
            "bits",
            "checked_names",
            "listed",
            "mapping",
            "one_of",
            "pairs_of",
            "path_of",
            "require_fields",
            "require_member",
            "several_of",
            "some",
            "string",
            "strings",
        ),
        "numbers": (
            "MAX_NUMBER_BITS",
            "MAX_STEPS",
            "MAX_STEPS_RELAXED",
            "MOST_WORKERS",
            "count_of",
            "flag",
            "fraction",
            "integer",
            "memory_of",
            "not_whole",
            "place_of",
            "positive",
            "positive_float",
            "real_array",
            "run_length",
            "seed_of",
            "step_count",
            "whole",
            "workers_of",
        ),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
