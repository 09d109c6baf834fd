"""The marginals of a noisy run as a table."""

from __future__ import annotations

from noisytm._layout import aligned, fits
from noisytm._summary import count
from noisytm._text import shown_name
from noisytm.relaxation import History

# Steps and values that have a line and a column.
MOST_STEPS, MOST_VALUES = 41, 12


@fits
def describe_history(found: History) -> str:
    r"""Return the marginals as a table: a line for a step, with the state and the symbol at the head.

    Examples
    --------
    >>> from noisytm import library, noisy_run
    >>> found = noisy_run(library.machine("detectA"), "BA", 2, noise="1/10")
    >>> print("\n".join(describe_history(found).splitlines()[1:]))
    pseudo-utm; word: B A; marginal probabilities
    <BLANKLINE>
    step   state reject   state accept   head _   head A   head B
    0      1              0              0        0        1
    1      0.9            0.1            0.0525   0.902    0.045
    2      0.262          0.738          0.126    0.759    0.115
    """
    last = len(found.state) - 1
    steps = sorted({round(i * last / (MOST_STEPS - 1)) for i in range(MOST_STEPS)})
    head = found.cells.tolist().index(0)
    states, symbols = found.names
    rows = [
        (str(t), *_values(found.state[t].tolist()), *_values(found.tape[t, head].tolist()))
        for t in steps
    ]  # fmt: skip
    heads = ("step", *_heads("state", states), *_heads("head", symbols))
    told = "" if len(steps) > last else f"; {count(len(steps), 'line')} of {last + 1:,}; --json prints all"
    return "\n".join([*found.about, f"{found.asked}marginal probabilities{told}", "", *aligned([heads, *rows])])


def _heads(what: str, names: tuple[str, ...]) -> list[str]:
    shown = [f"{what} {shown_name(name)}" for name in names[:MOST_VALUES]]
    return shown + ([f"{what}: others"] if len(names) > MOST_VALUES else [])


def _values(shares: list[float]) -> list[str]:
    shown = shares[:MOST_VALUES] + ([sum(shares[MOST_VALUES:])] if len(shares) > MOST_VALUES else [])
    return [f"{share:.3g}" for share in shown]
