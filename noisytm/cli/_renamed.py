"""Options that were renamed: the old names work for a version, and what the new ones are is said."""

from __future__ import annotations

from noisytm.cli.registry import VERBS


def with_new_names(arguments: list[str]) -> tuple[list[str], str]:
    """Return arguments with the old names of options replaced, and a line to say of them, empty if there are none.

    Examples
    --------
    >>> with_new_names(["run", "parity", "--input=11"])
    (['run', 'parity', '--word=11'], '--input is now --word; old names go with the next version')
    """
    verb = next((VERBS[name] for name in arguments[:1] if name in VERBS), None)
    if verb is None:
        return arguments, ""
    found: dict[str, str] = {}
    given = []
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if name in verb.renamed:
            found[name] = verb.renamed[name]
        given.append(f"{verb.renamed.get(name, name)}{equals}{value}")
    changed = ", ".join(f"{old} is now {new}" for old, new in found.items())
    return given, f"{changed}; old names go with the next version" if changed else ""
