"""Where things stand: in the registers of a step, in the window of live cells, on padded tapes."""

from __future__ import annotations

from typing import NamedTuple

PAD = 2

# Columns of ``window``, one row for each step: first and last live cell before it, and where cell 0 would stand.
LOW, HIGH, BASE = 0, 1, 2

# Places in ``control``: not 0 if the run is to end, and how many steps are done; see `noisytm._watched`.
STOP, DONE = 0, 1


class Layout(NamedTuple):
    """Where in the registers of one step each quantity begins, and how many numbers there are.

    The order is y (S), 1−y (S), z (|Q|), 1−z (|Q|); the outputs of the head: match (N), write (S), next (|Q|), stay
    (1); what the mix fills: the written symbol A (S) and the move D (3); temporaries. ``columns`` is the number of
    entries of a tuple that are mixed; before them in a ``row`` of the code stand the ``keys`` entries of a noisy key.
    """

    symbols: int
    states: int
    tuples: int
    columns: int
    y: int
    rest_y: int
    z: int
    rest_z: int
    match: int
    write: int
    next: int
    stay: int
    written: int
    move: int
    temporaries: int
    keys: int
    row: int


def layout(symbols: int, states: int, tuples: int, keys: int = 0) -> Layout:
    """Return the layout for S, |Q|, N and the number of entries of a key."""
    z = 2 * symbols
    match = z + 2 * states
    write = match + tuples
    following = write + symbols
    stay = following + states
    written = stay + 1
    move = written + symbols
    return Layout(
        symbols=symbols,
        states=states,
        tuples=tuples,
        columns=symbols + states + 3,
        y=0,
        rest_y=symbols,
        z=z,
        rest_z=z + states,
        match=match,
        write=write,
        next=following,
        stay=stay,
        written=written,
        move=move,
        temporaries=move + 3,
        keys=keys,
        row=keys + symbols + states + 3,
    )


def bar_base(window, step, symbols, half):
    """Return where cell 0 of the cotangents of a step's tape stands: even and odd steps have a half each."""
    return (step % 2) * half - (window[step, LOW] - PAD) * symbols
