"""The block decomposition estimate: the complexity of a long word from those of the blocks that it is cut into."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from noisytm._summary import Described, Summary, count
from noisytm._text import clipped

Bounds = tuple[float, float]


class Block(NamedTuple):
    """A block, how often it is there, its complexity −log2 D, and the bounds that are certain for that."""

    word: str
    times: int
    complexity: float
    bounds: Bounds


@dataclass(frozen=True)
class BlockEstimate(Described):
    """Σ (K(b) + log2 times(b)) over the different blocks b of a word, with K(b) = −log2 D(b).

    The word is cut every ``length`` − ``overlap`` cells into blocks of ``length`` cells, up to the first that reaches
    its end and may be shorter: no cell is left out. Zenil, Hernández-Orozco, Kiani, Soler-Toscano, Rueda-Toicen,
    Entropy 20 (2018) 605.

    Attributes
    ----------
    word : str
        What is estimated.
    length, overlap : int
        The cells of a block, and how many of them it shares with the next one.
    blocks : tuple of Block
        The different blocks in the order in which they come first, each as (word, times, complexity, bounds).

    Examples
    --------
    >>> from noisytm import output_distribution
    >>> estimate = output_distribution(2, 2).block_estimate("0001", length=2)
    >>> [(block.word, block.times) for block in estimate.blocks], round(estimate.value, 3)
    ([('00', 1), ('01', 1)], 7.166)
    """

    word: str
    length: int
    overlap: int
    blocks: tuple[Block, ...]

    def _summary(self) -> Summary:
        size = f"{count(len(self.blocks), 'different block')} of {count(self.length, 'cell')}"
        return Summary(
            f"about {self.value:.6g} bits for {clipped(self.word, 40)}, from {size}", {"overlap": self.overlap}
        )

    @property
    def value(self) -> float:
        """The estimate, in bits."""
        return sum(block.complexity + math.log2(block.times) for block in self.blocks)

    @property
    def bounds(self) -> Bounds:
        """What is certain of it while there are undecided runs."""
        low, high = (sum(b.bounds[side] + math.log2(b.times) for b in self.blocks) for side in (0, 1))
        return low, high

    def to_json(self) -> dict[str, Any]:
        """Return it as a JSON object; an infinite bound is null."""
        return {
            "length": self.length,
            "overlap": self.overlap,
            "blocks": [
                {"word": b.word, "times": b.times, "K": b.complexity, "K_bounds": written(b.bounds)}
                for b in self.blocks
            ],
            "K": self.value,
            "K_bounds": written(self.bounds),
        }


def written(bounds: Bounds) -> list[float | None]:
    """Return bounds for a record.

    Examples
    --------
    >>> written((1.5, math.inf))
    [1.5, None]
    """
    return [None if math.isinf(x) else x for x in bounds]


def cut(word: str, length: int, overlap: int) -> list[str]:
    """Return the blocks of a word in their order.

    Examples
    --------
    >>> cut("0110100", 3, 0), cut("0110100", 3, 1), cut("01", 3, 2)
    (['011', '010', '0'], ['011', '101', '100'], ['01'])
    """
    step = length - overlap
    starts = range(0, max(len(word) - overlap, 1), step)
    return [word[x : x + length] for x in starts]


def estimate(
    word: str, length: int, overlap: int, complexity: Callable[[str], float], bounds: Callable[[str], Bounds]
) -> BlockEstimate:
    """Return the estimate, with the complexities of blocks and their bounds as given."""
    times = Counter(cut(word, length, overlap))
    blocks = tuple(Block(block, number, complexity(block), bounds(block)) for block, number in times.items())
    return BlockEstimate(word, length, overlap, blocks)
