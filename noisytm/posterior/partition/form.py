"""The record of phases: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import (
    BOOLEAN,
    COUNT,
    FRACTION,
    INTEGER,
    NUMBER,
    STRING,
    Schema,
    choice,
    either,
    entries,
    many,
    nullable,
)
from noisytm.geometry import ANY_CONCENTRATION
from noisytm.machine import DESCRIPTION, MACHINE

GROUPINGS = ("learning_coefficient", "used_tuples", "cube")
_SHARE = {"weight": NUMBER, "weight_error": nullable(NUMBER)}
_EXACT = {"learning_coefficient": nullable(FRACTION), "multiplicity": nullable(COUNT)}
LISTED: Schema = either(MACHINE.schema(), DESCRIPTION.schema())
PHASE_FORM: Schema = entries(machine=LISTED, **_SHARE, solves=BOOLEAN, used_tuples=COUNT, **_EXACT)
GROUP_FORM = entries(by=choice(*GROUPINGS), name=STRING, solves=BOOLEAN, codes=COUNT, **_SHARE)
_ASKED = {"semantics": STRING, "loss": STRING, "chart": STRING, "prior_concentration": ANY_CONCENTRATION}
PHASES: Kind = Kind(
    "phases",
    {
        1: result_form(
            entries(**_ASKED),
            {"about": many(STRING)},
            replicas=COUNT,
            sizes=many(
                entries(
                    n=NUMBER,
                    samples=COUNT,
                    ties=COUNT,
                    solving=NUMBER,
                    solving_error=nullable(NUMBER),
                    codes=COUNT,
                    effective_codes=NUMBER,
                    not_computed=NUMBER,
                    phases=many(PHASE_FORM),
                    groups=many(GROUP_FORM),
                )
            ),
            crossings=many(
                entries(by=choice(*GROUPINGS), first=STRING, second=STRING, n=NUMBER, error=NUMBER, replicas=INTEGER)
            ),
        )
    },
)
