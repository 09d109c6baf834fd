"""The network of a code: weights, the distributions that they make, and how they are pulled towards the code."""

from __future__ import annotations

from noisytm.codespace import CodeSpace


def weights_of(space: CodeSpace, layers: int) -> int:
    """Return the number of weights: in each distribution one of the right value, and of each wrong one ``layers``.

    Examples
    --------
    >>> from noisytm import library
    >>> weights_of(CodeSpace.of(library.machine("detectA")), 1)  # 6 tuples of 3 symbols, 2 states and 3 moves
    48
    """
    return space.tuples * sum(1 + layers * (len(values) - 1) for _, _, values in space.blocks if len(values) > 1)
