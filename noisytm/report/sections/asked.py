"""What was asked, and of which machines: inputs with accepted outcomes, the table, the transition graph, the runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from noisytm._summary import count
from noisytm._text import shown_name
from noisytm.discrete import used_tuples
from noisytm.errors import NoisytmError
from noisytm.machine import Description, TuringMachine
from noisytm.problem import SynthesisProblem
from noisytm.report.markup import Content, Download, Html, facts, joined, long_table, name, table, tag
from noisytm.report.pictures import figure, run_picture, transition_graph
from noisytm.report.sections.saved_results import Subject
from noisytm.show import space_time

MOST_RUNS, MOST_ROWS, MOST_COLUMNS = 4, 40, 30
Keys = Collection[tuple[str, str]]


def asked_section(subjects: Sequence[Subject]) -> Iterator[Html]:
    """Yield what was asked: every problem with its inputs and accepted outcomes."""
    for subject in subjects:
        if (problem := subject.problem) is None:
            continue
        space = problem.space
        symbols = [space.blank, *(s for s in space.symbols if s != space.blank)]
        states = [space.start, *(q for q in space.states if q != space.start)]
        yield tag("h3", "The problem ", subject.name, f" of {subject.label}" if subject.machine else "")
        yield facts(
            "What is asked of a code",
            [
                ("read after", count(problem.steps, "step")),
                ("what is read", problem.readout.phrase),
                ("wrong cells that are tolerated", str(problem.hamming)),
                (
                    "symbols, the blank first named",
                    _listed(symbols),
                ),
                (
                    "states, the start first named",
                    _listed(states),
                ),
                ("keys", "noisy" if space.noisy_keys else "exact"),
                ("dimension of the code space", f"{space.dimension:,}"),
            ],
        )
        rows = [
            [word_of(problem, i), _accepted(problem, i), str(problem.weights[i])] for i in range(len(problem.inputs))
        ]
        yield long_table(
            "Inputs with the outcomes that are accepted", ["input", "accepted", "weight"], rows, "inputs", 64
        )
        if subject.machine is not None or not space.by_number:
            record = problem.to_json(subject.machine)
            yield tag("p", Download.of(subject.name, record).link("Save the problem, to ask it again"))


def machine_section(subjects: Sequence[Subject]) -> Iterator[Html]:
    """Yield every machine once: as a table, and as its transition graph."""
    seen: set[str] = set()
    for i, subject in enumerate(subjects):
        if (machine := subject.machine) is None or machine.key in seen:
            continue
        seen.add(machine.key)
        used = used_of(machine, subject.problem)
        sizes = ", ".join(
            count(len(part), what)
            for part, what in ((machine.symbols, "symbol"), (machine.states, "state"), (machine.tuples, "listed tuple"))
        )
        yield tag("h3", name(subject.label))
        yield tag("p", f"{sizes}; key ", tag("code", machine.key), ".")
        if machine.repeats:
            yield listing(machine)
            continue
        whole = machine.machine()
        yield transition_table(whole, used)
        drawn = transition_graph(whole, used, f"graph-{i + 1}")
        if drawn is None:
            yield tag("p", f"The graph of {len(machine.states)} states is not drawn; the table has all of it.")
        else:
            yield figure(drawn, ["Transition graph of ", name(subject.label), ": read → write move."])


def transition_table(machine: TuringMachine, used: Keys, apart: Keys = ()) -> Html:
    """Return the table of a machine, a row a state; used cells have a dot, those that differ from others' a mark."""
    cells = {(t.read, t.state): t for t in machine.tuples}
    rows = []
    for state in machine.states:
        row: list[Content] = [_state(machine, state)]
        for symbol in machine.symbols:
            t = cells.get((symbol, state))
            marks = ("● " if (symbol, state) in used else "") + ("≠ " if (symbol, state) in apart else "")
            row.append(
                "–" if t is None else [marks, name(shown_name(t.write)), " ", name(shown_name(t.next)), f" {t.move}"]
            )
        rows.append(row)
    heads: list[Content] = ["state", *(["reads ", name(shown_name(s))] for s in machine.symbols)]
    key = ": write, next state, move; ● used by the runs on the inputs, – not listed"
    return table(["Transition table of ", name(machine.name or "the machine"), key], heads, rows, "machine")


def listing(machine: Description) -> Html:
    """Return a list of tuples that repeats keys as a table."""
    rows = [[str(i), *(name(shown_name(part)) for part in t)] for i, t in enumerate(machine.tuples)]
    return table(
        "The listed tuples; of those with the same key the last wins",
        ["number", "reads", "in", "writes", "goes to", "moves"],
        rows,
    )


def run_section(subjects: Sequence[Subject]) -> Iterator[Html]:
    """Yield the runs of each machine on the first inputs of its problem, as pictures."""
    for i, subject in enumerate(subjects):
        machine, problem = subject.machine, subject.problem
        if machine is None or problem is None or problem.steps >= MOST_ROWS:
            continue
        whole = machine.machine()
        drawn: list[Html] = []
        for j in _chosen(problem):
            diagram = space_time(
                whole, problem.inputs[j], problem.steps, rows=MOST_ROWS, columns=MOST_COLUMNS, view="head"
            )
            word = word_of(problem, j)
            title = f"Run of {subject.label} on {word}"
            drawn.append(figure(run_picture(diagram, title, f"run-{i + 1}-{j + 1}"), ["on ", name(word)]))
        yield tag("h3", "Runs of ", name(subject.label), " on inputs of ", subject.name)
        yield tag("p", f"{len(drawn)} of {count(len(problem.inputs), 'input')}, the longest; without any error.")
        yield tag("div", drawn, class_="row")


def used_of(machine: Description, problem: SynthesisProblem | None) -> set[tuple[str, str]]:
    """Return the keys that the runs on a problem's inputs use; none where there is no problem, or it takes too long."""
    if problem is None:
        return set()
    try:
        return set(used_tuples(machine.machine(), problem.inputs, problem.steps))
    except NoisytmError:
        return set()


def word_of(problem: SynthesisProblem, index: int) -> str:
    """Return an input as it is written."""
    word = problem.inputs[index]
    if not word:
        return "(the empty word)"
    return "".join(word) if all(len(s) == 1 for s in problem.space.symbols) else " ".join(map(shown_name, word))


def _chosen(problem: SynthesisProblem) -> list[int]:
    order = sorted(range(len(problem.inputs)), key=lambda i: (-len(problem.inputs[i]), i))
    return sorted(order[:MOST_RUNS])


def _accepted(problem: SynthesisProblem, index: int) -> Html:
    if problem.accepts_everything(index):
        return tag("em", "anything")
    texts: list[Any] = [problem.readout.written(y, problem.space) for y in problem.targets[index][:12]]
    told = [t if isinstance(t, str) else " ".join(map(shown_name, t)) for t in texts]
    more = " or …" if len(problem.targets[index]) > len(texts) else ""
    return joined([[" or " if i else "", name(text)] for i, text in enumerate(told)] + [more])


def _listed(names: Sequence[str]) -> Html:
    return joined([[", " if i else "", name(shown_name(x))] for i, x in enumerate(names)])


def _state(machine: TuringMachine, state: str) -> Html:
    said = [word for word, is_so in (("start", state == machine.start), ("halts", state in machine.halting)) if is_so]
    return joined([name(shown_name(state)), f" ({', '.join(said)})" if said else ""])
