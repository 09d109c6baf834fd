"""The compiled loop of a run on several tapes.

The k tapes stand one after the other in one array. The table gives the number of the rule, so that an entry stays
narrow however many tapes there are.
"""

from __future__ import annotations

from typing import Any

from noisytm._compile import jit

COMPILES = "runs on several tapes"

OUT_OF_STEPS = 0
AT_REST = 1
OUT_OF_TAPE = 2


@jit
def advance(  # type: ignore[no-untyped-def]
    table, strides, follow, writes, moves, cells, first, last, heads, state, steps
) -> Any:
    """Run until the steps are used up, no rule fits, or a head would leave its part of the array.

    Parameters
    ----------
    table : int32 array
        The rule of each (state, symbol 1, …, symbol k), flat; −1 for none.
    strides : int64 array, shape (k + 1,)
        What the state and each symbol count for in the index.
    follow : int64 array, shape (rules,)
        The next state of each rule.
    writes, moves : int64 arrays, shape (rules, k)
        Written symbols, −1 to leave the cell; moves −1, 0, 1.
    cells : int32 array
        All tapes, changed in place.
    first, last : int64 arrays, shape (k,)
        The outermost indices of each tape in ``cells``.
    heads : int64 array, shape (k,)
        Indices of the heads in ``cells``, changed in place.
    state, steps : int64
        The state; steps to make at most.

    Returns
    -------
    why, state, steps left, tape
        ``tape`` is the one that needs room.
    """
    tapes = heads.size
    while True:
        index = state * strides[0]
        for i in range(tapes):
            index += cells[heads[i]] * strides[i + 1]
        rule = table[index]
        if rule < 0:
            return AT_REST, state, steps, -1
        if steps == 0:
            return OUT_OF_STEPS, state, steps, -1
        for i in range(tapes):
            at = heads[i] + moves[rule, i]
            if at < first[i] or at > last[i]:
                return OUT_OF_TAPE, state, steps, i
        for i in range(tapes):
            if writes[rule, i] >= 0:
                cells[heads[i]] = writes[rule, i]
            heads[i] += moves[rule, i]
        state = follow[rule]
        steps -= 1
