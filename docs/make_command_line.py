"""Write the tables of docs/command-line.md from the registry of verbs: ``python docs/make_command_line.py``.

What stands outside the marks of the page is written by hand. A test compares the tables with what is committed.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_type_hints

from cyclopts import Parameter

from noisytm.cli import VERBS
from noisytm.cli._choices import choice_of, unwrapped
from noisytm.cli._hush import with_quiet

PAGE = Path(__file__).parent / "command-line.md"
NAMES_IN_PLACE = re.compile(r"\{\w+\}")


@dataclass(frozen=True)
class Option:
    """An option of a verb: its names, what it means, and its default as the table has it."""

    names: tuple[str, ...]
    meaning: str
    default: str


def options_of(verb: str) -> list[Option]:
    """Return the options of a verb in the order of its help."""
    call = with_quiet(VERBS[verb].call)
    hints, described = get_type_hints(call, include_extras=True), meanings(call.__doc__ or "")
    found = []
    for name, parameter in inspect.signature(call).parameters.items():
        if parameter.kind is not parameter.KEYWORD_ONLY:
            continue
        declared = Parameter.from_annotation(hints[name])[1]
        names = tuple(declared.name or [f"--{name.strip('_').replace('_', '-')}"])
        meaning = with_names(described.get(name) or declared.help or "", choice_of(hints[name]))
        found.append(Option(names, meaning, shown_default(parameter.default)))
    return found


def meanings(docstring: str) -> dict[str, str]:
    """Return what a docstring says of each parameter."""
    _, _, listed = unwrapped(docstring).partition("\nParameters\n----------\n")
    blocks = (block.partition("\n") for block in re.split(r"\n(?=\S)", listed) if block)
    return {head.partition(" : ")[0]: text.strip() for head, _, text in blocks}


def with_names(meaning: str, choice: Any) -> str:
    """Return a text with the names there are, as code, in the place of braces, or after it."""
    if choice is None:
        return meaning
    among = choice.among()
    names = ", ".join(name if choice.open and "'" in name else f"`{name}`" for name in among)
    return NAMES_IN_PLACE.sub(names, meaning) if isinstance(among, Mapping) else f"{meaning} ({names})"


def shown_default(value: Any) -> str:
    """Return the default of an option, or a mark that the verb has it."""
    if value in (None, False, ""):
        return "•"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def shared_options() -> str:
    """Return the options of several verbs: what each means, and in each verb its default, or that it has it."""
    table, several = by_name(), {name: verbs for name, verbs in by_name().items() if len(verbs) > 1}
    lines = [f"| option | {' | '.join(VERBS)} |", "| --- |" + " :-: |" * len(VERBS)]
    for name in several:
        cells = [table[name][verb].default if verb in table[name] else "" for verb in VERBS]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    for name, verbs in several.items():
        texts = {verb: option.meaning for verb, option in verbs.items()}
        if len(set(texts.values())) == 1:
            lines += ["", f"`{name}`: {texts.popitem()[1]}"]
        else:
            lines += ["", f"`{name}`:", "", *(f"- {verb}: {text}" for verb, text in texts.items())]
    return "\n".join(lines)


def own_options() -> str:
    """Return the options that only one verb has, verb by verb."""
    lines = []
    for verb in VERBS:
        own = [verbs[verb] for verbs in by_name().values() if list(verbs) == [verb]]
        if own:
            lines += [f"`noisytm {verb}`", "", *(f"- `{option.names[0]}`: {option.meaning}" for option in own), ""]
    return "\n".join(lines).rstrip()


def old_names() -> str:
    """Return the options that had other names."""
    rows = [f"| `{verb}` | `{old}` | `{new}` |" for verb in VERBS for old, new in VERBS[verb].renamed.items()]
    return "\n".join(["| verb | old name | name |", "| --- | --- | --- |", *rows])


def by_name() -> dict[str, dict[str, Option]]:
    """Return, for each option, what it is in the verbs that have it."""
    found: dict[str, dict[str, Option]] = {}
    for verb in VERBS:
        for option in options_of(verb):
            found.setdefault(option.names[0], {})[verb] = option
    return found


def made(page: str) -> str:
    """Return the page with its tables made anew."""
    for table in (shared_options, own_options, old_names):
        begin, end = f"<!-- {table.__name__} -->", f"<!-- end of {table.__name__} -->"
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = f"{before}{begin}\n\n{table()}\n\n{end}{after}"
    return page


def main() -> int:
    """Write the tables into the page."""
    PAGE.write_text(made(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
