"""The record of volumes: its schema."""

from __future__ import annotations

from noisytm._records import Kind, result_form
from noisytm._schema import BOOLEAN, COUNT, FRACTION, NUMBER, STRING, entries, many, nullable
from noisytm._timed import timed_form
from noisytm.geometry import ANY_CONCENTRATION
from noisytm.posterior.partition import LISTED

VOLUME_FORM = entries(
    epsilon=NUMBER,
    log_volume=NUMBER,
    error=nullable(NUMBER),
    bits_per_halving=nullable(NUMBER),
    bits_error=nullable(NUMBER),
)
_ASKED = {"semantics": STRING, "loss": STRING, "chart": STRING, "prior_concentration": ANY_CONCENTRATION}
VOLUMES = Kind(
    "volumes",
    {
        1: timed_form(
            result_form(
                entries(**_ASKED, local=BOOLEAN, epsilon=NUMBER, particles=COUNT, replicas=COUNT, sweeps=COUNT),
                {"about": many(STRING)},
                seed=COUNT,
                machine=nullable(LISTED),
                log_volume=NUMBER,
                volumes=many(VOLUME_FORM),
                acceptance=nullable(NUMBER),
                learning_coefficient=nullable(FRACTION),
                multiplicity=nullable(COUNT),
                description_bits=nullable(COUNT),
                warnings=many(STRING),
                complete=BOOLEAN,
            )
        )
    },
)
