"""YAML documents of bounded extent: how deep they are nested, and how large they are with all aliases written out.

The parser looks through all brackets that are open at each word, and goes one level deeper in Python's stack with each;
an alias in an alias in an alias makes a text of a few lines a value that no one can look through. So both are bounded
as the text is read, before there are any values.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ruamel.yaml.composer import Composer, ComposerError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.scanner import Scanner

# No file that is read here needs more than five levels.
MOST_LEVELS = 32
MOST_PARTS = 250_000


class Extent(NamedTuple):
    """How large a node is: its levels, a scalar having none, and all nodes in it, those of aliases each time."""

    levels: int
    parts: int


class BoundedScanner(Scanner):
    """Reads words and brackets as ruamel.yaml does, as far as brackets are not nested too deeply.

    It is ahead of the nodes, by a line or 1,024 characters of it.
    """

    def fetch_flow_collection_start(self, *given: Any, **options: Any) -> None:
        """Open a bracket."""
        if self.flow_level >= MOST_LEVELS:
            raise _too_deep(self.reader.get_mark())
        super().fetch_flow_collection_start(*given, **options)


class BoundedComposer(Composer):
    """Makes nodes as ruamel.yaml does, and refuses those that are nested too deeply or too large, as soon as they are.

    Examples
    --------
    >>> from noisytm._yaml import yaml_values
    >>> yaml_values("- " * 100_000)
    Traceback (most recent call last):
    noisytm.errors.FormatError: not YAML at line 1: it is nested more than 32 levels deep; no file needs more than a few
    """

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._open, self._extents = 0, dict[int, Extent]()

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Return the next node, or what an alias stands for."""
        mark, alias = self.parser.peek_event().start_mark, self.parser.check_event(AliasEvent)
        self._open += 1
        if self._open > MOST_LEVELS + 1:
            raise _too_deep(mark)
        node = super().compose_node(parent, index)
        self._open -= 1
        if not alias:
            self._extents[id(node)] = self._extent(node, mark)
        elif id(node) not in self._extents:
            raise ComposerError(None, None, "an alias stands in what it stands for; write the value out", mark)
        return node

    def _extent(self, node: Any, mark: Any) -> Extent:
        """Return the extent of a node, whose parts have one already."""
        if node.id == "scalar":
            return Extent(0, 1)
        pairs = node.id == "mapping"
        inside = [part for pair in node.value for part in pair] if pairs else node.value
        extents = [self._extents[id(part)] for part in inside]
        levels, parts = 1 + max((e.levels for e in extents), default=0), 1 + sum(e.parts for e in extents)
        if levels > MOST_LEVELS:
            raise _too_deep(mark)
        if parts > MOST_PARTS:
            raise ComposerError(
                None, None, f"with its aliases written out it has more than {MOST_PARTS:,} parts; use fewer", mark
            )
        return Extent(levels, parts)


def _too_deep(mark: Any) -> ComposerError:
    return ComposerError(
        None, None, f"it is nested more than {MOST_LEVELS} levels deep; no file needs more than a few", mark
    )
