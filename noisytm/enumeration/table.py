"""The table of a machine under search, on which the readable twins of the recognisers work."""

from __future__ import annotations

from collections.abc import Mapping

Cell = tuple[int, int]  # (state, symbol read)
Entry = tuple[int, int, int]  # (symbol written, move −1 or 1, next state)
Table = Mapping[Cell, Entry]
