"""Pictures of distributions over time as stacked bands, told apart by shade and hatching."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from json import dumps
from typing import TYPE_CHECKING, Any

from noisytm._summary import Described, Summary, count
from noisytm._text import shown_name
from noisytm.show.curves.shared import below, labelled, target_of
from noisytm.show.scatter import plain, save_drawing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# How the values of a distribution are filled, in their order; the last is that of all further ones.
FILLS = (
    ("white", ""), ("0.75", ""), ("0.4", ""), ("black", ""), ("white", "////"), ("0.8", "...."), ("white", "xxxx"),
    ("white", "----"),
)  # fmt: skip
MOST_STRIPS, MOST_TIMES = 25, 400
# A strip of height 1 has so much room; a cell is drawn if at some step it is not blank with at least this probability.
HIGH, SEEN = 0.88, 0.005
LONGEST = 24


@dataclass(frozen=True)
class Bands(Described):
    """Distributions over time, each a strip of bands.

    Attributes
    ----------
    title : str
        What it shows.
    strips_are, values_are : str
        What the strips are, and what the values.
    strips, values : tuple of str
        Their names; strips from the bottom to the top.
    times : tuple of int
        When: a band keeps its height from one time to the next.
    shares : tuple of tuples of tuples of float
        By strip, time and value; those of one time sum to 1.
    about : tuple of str
        Lines that stand below the picture.
    """

    title: str
    strips_are: str
    values_are: str
    strips: tuple[str, ...]
    values: tuple[str, ...]
    times: tuple[int, ...]
    shares: tuple[tuple[tuple[float, ...], ...], ...]
    about: tuple[str, ...] = ()

    def _summary(self) -> Summary:
        return Summary(f"{self.title}: {count(len(self.strips), 'strip')}", result=False)


def save_bands(bands: Sequence[Bands], path: str | os.PathLike[str] | None = None) -> Any:
    """Return a picture of strips of bands, as `save_curves` does one of curves; several are one below the other."""
    numbers = [{"strips": b.strips, "values": b.values, "times": b.times, "shares": b.shares} for b in bands]
    drawn = [partial(_draw, bands=part) for part in bands]
    heights = [1.6 + len(part.strips) for part in bands]
    size = (8.0, 1.6 + 0.34 * sum(heights) + 0.1 * max(len(part.values) for part in bands))
    title = "; ".join(part.title for part in bands)
    text = dumps(numbers, ensure_ascii=False)
    return save_drawing(drawn, target_of(path), title, text, heights, below=below(bands), size=size)


def history_bands(
    state: NDArray[np.float64],
    cells: NDArray[np.int64],
    tape: NDArray[np.float64],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    about: tuple[str, ...],
) -> tuple[Bands, Bands]:
    """Return the marginals of a run as bands: of the state, and of the cells that are not surely blank.

    Parameters
    ----------
    state : ndarray of float64, shape (T + 1, |Q|)
        Marginals of the state.
    cells : ndarray of int64, shape (C,)
        Positions of the cells.
    tape : ndarray of float64, shape (T + 1, C, S)
        Marginals of their symbols.
    names : tuple of tuples of str
        Those of the states, and of the symbols.
    about : tuple of str
        Lines that stand below the picture.

    Examples
    --------
    >>> from noisytm import library, noisy_run
    >>> above, below = noisy_run(library.machine("detectA"), "BA", 2, noise=0).bands()
    >>> above.values, above.times, [at[1] for at in above.shares[0]]
    (('reject', 'accept'), (0, 1, 2), [0.0, 0.0, 1.0])
    >>> below.strips
    ('-1', 'head', '1')
    """
    times = _spread(len(state), MOST_TIMES)
    at = list(times)
    chosen, left_out = _cells(cells, tape)
    every = "" if len(times) == len(state) else f" (at {len(times)} of {len(state)} times)"
    more = f"; left out: {count(left_out, 'more cell')} that may not be blank" if left_out else ""
    states, symbols = (tuple(map(shown_name, of)) for of in names)
    return (
        Bands(f"Marginals of the state over {count(len(state) - 1, 'step')}{every}", "", "state", ("state",),
              states, times, _rows(state[at, None, :]), about),
        Bands(f"Marginals of the cells{more}", "cell, relative to the head", "symbol",
              tuple("head" if cells[i] == 0 else str(cells[i]) for i in chosen), symbols, times,
              _rows(tape[at][:, chosen])),
    )  # fmt: skip


def _rows(shares: NDArray[np.float64]) -> tuple[tuple[tuple[float, ...], ...], ...]:
    return tuple(tuple(tuple(at) for at in strip) for strip in shares.transpose(1, 0, 2).tolist())


def _cells(cells: NDArray[np.int64], tape: NDArray[np.float64]) -> tuple[list[int], int]:
    """Return which cells are drawn, the head's always, and how many that are not may at some step not be blank."""
    import numpy as np

    blank = int(np.argmax(tape[0, [0, -1]].sum(axis=0)))  # what the outermost cells hold at first
    other = 1.0 - tape[:, :, blank].min(axis=0)
    written, touched = np.flatnonzero(other >= SEEN), np.flatnonzero(other > 0)
    head = int(np.flatnonzero(cells == 0)[0])
    low, high = min([head, *written.tolist()]), max([head, *written.tolist()])
    if high - low >= MOST_STRIPS:
        low = min(max(head - MOST_STRIPS // 2, low), high - MOST_STRIPS + 1)
        high = low + MOST_STRIPS - 1
    return list(range(low, high + 1)), int(((touched < low) | (touched > high)).sum())


def _spread(number: int, most: int) -> tuple[int, ...]:
    if number <= most:
        return tuple(range(number))
    return tuple(i * (number - 1) // (most - 1) for i in range(most))


def _draw(axes: Any, bands: Bands) -> None:
    names = [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in bands.values]
    drawn = min(len(names), len(FILLS))
    if drawn < len(names):
        names = [*names[: drawn - 1], f"{len(names) - drawn + 1} others"]
    edges = [*bands.times, bands.times[-1] + (bands.times[-1] - bands.times[-2] if len(bands.times) > 1 else 1)]
    kinds: list[Any] = [None] * drawn
    for i, strip in enumerate(bands.shares):
        low = [float(i)] * len(edges)
        for j in range(drawn):
            parts = [at[j] if j < drawn - 1 else sum(at[j:]) for at in strip]
            high = [a + HIGH * b for a, b in zip(low, [*parts, parts[-1]], strict=True)]
            colour, hatch = FILLS[j]
            kinds[j] = axes.fill_between(edges, low, high, step="post", facecolor=colour, hatch=hatch,
                                         edgecolor="black", linewidth=0.3)  # fmt: skip
            low = high
    axes.set_facecolor("0.9")
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(HIGH - 1, len(bands.strips))
    axes.set_yticks([i + HIGH / 2 for i in range(len(bands.strips))], list(map(plain, bands.strips)), fontsize=7)
    axes.xaxis.get_major_locator().set_params(integer=True)
    labelled(axes, bands.title, "steps done", bands.strips_are)
    place = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0)}
    legend = axes.legend(kinds, ["-"] * drawn, title=bands.values_are, frameon=False, fontsize=8, **place)
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set_text(plain(name))  # afterwards: a legend leaves out names that begin with _
