"""Machines as the ``DTM`` objects of automata-lib, and back."""

from __future__ import annotations

from typing import Any

from noisytm._checks import instance
from noisytm._text import shown
from noisytm.errors import FormatError, NoisytmError
from noisytm.formats.records import DTM_FIELDS, dtm_of_machine, machine_of_dtm
from noisytm.machine import TuringMachine


def to_dtm(machine: TuringMachine) -> Any:
    """Return a machine as an object of automata-lib's class ``DTM``.

    Its halting states are the final states, and every symbol but the blank is an input symbol. Where noisytm stops at
    an unlisted tuple, automata-lib raises ``RejectionException``.

    Parameters
    ----------
    machine : TuringMachine
        The machine.

    Returns
    -------
    automata.tm.dtm.DTM
        The same machine.

    Raises
    ------
    FormatError
        If automata-lib would reject the machine, or it would run differently there, or come back in another order.
    NoisytmError
        If automata-lib is not installed.

    Examples
    --------
    >>> from noisytm import library
    >>> dtm = to_dtm(library.machine("binaryIncrement"))
    >>> "".join(dtm.read_input("1011").tape.tape).strip(" _")
    '1100'
    """
    DTM = _class()
    fields = dtm_of_machine(instance("machine", machine, TuringMachine))
    transitions = {
        state: {symbol: tuple(result) for symbol, result in row.items()} for state, row in fields["transitions"].items()
    }
    dtm = DTM(
        states=set(fields["states"]),
        input_symbols=set(fields["input_symbols"]),
        tape_symbols=set(fields["tape_symbols"]),
        transitions=transitions,
        initial_state=fields["initial_state"],
        blank_symbol=fields["blank_symbol"],
        final_states=set(fields["final_states"]),
    )
    back = from_dtm(dtm)
    for what in ("symbols", "states", "halting", "tuples"):
        mine, its = getattr(machine, what), getattr(back, what)
        if mine != its:
            raise FormatError(
                f"the machine's {what} {shown(mine)} would come back from automata-lib, whose sets have no order, as"
                f" {shown(its)}; write it as json, which keeps everything"
            )
    return dtm


def from_dtm(dtm: Any, final: str | None = None) -> TuringMachine:
    """Return an object of automata-lib's class ``DTM`` as a machine.

    Parameters
    ----------
    dtm : automata.tm.dtm.DTM
        The machine; its states must be strings.
    final : {"halts"}, optional
        Leave out the transitions of final states, which automata-lib rejects unless told not to validate; by default
        they are refused.

    Returns
    -------
    TuringMachine
        The same machine. Sets have no order, so the symbols are the blank, then the others by code point; the states
        are the initial one, then those with transitions in their order, then others, final ones last.

    Raises
    ------
    FormatError
        If it is no ``DTM``, a state is no string, or a symbol is longer than a character.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("binaryIncrement")
    >>> from_dtm(to_dtm(machine)) == machine
    True
    """
    missing = [name for name in DTM_FIELDS if not hasattr(dtm, name)]
    if missing:
        raise FormatError(f"dtm is {shown(dtm)}, which has no {', '.join(missing)}; give a DTM of automata-lib")
    for what, names in (("state", dtm.states), ("symbol", dtm.tape_symbols)):
        for name in names:
            if not isinstance(name, str):
                raise FormatError(f"the {what} {shown(name)} of the DTM is no string; name all by strings")
    transitions = {
        state: {symbol: list(result) for symbol, result in row.items()} for state, row in dtm.transitions.items()
    }
    fields = {
        "states": _states(dtm, transitions),
        "input_symbols": sorted(dtm.input_symbols),
        "tape_symbols": [dtm.blank_symbol, *sorted(set(dtm.tape_symbols) - {dtm.blank_symbol})],
        "transitions": transitions,
        "initial_state": dtm.initial_state,
        "blank_symbol": dtm.blank_symbol,
        "final_states": sorted(dtm.final_states),
    }
    return machine_of_dtm(fields, final=final)


def _states(dtm: Any, transitions: dict[str, dict[str, list[str]]]) -> list[str]:
    """Return the states in an order that does not hang on that of a set."""
    targets = [result[0] for row in transitions.values() for result in row.values()]
    rest = sorted(set(dtm.states) - set(transitions) - set(targets))
    found = dict.fromkeys((dtm.initial_state, *transitions, *targets, *rest))
    return [*(q for q in found if q not in dtm.final_states), *(q for q in found if q in dtm.final_states)]


def _class() -> Any:
    try:
        from automata.tm.dtm import DTM
    except ImportError:
        raise NoisytmError(
            "DTM objects need automata-lib, which is not installed; run: python -m pip install automata-lib"
        ) from None
    return DTM
