"""Where results come from, and the commands that make them again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from noisytm._digits import integer_text
from noisytm._json import dumps
from noisytm.machine import COMPACT
from noisytm.report.markup import Content, Html, name, table, tag
from noisytm.report.sections.saved_results import Saved, Subject, subject_for

MOST = 4000  # characters of options
PLAIN = ("semantics", "loss", "chart")
# Of a record's options, those of the verb that have another name there, or are left out where they say nothing.
POSTERIOR = ("n", "particles", "replicas", "sweeps", "bits", "localisation")


def provenance_section(saved: Sequence[Saved]) -> Iterator[Html]:
    """Yield where each result comes from."""
    rows: list[list[Content]] = []
    for one in saved:
        seconds = one.record.get("seconds")
        rows.append(
            [
                one.name,
                name(one.file) if one.file else "–",
                str(one.record.get("version", "–")),
                "–" if seconds is None else f"{float(seconds):.3g} s",
                "–" if one.record.get("seed") is None else str(one.record["seed"]),
                dumps(one.record.get("options") or {})[:MOST],
            ]
        )
    yield table(
        "The results on this page", ["result", "file", "noisytm", "took", "seed", "options that decide it"], rows
    )
    digests: list[list[Content]] = [
        [one.name, tag("code", one.digest or "–"), _key(one, "machine_key"), _key(one, "problem_key")] for one in saved
    ]
    yield table("SHA-256 of the files, and of what they are about", ["result", "file", "machine", "problem"], digests)


def command_section(saved: Sequence[Saved], subjects: Sequence[Subject]) -> Iterator[Html]:
    """Yield the commands that make each result again, from the problems that this page saves."""
    yield tag("p", "With the problems and machines of this page saved beside each other, these commands make it again:")
    lines, without = [], []
    for one in saved:
        command = command_of(one, subject_for(subjects, one.result))
        if command is None:
            without.append(one.name)
        else:
            lines.append(f"{shlex.join(command)} > {one.name}.json")
    lines.append(shlex.join(["noisytm", "report", *(f"{one.name}.json" for one in saved), "--output", "report.html"]))
    yield tag("pre", tag("code", "\n".join(lines)), tabindex="0", role="region", aria_label="Commands")
    if without:
        told = ", ".join(without)
        yield tag("p", f"Made in Python, or by a command whose options are in the table above: {told}.", class_="note")


def command_of(saved: Saved, subject: Subject | None) -> list[str] | None:
    """Return the command that makes a result again, as its words; ``None`` where it cannot be told.

    Examples
    --------
    >>> from noisytm import library, run
    >>> from noisytm.report.sections import of_results
    >>> command_of(of_results([run(library.machine("bb2"))])[0], None)
    ['noisytm', 'run', '{"noisytm":"machine/1","name":"bb2","symbols":["0","1"],"blank":"0","states":["A","B","Z"],\
"start":"A","halting":["Z"],"undefined":"stop","tuples":[["0","A","1","B","R"],["0","B","1","A","L"],\
["1","A","1","B","L"],["1","B","1","Z","R"]]}', '--word', '', '--max-steps', '1000000000', '--json']
    """
    options = saved.record.get("options") or {}
    if saved.kind == "run":
        return _run(saved, options)
    if subject is None or subject.problem is None:
        return None
    makes = MAKES.get(saved.kind)
    return None if makes is None else makes(saved, options, f"{subject.name}.json")


def _run(saved: Saved, options: dict[str, Any]) -> list[str] | None:
    word, machine = options.get("word"), saved.result.configuration.machine
    if word is None or options.get("method") not in (None, "auto"):
        return None
    if not isinstance(word, str) and any("," in symbol or " " in symbol for symbol in word):
        return None
    text = word if isinstance(word, str) else " ".join(word)
    steps = integer_text((saved.result.options or {}).get("max_steps", saved.result.steps))
    return ["noisytm", "run", COMPACT.encode(machine.to_json()), "--word", text, "--max-steps", steps, "--json"]


def _common(options: dict[str, Any], names: Sequence[str] = PLAIN) -> list[str] | None:
    words = []
    for option in names:
        if options.get(option) is not None:
            words += [f"--{option.replace('_', '-')}", str(options[option])]
    prior = options.get("prior_concentration", "1")
    if isinstance(prior, list):
        prior = _groups(prior)
    if prior is None:
        return None
    return words + ([] if prior == "1" else ["--prior-concentration", prior])


def _groups(prior: list[Any]) -> str | None:
    """Return concentrations by group as the option has them; ``None`` if a name in one would be read otherwise."""
    written = []
    for group in prior:
        key = [str(group[part]) for part in ("tuple", "symbol", "state", "kind") if part in group]
        if any(mark in part for part in key for mark in ":=,"):
            return None
        written.append(f"{':'.join(key)}={group['concentration']}")
    return ",".join(written)


def _bound(saved: Saved, options: dict[str, Any], problem: str) -> list[str] | None:
    common, record = _common(options), saved.record.get("bound", saved.record)
    if common is None or "free" in record or "digits" in record:  # a face, of which no command is told
        return None
    more = {"survey": ["--survey"], "explanation": ["--explain"]}.get(saved.kind, [])
    if "padding" in record:
        lines = saved.result.padding if saved.kind == "survey" else saved.result.lines
        if not lines and saved.kind == "padding":
            return None
        more = [*more, *(["--padding", str(max(line.p for line in lines))] if lines else [])]
    more = [*more, *(["--precision"] if "precision" in record else [])]
    return ["noisytm", "bound", "--problem", problem, *common, *more, "--json"]


def _compare(saved: Saved, options: dict[str, Any], problem: str) -> list[str] | None:
    common, kinds = _common(options, ("loss", "chart")), {row.semantics for row in saved.result.rows}
    if common is None:
        return None
    only = ["--semantics", kinds.pop()] if len(kinds) == 1 else []
    machines = [COMPACT.encode(machine.to_json()) for machine in saved.result.machines]
    return ["noisytm", "compare", *machines, "--problem", problem, *only, *common, "--json"]


def _syndromes(saved: Saved, options: dict[str, Any], problem: str) -> list[str] | None:
    common, weight = _common(options, ("semantics", "chart")), options.get("max_weight")
    if common is None or weight is None:
        return None
    return ["noisytm", "syndromes", "--problem", problem, *common, "--max-weight", str(weight), "--json"]


def _posterior(saved: Saved, options: dict[str, Any], problem: str) -> list[str] | None:
    common = _common(options)
    if common is None:
        return None
    words = ["--local"] if options.get("local") else []
    for option in POSTERIOR:
        if options.get(option) is not None:
            words += [f"--{option}", f"{options[option]:g}" if option == "n" else str(options[option])]
    seed = ["--seed", str(saved.record["seed"])] if saved.record.get("seed") is not None else []
    return ["noisytm", "posterior", "--problem", problem, *common, *words, *seed, "--json"]


def _search(saved: Saved, options: dict[str, Any], problem: str) -> list[str] | None:
    words = ["--space", str(options["space"])] if options.get("space") not in (None, "full") else []
    if options.get("max_tuples") is not None:
        words += ["--max-tuples", str(options["max_tuples"])]
    if "lower_bound" not in saved.record:
        return ["noisytm", "search", "--problem", problem, "--count-only", *words, "--json"]
    common = _common(options)
    if common is None:
        return None
    words += ["--optimal"] if "optimal" in saved.record else []
    words += ["--precision"] if "precision" in saved.record else []
    words += ["--repeat"] if options.get("repeat") else []
    words += ["--keys", "noisy"] if options.get("keys") == "noisy" else []
    return ["noisytm", "search", "--problem", problem, *common, *words, "--json"]


def _atlas(saved: Saved, options: dict[str, Any], problem: str) -> list[str] | None:
    common, sample = _common(options), options.get("sample")
    if common is None:
        return None
    drawn = ["--all"] if sample is None else ["--sample", str(sample), "--seed", str(saved.record.get("seed") or 0)]
    return ["noisytm", "atlas", "--problem", problem, *common, *drawn, "--json"]


MAKES = {
    "bound": _bound,
    "explanation": _bound,
    "compare": _compare,
    "survey": _bound,
    "padding": _bound,
    "syndromes": _syndromes,
    "posterior": _posterior,
    "search": _search,
    "atlas": _atlas,
}


def _key(saved: Saved, entry: str) -> Html:
    return tag("code", str(saved.record.get(entry) or "–"))
