"""What errors lead to: from which tuple to which the whole machine can pass, and after how many errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from noisytm import _clock
from noisytm._checks import count_of, instances, whole
from noisytm._partial import ENDED, carrying
from noisytm._summary import Described, Grid, Summary, count
from noisytm._text import shown_name
from noisytm.algebra import Costs
from noisytm.errors import BudgetError
from noisytm.geometry import chart_at, checked_chart, entry_values
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem
from noisytm.relaxation.semantics import Configuration, Effect, Stepper, effects

if TYPE_CHECKING:
    import networkx as nx

MAX_CONFIGURATIONS = 100_000

Key = tuple[str, str]  # (symbol, state)


@dataclass(frozen=True)
class ErrorGraph(Described):
    """The tuples and passages that a machine can come to with a few errors.

    Attributes
    ----------
    keys : tuple of (symbol, state)
        The listed tuples in order, each key once, then the unlisted ones that are reached, by symbol and state; there a
        machine rests, unless keys err.
    errors : mapping of (symbol, state) to int
        The least number of errors after which the machine can be at a tuple, before one of its steps, on some input;
        0 for the used tuples. Tuples that more than ``max_errors`` errors lead to have no entry.
    passages : mapping of ((symbol, state), (symbol, state)) to int
        The least number of errors, those of the passage included, for one step in which a tuple acts to lead from the
        first to the second.
    max_errors : int
        More errors were not followed.
    """

    keys: tuple[Key, ...]
    errors: dict[Key, int]
    passages: dict[tuple[Key, Key], int]
    max_errors: int

    @property
    def graph(self) -> nx.DiGraph:
        """A networkx graph: the nodes are ``keys``, with ``errors`` where known; the edges have ``errors``."""
        import networkx as nx

        graph = nx.DiGraph()
        for key in self.keys:
            graph.add_node(key, **({"errors": self.errors[key]} if key in self.errors else {}))
        for (tail, head), errors in self.passages.items():
            graph.add_edge(tail, head, errors=errors)
        return graph

    def within(self, errors: int) -> nx.DiGraph:
        """Return the part of `graph` that runs with at most so many errors see."""
        errors, graph = whole("errors", errors, 0), self.graph
        graph.remove_edges_from([passage for passage, n in self.passages.items() if n > errors])
        graph.remove_nodes_from([key for key in self.keys if self.errors.get(key, errors + 1) > errors])
        return graph

    def _summary(self) -> Summary:
        rows = ((shown_name(s), shown_name(q), self.errors.get((s, q), "more")) for s, q in self.keys)
        return Summary(
            f"{count(len(self.errors), 'tuple')} reached and {count(len(self.passages), 'passage')} between them with"
            f" at most {count(self.max_errors, 'error')}",
            grid=Grid(("symbol", "state", "errors before it"), rows, len(self.keys), "tuples"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the graph as a JSON object; ``errors`` is null where more than ``max_errors`` are needed."""
        return {
            "max_errors": self.max_errors,
            "tuples": [{"symbol": s, "state": q, "errors": self.errors.get((s, q))} for s, q in self.keys],
            "passages": [{"from": list(a), "to": list(b), "errors": n} for (a, b), n in self.passages.items()],
        }

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> ErrorGraph:
        """Build what `to_json` returned."""
        keys = {(row["symbol"], row["state"]): row["errors"] for row in record["tuples"]}
        passages = {(tuple(row["from"]), tuple(row["to"])): row["errors"] for row in record["passages"]}
        return cls(tuple(keys), {k: n for k, n in keys.items() if n is not None}, passages, record["max_errors"])


def error_graph(
    problem: SynthesisProblem,
    machine: Description,
    *,
    chart: str = "simplex",
    max_errors: int = 2,
    max_configurations: int = MAX_CONFIGURATIONS,
) -> ErrorGraph:
    """Find the tuples that a machine can come to with at most so many errors, and the passages between them.

    The noise is that of the machine itself, drawn anew at each use of a tuple (annealed). Where keys err all of them
    are drawn anew at each step, and the last tuple acts whose key is then that of the symbol and the state. The graph
    is one of these: any tuple may come to act there. Configurations are searched by number of errors and then by
    time; one that was met earlier after no more errors leads to nothing new.
    Cells that cannot be read any more are left out.

    Parameters
    ----------
    problem : SynthesisProblem
        Gives inputs and the number of steps.
    machine : TuringMachine or Description
        The machine, or the list of tuples.
    chart : {"simplex", "bits", "sphere"}, or a parametrisation
        What counts as one error: a wrong entry (simplex and sphere), or a flipped digit.
    max_errors : int
        The most errors to follow. From 3 on, in the simplex chart, every tuple is reached if the first step uses a
        tuple and there is a second.
    max_configurations : int
        The most configurations to look at.

    Returns
    -------
    ErrorGraph

    Raises
    ------
    ProblemError
        If an option is not as above.
    MachineError
        If the machine is not in the problem's code space.
    BudgetError
        If ``max_configurations`` is passed; ``partial`` is the graph for fewer errors, if one is complete.
    Interrupted
        On an interrupt from the keyboard, which it is, a `KeyboardInterrupt`; with the same ``partial``.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 1), steps=3)
    >>> found = error_graph(problem, machine)
    >>> found.errors[("A", "accept")], found.errors[("B", "accept")], found.passages[(("_", "reject"), ("B", "accept"))]
    (0, 1, 2)
    """
    instances(problem=(problem, SynthesisProblem), machine=(machine, Description))
    checked_chart(chart)
    problem.space.require(machine)
    most = count_of("max_errors", max_errors)
    max_configurations = count_of("max_configurations", max_configurations)
    search = _Search(problem, machine, chart, most)
    complete = None
    for errors in range(most + 1):
        try:
            search.follow(errors, max_configurations)
        except ENDED as error:
            reached = "" if complete is None else f"; complete up to {complete.max_errors} errors"
            raise carrying(error, complete, reached) from None
        if search.finished:
            break
        complete = search.result(errors)
    return search.result(most)


class _Search:
    """The search, one number of errors after the other."""

    def __init__(self, problem: SynthesisProblem, machine: Description, chart: str, max_errors: int) -> None:
        self._stepper, self._space, self._steps = Stepper(problem), problem.space, problem.steps
        self._listed = machine.keys
        exponent = chart_at(chart, problem.space, machine).exponent
        costs = Costs(exponent * max_errors)
        code = entry_values(costs, problem, machine, chart)
        values = [row[self._space.blocks[-3][1] :] for row in code]
        self._allowed: list[list[Effect]] = [
            [effect._replace(share=effect.share // exponent) for effect in effects(costs, problem.space, row)]
            for row in values
        ]
        self._keys = _ErringKeys(self._space, code, costs, exponent) if problem.space.noisy_keys else None
        # By number of errors, then by number of steps made.
        starts = dict.fromkeys(map(self._stepper.start, problem.inputs))
        self._pending: dict[int, dict[int, dict[Configuration, None]]] = {0: {0: starts}}
        self._max_errors = max_errors
        self._earliest: dict[Configuration, int] = {}
        self._errors: dict[Key, int] = {}
        self._passages: dict[tuple[Key, Key], int] = {}

    @property
    def finished(self) -> bool:
        """Whether no run is left to follow."""
        return not self._pending

    def follow(self, errors: int, max_configurations: int) -> None:
        """Follow all runs at this number of errors; what takes more waits."""
        pending = self._pending.get(errors, {})
        for made in range(self._steps):
            for configuration in pending.pop(made, {}):
                _clock.tick()
                if self._earliest.get(configuration, self._steps) <= made:
                    continue
                self._earliest[configuration] = made
                if len(self._earliest) > max_configurations:
                    raise BudgetError(
                        f"there are more than {max_configurations} configurations (max_configurations);"
                        " follow fewer errors or steps"
                    )
                self._errors.setdefault(self._key(configuration), errors)
                for more, after in self._next(configuration, made + 1):
                    total = errors + more
                    if total <= self._max_errors:
                        passage = self._key(configuration), self._key(after)
                        self._passages[passage] = min(self._passages.get(passage, total), total)
                        self._pending.setdefault(total, {}).setdefault(made + 1, {})[after] = None
        self._pending.pop(errors, None)

    def _next(self, configuration: Configuration, made: int) -> Iterator[tuple[int, Configuration]]:
        """Yield the configurations from which a further step is made, with the errors to get there."""
        if made == self._steps:
            return
        for at, errors in self._acting(configuration):
            for effect in self._allowed[at]:
                yield errors + effect.share, self._stepper.after(configuration, effect, self._steps - made)

    def _acting(self, configuration: Configuration) -> list[tuple[int, int]]:
        """Return the tuples that may act, with the errors of keys it takes.

        That none does leads to nothing new: what errs later may err at once.
        """
        if self._keys is not None:
            return self._keys.acting(configuration.symbol, configuration.state)
        at = self._stepper.tuple_at(configuration)
        return [] if at is None else [(at, 0)]

    def _key(self, configuration: Configuration) -> Key:
        return self._space.symbols[configuration.symbol], self._space.states[configuration.state]

    def result(self, max_errors: int) -> ErrorGraph:
        """Return what is known once every run with so many errors was followed."""
        listed = tuple(dict.fromkeys(self._listed))
        table = [(s, q) for s in self._space.symbols for q in self._space.states]
        keys = (*listed, *(key for key in table if key in self._errors and key not in set(listed)))
        place = {key: i for i, key in enumerate(keys)}
        passages = {passage: n for passage, n in self._passages.items() if n <= max_errors}
        ordered = sorted(passages, key=lambda passage: (place[passage[0]], place[passage[1]]))
        return ErrorGraph(
            keys,
            {key: self._errors[key] for key in keys if key in self._errors},
            {passage: passages[passage] for passage in ordered},
            max_errors,
        )


class _ErringKeys:
    """Which tuples of a list may act at a symbol and state, and how many errors of keys each takes."""

    def __init__(self, space: Any, code: list[list[Any]], costs: Costs, exponent: int) -> None:
        self._space, self._code, self._costs, self._exponent = space, code, costs, exponent
        self._known: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def acting(self, symbol: int, state: int) -> list[tuple[int, int]]:
        """Return the tuples, the last first, each with the fewest errors with which it is the last to match."""
        if (symbol, state) not in self._known:
            found, others = [], self._costs.one
            for i in reversed(range(len(self._code))):
                match, none = self._matches(self._code[i], symbol, state)
                errors = self._costs.times(others, match)
                if self._costs.size(errors):
                    found.append((i, errors // self._exponent))
                others = self._costs.times(others, none)
            self._known[symbol, state] = found
        return self._known[symbol, state]

    def _matches(self, row: list[Any], symbol: int, state: int) -> tuple[Any, Any]:
        """Return what it takes that a tuple matches, and that it does not."""
        s, here = len(self._space.symbols), (symbol, state)
        pairs = {
            (read, within): self._costs.times(row[read], row[s + k])
            for read in range(s)
            for k, within in enumerate(self._space.named_states)
        }
        match = pairs.pop(here, self._costs.zero)
        return match, self._costs.sum(pairs.values())
