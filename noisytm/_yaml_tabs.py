"""Tabs that separate in a YAML text, as spaces: YAML allows them, the parser does not know them.

A tab that indents, or that is part of a name or a quoted text, stays as it is, and is for the parser to refuse or keep.
"""

from __future__ import annotations

import re

_BLOCK_SCALAR = re.compile(r"(?:^|[\s:?-])[|>][0-9+-]*\s*(?:\s#.*)?$")
_VERSION = re.compile(r"^(%YAML[ \t]+1\.)\d+", re.MULTILINE)
_COMMENT_OR_END = re.compile(r"#|\r?$")
_COLON = re.compile(r":(?:\s|$)")
_PROPERTY = re.compile(r"(?:^|\s)[!&*]\S*$")


def separated_by_spaces(text: str) -> str:
    r"""Return a YAML text with separating tabs as spaces, and the directive of a later version 1 as that of 1.2.

    Examples
    --------
    >>> separated_by_spaces("a:\t{b:\tc}\t# d")
    'a: {b: c} # d'
    >>> separated_by_spaces("a:\n\tb: 'c\td'")
    "a:\n\tb: 'c\td'"
    """
    if "%YAML" in text:
        text = _VERSION.sub(lambda found: f"{found[1]}{min(int(found[0][len(found[1]) :][:4]), 2)}", text)
    if "\t" not in text:
        return text
    scanner = _Scanner()
    return "\n".join(map(scanner.line, text.split("\n")))


class _Scanner:
    """Goes through the lines, and knows where a quoted text, a block of text or brackets are open."""

    def __init__(self) -> None:
        self.quote = ""
        self.depth = 0
        self.block: int | None = None  # the indentation above which lines are text

    def line(self, line: str) -> str:
        indent = len(line) - len(line.lstrip(" "))
        if self.block is not None:
            if not line.strip() or indent > self.block:
                return line
            self.block = None
        if not self.quote and not line.strip():
            return ""
        done, place = [], 0
        while place < len(line):
            if self.quote:
                end = self._end_of_quote(line, place)
                done.append(line[place:end])
                place = end
                continue
            end = self._next(line, place)
            done.append(line[place:end])
            if end < len(line) and line[end] in " \t":
                stop = end
                while stop < len(line) and line[stop] in " \t":
                    stop += 1
                run = line[end:stop]
                done.append(" " * len(run) if self._separates(line, end, stop) else run)
                if line[stop : stop + 1] == "#":
                    done.append(line[stop:])
                    break
                end = stop
            elif end < len(line):
                self._indicator(line, end)
                done.append(line[end])
                end += 1
            place = end
        joined = "".join(done)
        if not self.quote and not self.depth and _BLOCK_SCALAR.search(joined):
            self.block = indent
        return joined

    def _next(self, line: str, place: int) -> int:
        """Return the next place of white space, a quote that opens, or a bracket."""
        while place < len(line) and line[place] not in " \t'\"[]{}":
            place += 1
        return place

    def _indicator(self, line: str, place: int) -> None:
        before, letter = line[:place].rstrip(" \t"), line[place]
        if letter in "'\"":
            # elsewhere it is a character of a name
            if not before or before[-1] in "[{,:?-" or _PROPERTY.search(before):
                self.quote = letter
        elif letter in "[{":
            self.depth += self.depth > 0 or not before or before[-1] in ":?-" or bool(_PROPERTY.search(before))
        elif self.depth:
            self.depth -= 1

    def _end_of_quote(self, line: str, place: int) -> int:
        while place < len(line):
            if line[place] == "\\" and self.quote == '"':
                place += 2
                continue
            if line[place] == self.quote:
                if self.quote == "'" and line[place + 1 : place + 2] == "'":
                    place += 2
                    continue
                self.quote = ""
                return place + 1
            place += 1
        return len(line)

    def _separates(self, line: str, start: int, stop: int) -> bool:
        before, after = line[:start], line[stop:]
        if _COMMENT_OR_END.match(after):
            return True
        if not before:  # it indents, unless brackets are open
            return self.depth > 0
        flow = self.depth > 0
        if _COLON.match(after) or (flow and after[0] in ",]}"):
            return True
        if before[-1] in ":'\"]}" or (flow and before[-1] in ",[{") or before in ("---", "..."):
            return True
        return before.strip() in ("-", "?") or bool(_PROPERTY.search(before))
