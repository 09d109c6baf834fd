"""The verbs there are: to add one, write a module with a `Verb`, and a line here."""

from __future__ import annotations

from noisytm._registry import Registry
from noisytm.cli.verb import Verb

VERBS: Registry[Verb] = Registry(
    "command",
    room=__package__,
    places=(
        "answer_key.VERB",
        "atlas.VERB",
        "beaver.VERB",
        "bound.VERB",
        "compare.VERB",
        "convert.VERB",
        "encode.VERB",
        "library.VERB",
        "posterior.VERB",
        "report.VERB",
        "run.VERB",
        "search.VERB",
        "simulate.VERB",
        "syndromes.VERB",
        "universal.VERB",
        "verify.VERB",
        "warm_up.VERB",
    ),
)
