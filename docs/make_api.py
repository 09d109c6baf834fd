"""Write docs/api from the docstrings of what can be imported from noisytm: ``python docs/make_api.py``.

One page for each room of the house, and an index. A test compares the pages with what is committed.
"""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ForwardRef

import noisytm

FOLDER = Path(__file__).parent / "api"
MORE_ROOMS = ("library", "interop", "interop.torch")  # offered by a door of their own
# Classes that are given another library's base when they are asked for: what is described is what they are made of,
# which needs no other library.
MADE_OF = {"interop.torch.NoisyMachine": ("noisytm.interop.torch.machine", "Machine")}
WIDTH = 100
SECTION = re.compile(r"^(\S[^\n]*)\n-{3,}$", re.MULTILINE)
LISTS = {"Parameters", "Attributes", "Returns", "Raises", "Yields"}
PREAMBLE = "<!-- Made from the docstrings by docs/make_api.py; change those, and make it anew. -->\n"


def rooms() -> dict[str, dict[str, Any]]:
    """Return, for each room, the public names and what they stand for."""
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for name in noisytm.__all__:
        if name not in ("__version__", *MORE_ROOMS):
            thing = getattr(noisytm, name)
            found[source(thing).__module__.split(".")[1]][name] = thing
    for room in MORE_ROOMS:
        door = importlib.import_module(f"noisytm.{room}")
        names = getattr(door, "__all__", None) or sorted(own_functions(door))
        found[room] = {f"{room}.{name}": offered(door, f"{room}.{name}") for name in names}
    return dict(sorted(found.items()))


def offered(door: Any, name: str) -> Any:
    """Return what a door offers under a full name, or what that is made of."""
    if name not in MADE_OF:
        return getattr(door, name.rpartition(".")[2])
    module, made_of = MADE_OF[name]
    return getattr(importlib.import_module(module), made_of)


def own_functions(module: Any) -> list[str]:
    """Return the public functions and classes that are defined in a module."""
    return [k for k, v in vars(module).items() if k[0] != "_" and getattr(v, "__module__", "") == module.__name__]


def source(thing: Any) -> Any:
    """Return the Python function of a compiled one, and anything else as it is."""
    return getattr(thing, "py_func", thing)


def pages() -> dict[str, str]:
    """Return the text of every page by its file name."""
    found = rooms()
    texts = {f"{room}.md": page(room, things) for room, things in found.items()}
    return {"README.md": index(found), **texts}


def index(found: dict[str, dict[str, Any]]) -> str:
    """Return the page that lists all names with a line each."""
    lines = [PREAMBLE, "# API reference", ""]
    lines += ["All names are imported from `noisytm`; those with a dot from that part of it.", ""]
    for room, things in found.items():
        lines += [f"## [{room}]({room}.md)", "", first_line(importlib.import_module(f"noisytm.{room}")), ""]
        links = anchors(list(things))
        lines += [f"- [`{name}`]({room}.md#{links[name]}): {first_line(thing)}" for name, thing in things.items()]
        lines.append("")
    return "\n".join(lines)


def anchors(names: list[str]) -> dict[str, str]:
    """Return what the headings of a page are linked by; a name that differs in capitals only is numbered."""
    found: dict[str, str] = {}
    for name in names:
        link = re.sub(r"[^\w-]", "", name.lower())
        before = sum(re.fullmatch(rf"{re.escape(link)}(-\d+)?", other) is not None for other in found.values())
        found[name] = f"{link}-{before}" if before else link
    return found


def first_line(thing: Any) -> str:
    """Return the summary of a docstring."""
    return plain((inspect.getdoc(source(thing)) or "").partition("\n\n")[0].replace("\n", " "))


def page(room: str, things: dict[str, Any]) -> str:
    """Return the page of a room."""
    about = inspect.getdoc(importlib.import_module(f"noisytm.{room}")) or ""
    parts = [PREAMBLE, f"# {room}\n\n{plain(about)}\n"]
    parts += [part for name, thing in things.items() for part in entry(name, thing)]
    return "\n".join(parts)


def entry(name: str, thing: Any) -> Iterator[str]:
    """Yield the parts of a page about a function or a class with its members."""
    yield f"## {name}\n"
    yield described(name, source(thing))
    if inspect.isclass(thing):
        for member, value in members(thing):
            yield f"### {name}.{member}\n"
            yield described(f"{name.rpartition('.')[2]}.{member}", value)


def members(kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the public methods and properties that a class of noisytm defines and describes, bases last."""
    seen = set()
    for base in kind.__mro__:
        if not base.__module__.startswith("noisytm"):
            continue
        for name, value in vars(base).items():
            inner = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
            described_one = inspect.isfunction(inner) or isinstance(inner, property) or hasattr(inner, "func")
            if name[0] != "_" and name not in seen and described_one and inspect.getdoc(inner):
                seen.add(name)
                yield name, inner


def described(name: str, thing: Any) -> str:
    """Return signature and docstring as Markdown."""
    parts = []
    if inspect.isfunction(thing) or (inspect.isclass(thing) and not issubclass(thing, BaseException)):
        parts.append(f"```text\n{signature(name, thing)}\n```\n")
    elif isinstance(thing, property) or hasattr(thing, "func"):
        getter = thing.fget if isinstance(thing, property) else thing.func
        parts.append(f"```text\n{name}: {annotation(inspect.signature(getter).return_annotation)}\n```\n")
    return "\n".join([*parts, markdown(inspect.getdoc(thing) or "")])


def signature(name: str, thing: Any) -> str:
    """Return a signature on one line, or with a line for each parameter."""
    try:
        found = inspect.signature(thing)
    except ValueError:
        return name
    shown, star = [], False
    for parameter in found.parameters.values():
        if parameter.name in ("self", "cls", "_cls"):
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            star = True
        elif parameter.kind is parameter.KEYWORD_ONLY and not star:
            shown, star = [*shown, "*"], True
        shown.append(one_parameter(parameter))
    returned = "" if inspect.isclass(thing) else annotation(found.return_annotation)
    tail = f" -> {returned}" if returned else ""
    line = f"{name}({', '.join(shown)}){tail}"
    return line if len(line) <= WIDTH else f"{name}(\n" + "".join(f"    {p},\n" for p in shown) + f"){tail}"


def one_parameter(parameter: inspect.Parameter) -> str:
    """Return a parameter as it stands in a signature."""
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    kind = annotation(parameter.annotation)
    text = f"{stars}{parameter.name}" + (f": {kind}" if kind else "")
    if parameter.default is parameter.empty:
        return text
    default = repr(parameter.default)
    default = "…" if " at 0x" in default or default.startswith("<") else default
    return f"{text} = {default}" if kind else f"{text}={default}"


def annotation(kind: Any) -> str:
    """Return a type as it was written."""
    if kind is inspect.Parameter.empty:
        return ""
    if isinstance(kind, ForwardRef):
        return str(kind.__forward_arg__)
    return kind if isinstance(kind, str) else getattr(kind, "__name__", str(kind))


def markdown(text: str) -> str:
    """Return a docstring in NumPy style as Markdown."""
    head, *rest = SECTION.split(text)
    parts = [plain(head.strip())]
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        if title == "Examples":
            parts.append(f"```pycon\n{body.strip()}\n```")
        elif title in LISTS:
            parts.append(f"**{title}**\n\n" + "\n".join(items(body.strip("\n"), title)))
        else:
            parts.append(f"**{title}**\n\n{plain(inspect.cleandoc(body))}")
    return "\n\n".join(part for part in parts if part) + "\n"


def items(body: str, title: str) -> Iterator[str]:
    """Yield the items of a section: a line ``name : type``, and its description indented."""
    for block in re.split(r"\n(?=\S)", body):
        first, _, more = block.partition("\n")
        name, colon, kind = first.partition(" : ")
        named = f"`{name}`" if colon or title == "Raises" or re.fullmatch(r"[\w, *]+", name) else plain(name)
        about = plain(inspect.cleandoc(more)).replace("\n", "\n  ")
        yield f"- {named}" + (f" ({plain(kind)})" if colon else "") + (f": {about}" if about else "")


def plain(text: str) -> str:
    """Return text with the double marks of code as single ones."""
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def main() -> int:
    """Write the pages, and remove those of rooms that are no more."""
    texts = pages()
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
