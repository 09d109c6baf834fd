"""A search that takes no time: strings of digits, with a cost for each digit at each place."""

import os
import signal
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from noisytm.search.store import Finished, Incumbent, Piece, cut

LETTERS = 3


@dataclass(frozen=True)
class Strings:
    """All strings of a length whose digits have a sum divisible by 4; the cheapest is looked for, and all are counted.

    Parameters
    ----------
    length, seed : int
        Their length, and what the costs depend on.
    pause : float
        Seconds that a piece takes.
    killer : str
        A folder: whoever is the first to search the piece ``killed`` is killed, and leaves a file there. If it is
        ``"always"``, whoever searches it.
    """

    length: int = 6
    seed: int = 0
    pause: float = 0.0
    killer: str = ""
    killed: tuple[int, ...] = (1, 1)

    @property
    def key(self):
        return {"search": "strings/1", "problem": f"{self.length}", "seed": self.seed}

    def cost(self, i, a):
        return Fraction((7 * i + 5 * a * a + 3 * i * a + self.seed * (a + 1)) % 11, 2)

    def bound(self, place):
        rest = sum(min(self.cost(i, a) for a in range(LETTERS)) for i in range(len(place), self.length))
        return sum((self.cost(i, a) for i, a in enumerate(place)), Fraction(rest))

    def pieces(self, many):
        return cut([Piece((), self.bound(()))], self.expand, many)

    def expand(self, piece):
        if len(piece.place) == self.length:
            return []
        return [Piece((*piece.place, a), self.bound((*piece.place, a))) for a in range(LETTERS)]

    def compile(self):
        self.search(Piece((0,) * self.length), None)

    def search(self, piece, incumbent):
        self.die(piece.place)
        time.sleep(self.pause)
        best, counts = None, {"nodes": 0, "codes": 0, "large": 10**300}
        stack = [piece.place]
        while stack:
            place = stack.pop()
            known = best or incumbent
            counts["nodes"] += known is None or self.bound(place) <= known.value
            if len(place) < self.length:
                stack += [(*place, a) for a in reversed(range(LETTERS))]
            elif sum(place) % 4 == 0:
                counts["codes"] += 1
                found = Incumbent(self.bound(place), 1 + place.count(1) % 2, place)
                if known is None or found.rank < known.rank:
                    best = found
        return Finished(counts, best, bytes(piece.place))

    def die(self, place):
        if not self.killer or place != self.killed:
            return
        if self.killer != "always":
            try:
                (Path(self.killer) / "killed").open("x").close()
            except FileExistsError:
                return
        os.kill(os.getpid(), signal.SIGKILL)


def total(store):
    """Return all that a search found; how long it took aside."""
    rows = [(piece.place, dict(found.record), found.best, found.proof) for piece, found in store.results(proofs=True)]
    sums = {name: sum(record[name] for _, record, _, _ in rows) for name in ("nodes", "codes")}
    return sums, store.incumbent, store.lower, store.complete, rows
