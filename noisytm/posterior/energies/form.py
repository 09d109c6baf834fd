"""The record of free energies: its schema."""

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
    entries,
    many,
    mapping,
    nullable,
)  # fmt: skip
from noisytm._timed import timed_form
from noisytm.geometry import ANY_CONCENTRATION
from noisytm.posterior.estimates import ESTIMATES
from noisytm.posterior.partition import LISTED, PHASE_FORM, PHASES
from noisytm.problem import PROBLEM

_ROW = entries(
    n=NUMBER,
    free_energy=NUMBER,
    free_energy_error=nullable(NUMBER),
    mean_nK=NUMBER,
    mean_nK_error=nullable(NUMBER),
    variance_nK=NUMBER,
    acceptance=NUMBER,
    overlap=NUMBER,
    distinct_ancestors=COUNT,
    scales=mapping(NUMBER),
)
# What is read from the populations, where it is: what is not known is absent.
_READ = {
    "estimate": entries(
        learning_coefficient=NUMBER,
        error=nullable(NUMBER),
        multiplicity_correction=nullable(NUMBER),
        n_from=NUMBER,
        n_to=NUMBER,
    ),
    "exact": entries(learning_coefficient=FRACTION, multiplicity=COUNT),
    "phases": many(PHASE_FORM),
    "spread": many(
        entries(n=NUMBER, solving=NUMBER, solving_error=nullable(NUMBER), codes=COUNT, effective_codes=NUMBER)
    ),
    "estimates": ESTIMATES.schema(),
    "groups": PHASES.schema(),
    "reached": entries(n=NUMBER, free_energy=NUMBER),
}
# What decides which populations there are.
OPTIONS: Schema = entries(
    semantics=STRING,
    loss=STRING,
    chart=STRING,
    prior_concentration=ANY_CONCENTRATION,
    local=BOOLEAN,
    n=NUMBER,
    particles=COUNT,
    replicas=COUNT,
    sweeps=nullable(COUNT),
    bits=nullable(COUNT),
    localisation=nullable(NUMBER),
)
POSTERIOR = Kind(
    "posterior",
    {
        1: timed_form(
            result_form(
                OPTIONS,
                _READ,
                seed=INTEGER,
                machine=nullable(LISTED),
                problem=PROBLEM.schema(2),
                log_volume=NUMBER,
                sweeps=COUNT,
                ladder=many(_ROW),
                warnings=many(STRING),
                complete=BOOLEAN,
            )
        )
    },
)
