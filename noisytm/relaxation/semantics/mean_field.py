"""The mean-field semantics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from noisytm.relaxation.semantics.marginal import Head, KeyPrimitives, Keys, Marginal, Primitives


class MeanField(Marginal):
    """Symbol and state are independent: tuple (σ, q) is used with mass y_σ z_q.

    What falls on an unlisted tuple stays as it is (docs/theory.md, section 2). Where keys err the tuples are scanned
    at each exact symbol and state, and the last match wins.
    """

    name = "mean-field"
    description = "symbol and state choose a tuple as if they were independent"
    may_keep = False
    no_noisy_keys = ""
    averages_scans = True

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
        last = {key: i for i, key in enumerate(keys)}  # of equal keys the later wins
        match = [ops.times(y[key[0]], z[key[1]]) if last[key] == i else ops.zero for i, key in enumerate(keys)]
        return Head(match, write, nxt, stay)

    def scan(self, ops: KeyPrimitives, y: Sequence[Any], z: Sequence[Any], tuples: int) -> Head:
        """Return the scan of a list at each exact symbol and state, averaged over these; see `Marginal.scan`."""
        match, stay = [ops.zero] * tuples, ops.zero
        write, nxt = [ops.zero] * len(y), [ops.zero] * len(z)
        for symbol in range(len(y)):
            for state in range(len(z)):
                left = ops.times(y[symbol], z[state])
                for i in reversed(range(tuples)):
                    reads, is_in = ops.reads(i, symbol), ops.is_in(i, state)
                    match[i] = ops.plus(match[i], ops.times(left, ops.times(reads, is_in)))
                    missed = ops.plus(ops.reads_another(i, symbol), ops.times(reads, ops.is_in_another(i, state)))
                    left = ops.times(left, missed)
                write[symbol] = ops.plus(write[symbol], left)
                nxt[state] = ops.plus(nxt[state], left)
                stay = ops.plus(stay, left)
        return Head(match, write, nxt, stay)


MEAN_FIELD = MeanField()
