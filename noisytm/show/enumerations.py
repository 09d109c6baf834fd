"""The result of an enumeration as a few lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._layout import fits

if TYPE_CHECKING:
    from noisytm.enumeration import Champions, Enumeration, EnumerationOptions

MAX_SHOWN = 4


@fits
def describe_enumeration(result: Enumeration) -> str:
    """Return a result as a few lines of text.

    Examples
    --------
    >>> from noisytm import enumerate_machines
    >>> print(describe_enumeration(enumerate_machines(2, 2, root="1RB")))
    2 states, 2 symbols, root 1RB
    S = 6   4 machines: 1RB0LB_1LA1RZ 1RB1LB_1LA1RZ 1RB1RZ_0LB1LA 1RB1RZ_1LB1LA
    Σ = 4   1 machine:  1RB1LB_1LA1RZ
    machines            41
      halt              15
      closed graph       8
      cycle              2
      translated cycle  16
      closed n-grams     0
      closed words       0
      automata           0
      bouncer            0
      holdouts           0 after 200 steps
    """
    options, sign = result.options, "=" if result.complete and not result.holdouts else "≥"
    size = f"{_number(options.states, 'state')}, {_number(options.symbols, 'symbol')}, root {options.root}"
    lines = [size + (", last cell filled too" if options.complete else "")]
    both = (("S", result.tally.longest), ("Σ", result.tally.highest))
    width = max(len(f"{c.value:,}") for _, c in both)
    lines += [f"{name} {sign} {c.value:<{width},}   {_machines(options, c, sign == '=')}" for name, c in both]
    width = len(f"{result.machines:,}")
    lines.append(f"machines          {result.machines:>{width + 2},}")
    labels = _labels(options)
    longest = max(16, *map(len, labels.values()))
    lines += [f"  {label:{longest}}{result.counts[name]:>{width + 2},}" for name, label in labels.items()]
    lines[-1] += f" after {options.max_steps:,} steps"
    if result.holdouts:
        lines.append("Holdouts have not halted so far: none is in the lists above, and any may pass these values.")
    if result.steps == options.max_steps:
        lines.append("Some machines halt at the last step that is allowed; --max-steps allows more.")
    if not result.complete:
        lines.append("This is not complete: only a part of the tree has been gone through.")
    return "\n".join(lines)


def _labels(options: EnumerationOptions) -> dict[str, str]:
    from noisytm.enumeration.recognisers import HALTED, HOLDOUT, RECOGNISERS

    labels = {HALTED: "halt", **{name: r.label for name, r in RECOGNISERS.items()}, HOLDOUT: "holdouts"}
    return {name: labels.get(name, name) for name in options.classes}


def _number(count: int, unit: str) -> str:
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def _machines(options: EnumerationOptions, champions: Champions, proved: bool) -> str:
    from noisytm.enumeration import text_of

    texts = [text_of(options, table) for table in champions.first[:MAX_SHOWN]]
    more = f" … {champions.number - MAX_SHOWN:,} more" if champions.number > MAX_SHOWN else ""
    so_far = "" if proved else " of those that halt"
    return f"{_number(champions.number, 'machine') + so_far + ':':<11} {' '.join(texts)}{more}"
