"""Write what the commands and the Python of docs/guide print into its pages: ``python docs/make_guide.py [PAGE...]``.

Pages are written by hand but for that: below each command of a ``console`` block stands what it prints, and so it is
in ``pycon`` blocks. Numbers of seconds are left out. A test compares what is printed with what is committed; of blocks
that are called ``console sampled`` only lines without numbers: other processors round otherwise, and so draw others.
"""

from __future__ import annotations

import codeop
import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

GUIDE = Path(__file__).parent / "guide"
BLOCK = re.compile(r"^```(console|console sampled|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAVED = re.compile(r"[Ss]ave this as `([\w.-]+)`:\n\n```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
EFFORT = re.compile(r"^(work|tree|Certified|attained)\b.*", re.MULTILINE)  # numbers that say how, not what
SECONDS = re.compile(r"\b[\d,.]+ s\b")


def pages() -> list[Path]:
    """Return the pages, in their order."""
    return sorted(GUIDE.glob("*.md"))


def filled(text: str) -> str:
    """Return a page with what its code prints, run in the current folder from the top to the end."""
    names: dict[str, Any] = {"__name__": "guide"}
    for name, content in SAVED.findall(text):
        Path(name).write_text(content, encoding="utf-8")

    def run(block: re.Match[str]) -> str:
        lines = statements(block[2], names) if block[1] == "pycon" else commands(block[2])
        return f"```{block[1]}\n{''.join(lines)}```"

    return BLOCK.sub(run, text)


def comparable(text: str) -> str:
    """Return what of a page is the same wherever it is made."""
    text = EFFORT.sub(lambda line: re.sub(r"\d", "#", line[0]), text)

    def without_numbers(block: re.Match[str]) -> str:
        kept = [line for line in block[2].splitlines(True) if line.startswith("$ ") or not re.search(r"\d", line)]
        return "".join(kept) if block[1] == "console sampled" else block[0]

    return BLOCK.sub(without_numbers, text)


def commands(block: str) -> Iterator[str]:
    """Yield the lines of a block of the shell: noisytm and what it prints, ``> FILE``, ``| noisytm``, ``| head -N``."""
    from noisytm.cli import main

    for line in re.findall(r"^\$ .*(?:\\\n.*)*\n", block, re.MULTILINE):
        yield line
        words, given = shlex.split(line[2:], comments=True), ""
        target = words[words.index(">") + 1] if ">" in words else None
        for part in " ".join(map(shlex.quote, words[: words.index(">")] if target else words)).split(" '|' "):
            program, *arguments = shlex.split(part)
            if program in ("head", "tail"):
                given = cut(given, program, int(arguments[0].removeprefix("-")))
                continue
            if program != "noisytm":
                raise SystemExit(f"{line.strip()}: only commands of noisytm are run")
            code, given, said = captured(main, arguments, given)
            if code:
                yield said
        if target:
            Path(target).write_text(given, encoding="utf-8")
        else:
            yield timeless(given)


def cut(text: str, program: str, count: int) -> str:
    """Return the first lines of a text, or the last."""
    lines = text.splitlines(keepends=True)
    return "".join(lines[:count] if program == "head" else lines[-count:])


def captured(main: Callable[[list[str]], int], arguments: list[str], given: str) -> tuple[int, str, str]:
    """Return a command's exit code, what it prints, and what it says of errors."""
    out, err = Printed(), io.StringIO()
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(arguments)
            out.flush()
    finally:
        sys.stdin = before
    return code, out.buffer.getvalue().decode(), err.getvalue()  # type: ignore[attr-defined]


class Printed(io.TextIOWrapper):
    """Text that is printed, kept as bytes."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", write_through=True)


def statements(block: str, names: dict[str, Any]) -> Iterator[str]:
    """Yield statements of Python and what each prints."""
    for shown in re.findall(r"^>>> .*\n(?:\.\.\. ?.*\n)*", block, re.MULTILINE):
        yield shown
        source = re.sub(r"^(>>>|\.\.\.) ?", "", shown, flags=re.MULTILINE)
        code = codeop.compile_command(source, symbol="single")
        if code is None:
            raise SystemExit(f"{source!r} is no whole statement")
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(code, names)
        yield timeless(out.getvalue())


def timeless(text: str) -> str:
    """Return a text without times, without blanks at ends of lines, and without empty lines at its end."""
    lines = (line.rstrip() for line in SECONDS.sub("… s", text).rstrip().splitlines())
    return "".join(f"{line}\n" for line in lines)


def main(names: list[str]) -> None:
    """Fill the pages of these names, or all."""
    if unknown := set(names) - {page.stem for page in pages()}:
        raise SystemExit(
            f"{', '.join(sorted(unknown))}: no page of docs/guide; there are {', '.join(p.stem for p in pages())}"
        )
    for page in pages():
        if names and page.stem not in names:
            continue
        before = Path.cwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                text = filled(page.read_text(encoding="utf-8"))
            finally:
                os.chdir(before)
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
