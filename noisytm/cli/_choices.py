"""A verb as the parser is to see it: choices as the registries have them now, and help as wide as the terminal."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from cyclopts import Parameter

_PARAMETERS = "\n\nParameters\n----------\n"


@dataclass(frozen=True)
class OneOf:
    """Marks an argument that takes one of some names: ``Annotated[str, OneOf(names)]``, for one of a registry.

    Parameters
    ----------
    among : callable
        The names as they are when the command is called; or a mapping of the names to a line about each, which then
        stands in the help where it has the argument's name in braces.
    open : bool
        Whether they are forms rather than names: then they are listed in the help only, and the verb looks for itself.
    listed : bool
        Whether forms stand in the help by themselves too, as names do.
    """

    among: Callable[[], Iterable[str] | Mapping[str, str]]
    open: bool = False
    listed: bool = False


def with_choices(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Return a verb as the parser is to see it: each argument with `OneOf` as the choice among the names there are.

    Examples
    --------
    >>> def colour(it: Annotated[str, OneOf(lambda: {"red": "as blood", "blue": "as the sky"})] = "red") -> str:
    ...     '''Paint: {it}.'''
    ...     return it
    >>> chosen = with_choices(colour)
    >>> chosen.__annotations__["it"], chosen.__doc__, chosen("blue")
    (typing.Literal['red', 'blue'], 'Paint: red (as blood), blue (as the sky).', 'blue')
    """

    @functools.wraps(verb)
    def command(*arguments: Any, **options: Any) -> Any:
        return verb(*arguments, **options)

    hints, text = get_type_hints(verb, include_extras=True), verb.__doc__ or ""
    for name, hint in hints.items():
        mark = choice_of(hint)
        if mark is None:
            continue
        among, place = mark.among(), "{" + name + "}"
        hints[name] = hint if mark.open else _chosen(hint, tuple(among))
        if isinstance(among, Mapping):
            lines = ", ".join(f"{key} ({line})" for key, line in among.items())
            text = text.replace(place, lines)
            shared = Parameter.from_annotation(hint)[1]
            if place in (told := shared.help or ""):
                told = told.replace(place, lines) + (f" [choices: {', '.join(among)}]" if mark.listed else "")
                # With all that stands within: cyclopts before 5 forgets it where there is something outside.
                whole = Parameter.combine(shared, Parameter(help=told))
                hints[name] = Annotated[hints[name], whole]
    command.__annotations__, command.__doc__ = hints, unwrapped(text)
    return command


def unwrapped(text: str) -> str:
    r"""Return a docstring with each paragraph, and each text about a parameter, on one line.

    Examples
    --------
    >>> unwrapped("Walk on,\nand on.\n\nParameters\n----------\nfar\n    How far,\n    in steps.")
    'Walk on, and on.\n\nParameters\n----------\nfar\n    How far, in steps.'
    """
    head, title, parameters = inspect.cleandoc(text).partition(_PARAMETERS)
    blocks = (block.partition("\n") for block in re.split(r"\n(?=\S)", parameters))
    listed = (f"{name}\n    {' '.join(about.split())}" for name, _, about in blocks)
    return re.sub(r"(?<!\n)\n(?!\n)", " ", head) + title + ("\n".join(listed) if title else "")


def choice_of(hint: Any) -> OneOf | None:
    """Return the mark in an annotation, ``None`` if there is none."""
    return next(_marks(hint), None)


def _marks(hint: Any) -> Iterator[OneOf]:
    """Yield the marks in an annotation, however deep."""
    for part in get_args(hint) if get_origin(hint) is not Literal else ():
        if isinstance(part, OneOf):
            yield part
        yield from _marks(part)


def _chosen(hint: Any, names: tuple[str, ...]) -> Any:
    """Return an annotation with the choice among the names in the place of ``str``."""
    if hint is str:
        return Literal[names]
    if get_origin(hint) is Annotated:
        kind, *marks = get_args(hint)
        kept = [mark for mark in marks if not isinstance(mark, OneOf)]
        return Annotated[(_chosen(kind, names), *kept)] if kept else _chosen(kind, names)
    parts = [_chosen(part, names) for part in get_args(hint)]
    return functools.reduce(lambda a, b: a | b, parts) if parts else hint
