"""The record of estimates: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import COUNT, FRACTION, NUMBER, STRING, choice, entries, many, nullable
from noisytm.posterior.estimates.formulas import ESTIMATORS

ESTIMATE_FORM = entries(
    estimator=choice(*ESTIMATORS),
    n_from=NUMBER,
    n_to=NUMBER,
    value=NUMBER,
    error=nullable(NUMBER),
    bias_term=nullable(NUMBER),
)
ESTIMATES: Kind = Kind(
    "estimates",
    {
        1: result_form(
            entries(),
            n=many(NUMBER),
            chains=COUNT,
            draws=many(COUNT),
            r_hat=many(nullable(NUMBER)),
            learning_coefficient=nullable(FRACTION),
            multiplicity=nullable(COUNT),
            estimates=many(ESTIMATE_FORM),
            left_out=many(STRING),
        )
    },
)
