"""The recognisers there are, in the order in which they are asked: to add one, write a module, and a line here."""

from __future__ import annotations

from typing import Any

from noisytm._registry import Registry
from noisytm.enumeration.recognisers.protocol import Recogniser, RunRecogniser, Setting, TableRecogniser
from noisytm.errors import MachineError

HALTED, HOLDOUT, UNFILLED = RESERVED = ("halted", "holdout", "unfilled")

RECOGNISERS: Registry[Recogniser] = Registry(
    "recogniser",
    room=__package__,
    places=(
        "closed_graph.RECOGNISER",
        "cycles.RECOGNISER",
        "translated_cycles.RECOGNISER",
        "ngrams.RECOGNISER",
        "repeated_words.RECOGNISER",
        "automata.RECOGNISER",
        "bouncers.RECOGNISER",
    ),
    error=MachineError,
)


def classes() -> tuple[str, ...]:
    """Return the classes of machines: those that halt, those that a recogniser proves never to, and the rest.

    Examples
    --------
    >>> classes()
    ('halted', 'closed', 'cycles', 'translated', 'ngrams', 'words', 'automata', 'bouncer', 'holdout')
    """
    if taken := [name for name in RESERVED if name in RECOGNISERS]:
        raise MachineError(f"a recogniser cannot be called {taken[0]!r}, which is a class of its own; rename it")
    return (HALTED, *RECOGNISERS, HOLDOUT)


def searched() -> tuple[str, ...]:
    """Return the classes in the order in which the compiled search numbers them; it has no others.

    Examples
    --------
    >>> searched()
    ('halted', 'closed', 'cycles', 'translated', 'holdout')
    """
    inside = [r for r in RECOGNISERS.values() if isinstance(r, TableRecogniser | RunRecogniser)]
    return (HALTED, *(r.name for r in sorted(inside, key=lambda r: r.kernel_class)), HOLDOUT)


def all_settings() -> dict[str, Setting]:
    """Return the options of all recognisers by name.

    Examples
    --------
    >>> list(all_settings())
    ['ngrams', 'max_contexts', 'words', 'automata', 'max_tried', 'bouncer_steps']
    """
    found: dict[str, Setting] = {}
    for recogniser in RECOGNISERS.values():
        for setting in recogniser.settings:
            if found.setdefault(setting.name, setting) is not setting:
                raise MachineError(
                    f"the option {setting.name} of recogniser {recogniser.name} is another one's; rename it"
                )
    return found


def class_of_proof(outcome: Any) -> str:
    """Return the class of a machine for which there is this proof; that of a holdout if there is none."""
    found = (name for name, recogniser in RECOGNISERS.items() if isinstance(outcome, recogniser.proof))
    return next(found, HOLDOUT)
