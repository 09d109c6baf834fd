"""The mean-field semantics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from noisytm.relaxation.semantics.marginal import Head, Keys, Marginal, Primitives


class MeanField(Marginal):
    """Symbol and state are independent: tuple (σ, q) is used with mass y_σ z_q.

    What falls on an unlisted tuple stays as it is (docs/theory.md, section 2).
    """

    name = "mean-field"
    description = "symbol and state choose a tuple as if they were independent"
    may_keep = False

    def head(self, ops: Primitives, y: Sequence[Any], z: Sequence[Any], keys: Keys) -> Head:
        """Return y_σ z_q for each listed tuple, and what falls on the others; see `Marginal.head`."""
        listed = set(keys)
        write, nxt, stay = [ops.zero] * len(y), [ops.zero] * len(z), ops.zero
        for symbol in range(len(y)):
            for state in range(len(z)):
                if (symbol, state) not in listed:
                    mass = ops.times(y[symbol], z[state])
                    write[symbol] = ops.plus(write[symbol], mass)
                    nxt[state] = ops.plus(nxt[state], mass)
                    stay = ops.plus(stay, mass)
        return Head([ops.times(y[symbol], z[state]) for symbol, state in keys], write, nxt, stay)


MEAN_FIELD = MeanField()
