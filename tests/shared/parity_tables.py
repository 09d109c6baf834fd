"""The parity of n on the inputs 1^n, n ≤ 3, over all tables of two symbols and two states: 20,736 codes."""

from fractions import Fraction

from noisytm import SynthesisProblem
from noisytm.codespace import CodeSpace
from noisytm.geometry import checked_concentration
from noisytm.relaxation.semantics import checked_semantics
from noisytm.search import TableSpace
from noisytm.search.readable import Asked

SYMBOLS, STATES = ("_", "1"), ("even", "odd")
SPACE = CodeSpace(SYMBOLS, "_", STATES, "even", tuple((s, q) for s in SYMBOLS for q in STATES))
TABLES = TableSpace(SPACE)


def parity(steps: int) -> SynthesisProblem:
    inputs = tuple(("1",) * n for n in range(4))
    targets = tuple(((STATES[n % 2],),) for n in range(4))
    return SynthesisProblem(SPACE, inputs, steps, "state", targets, (Fraction(1, 4),) * 4)  # type: ignore[arg-type]


def asked(steps: int, semantics: str, loss: str = "log", chart: str = "simplex", concentration: object = 1) -> Asked:
    return Asked(parity(steps), TABLES, checked_semantics(semantics), loss, chart, checked_concentration(concentration))
