"""A learning coefficient as a short text that can be read without the theory."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from noisytm._layout import aligned, fits
from noisytm._text import shown_name
from noisytm.degeneracy import LeadingLaw, LearningCoefficient, PrecisionCertificate
from noisytm.degeneracy.certificate import Claim, FatalSyndrome
from noisytm.degeneracy.counting import loss_factor
from noisytm.degeneracy.oracle import Syndrome
from noisytm.geometry import CHARTS, AnyCoordinate, BitFace, Place, chart_at, weights
from noisytm.machine import Description, TuringMachine, Word
from noisytm.problem import SynthesisProblem
from noisytm.show.machines import transition_rows

Names = Sequence[AnyCoordinate]

SYNDROMES_SHOWN = 5
SAME_SIZE_SHOWN = 3
INPUTS_SHOWN = 8
OUTCOMES_SHOWN = 4
TIMES = {1: "", 2: " twice"}


@fits
def describe(result: LearningCoefficient) -> str:
    """Return the result as a table with its machine, its bounds and the most telling fatal syndromes.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, learning_coefficient, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> print(describe(learning_coefficient(problem, machine)).splitlines()[0])
    detectA: 3 symbols, 2 states, 6 listed tuples
    """
    machine, problem = result.machine, result.problem
    parts = [
        "\n".join([headline(machine), *problem_lines(problem), options_line(result), *free_lines(result)]),
        used_table(result),
        _chain(result),
    ]
    if result.certificate.dual:
        parts.append(_syndromes(result))
    else:
        parts.append(f"{CHARTS.named(result.chart).harmless}, so the learning coefficient is 0.")
    return "\n\n".join(parts)


@fits
def describe_law(law: LeadingLaw) -> str:
    """Return the law of E[nK] as text, with the machine and the most telling fatal syndromes.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, leading_law, library, words
    >>> machine = library.machine("detectA")
    >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
    >>> print(describe_law(leading_law(problem, machine, chart="softmax:gaussian=1")).splitlines()[11])
    no learning coefficient: E[nK] grows like c log n, c = 161/54 = 2.98148
    """
    machine, proof = law.machine, law.certificate
    if not proof.dual:
        harmless = "No error at all can lead to a wrong answer: there is nothing to grow."
        return "\n\n".join([headline(machine), used_table(law), harmless])
    chosen = telling(proof.dual, proof.coordinates)
    told = [f"  {in_words(row.syndrome, proof.coordinates)}" for row in chosen]
    return "\n\n".join(
        [
            "\n".join([headline(machine), *problem_lines(law.problem), options_line(proof)]),
            used_table(law),
            f"no learning coefficient: E[nK] grows like c {law.growth}, c = {_number(law.c)}",
            "\n".join(
                [
                    "The most telling ways to go wrong (errors that together lead to a wrong answer):",
                    *told,
                    f"Certified by {count(len(proof.dual), 'such syndrome')} and one cost assignment, found in"
                    f" {count(law.iterations, 'program')}; --json prints the certificate.",
                ]
            ),
        ]
    )


def headline(machine: Description) -> str:
    """Return the name and the size of a machine in words."""
    counts = (
        count(len(machine.symbols), "symbol"),
        count(len(machine.states), "state"),
        count(len(machine.tuples), "listed tuple"),
    )
    return f"{machine.name or 'machine'}: {', '.join(counts)}"


def count(n: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def problem_lines(problem: SynthesisProblem) -> list[str]:
    """Return the problem in words; the accepted outcomes too, if there are several for some input.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, library
    >>> machine = library.machine("detectA")
    >>> targets = {"A": ["accept", "reject"], "B": "reject"}
    >>> print(problem_lines(SynthesisProblem.of_machine(machine, ["A", "B"], 3, targets=targets))[-1])
    accepted: A -> anything; B -> reject
    >>> problem = SynthesisProblem.of_machine(machine, ["A"], 3, "tape:3", hamming=1)
    >>> print(problem_lines(problem)[-1])
    accepted, also with 1 wrong cell: A -> A__
    """
    inputs = [_in_letters(problem, word) for word in problem.inputs[:INPUTS_SHOWN]]
    more = len(problem.inputs) > INPUTS_SHOWN
    lines = [
        f"inputs: {len(problem.inputs)} ({', '.join(inputs)}{', …' if more else ''})",
        f"read after {count(problem.steps, 'step')}: {problem.readout.phrase}",
    ]
    if all(problem.sole_outcome(i) is not None for i in range(len(problem.inputs))):
        return lines
    near = f", also with {_up_to(problem.hamming, 'wrong cell')}" if problem.hamming else ""
    accepted = [f"{word} -> {_accepted(problem, i)}" for i, word in enumerate(inputs)]
    return [*lines, f"accepted{near}: {'; '.join(accepted)}{'; …' if more else ''}"]


def _up_to(n: int, noun: str) -> str:
    return f"{'up to ' if n > 1 else ''}{count(n, noun)}"


def _accepted(problem: SynthesisProblem, index: int) -> str:
    """Return the accepted outcomes of an input, as far as they fit on a line."""
    listed = problem.targets[index]
    if problem.accepts_everything(index):
        return "anything"
    shown = [_as_written(problem.readout.written(y, problem.space)) for y in listed]
    return " or ".join([*shown[:OUTCOMES_SHOWN], *(["…"] if len(shown) > OUTCOMES_SHOWN else [])])


def _in_letters(problem: SynthesisProblem, word: Word) -> str:
    single = all(len(s) == 1 for s in problem.space.symbols)
    return _as_written("".join(word) if single else word) or "(empty)"


def _as_written(names: str | Sequence[str]) -> str:
    return shown_name(names) if isinstance(names, str) else " ".join(map(shown_name, names))


def options_line(result: LearningCoefficient | Claim | PrecisionCertificate) -> str:
    """Return semantics, loss, chart and prior on a line."""
    keys = ", noisy keys" if result.problem.space.noisy_keys else ""
    return (
        f"semantics {result.semantics}, loss {result.loss}, chart {result.chart},"
        f" prior concentration {result.prior_concentration}{keys}"
    )


def free_lines(result: LearningCoefficient) -> list[str]:
    """Say which entries are free, and which digits stand for the others where they are not the standard ones."""
    face, lines = result.face, []
    if face.free:
        n, tuples = len(face.free), count(len(face.free_keys), "tuple")
        what = count(n, "binary digit") if isinstance(face, BitFace) else f"{n} wrong entr{'y' if n == 1 else 'ies'}"
        lines.append(f"free: {what} of {tuples}; the table shows one machine of this face")
    if isinstance(face, BitFace) and "digits" in face.to_json():
        lines.append("digits: " + "; ".join(" ".join(row) for row in face.digits))
    return lines


def used_table(result: LearningCoefficient | LeadingLaw) -> str:
    """Return which tuples are used: in the transition table, or in the list where keys err or are repeated."""
    machine, used = result.machine, set(result.used_tuples)
    if result.problem.space.by_number:
        return listing(machine, {i for i in used if isinstance(i, int)})
    return table(machine.machine(), {key for key in used if isinstance(key, tuple)})


def listing(machine: Description, used: set[int]) -> str:
    """Return a list of tuples, a row each, with ``*`` at those that act.

    Examples
    --------
    >>> rows = [("_", "a", "_", "a", "S"), ("_", "a", "_", "b", "S")]
    >>> print(listing(Description(["_"], "_", ["a", "b"], "a", rows), {1}))
      0  _ a -> _ a S
    * 1  _ a -> _ b S
    <BLANKLINE>
    * acts on these inputs: 1 of 2 tuples.
    """
    width = len(str(max(len(machine.tuples) - 1, 0)))
    rows = []
    for i, t in enumerate(machine.tuples):
        key, action = (" ".join(map(shown_name, part)) for part in (t[:2], t[2:]))
        rows.append(f"{'*' if i in used else ' '} {i:{width}}  {key} -> {action}")
    return "\n".join([*rows, "", f"* acts on these inputs: {len(used)} of {count(len(machine.tuples), 'tuple')}."])


def table(machine: TuringMachine, used: set[tuple[str, str]]) -> str:
    """Return the transition table, a row a state, with ``*`` at the used tuples.

    Examples
    --------
    >>> machine = TuringMachine(["_", "1"], "_", ["go", "end"], "go", [("_", "go", "1", "end", "R")])
    >>> print(table(machine, {("_", "go")}))
            _           1
    go    * 1 end R     -
    end     -           -
    <BLANKLINE>
    * used on these inputs: 1 of 1 tuple.
    """
    lines = transition_rows(machine, used)
    total = count(len(machine.tuples), "tuple")
    note = f"* used on these inputs: {len(used)} of {total}."
    if len(used) < len(machine.tuples):
        note += " Errors in the others alone do no harm."
    return "\n".join([*lines, "", note])


def _chain(result: LearningCoefficient) -> str:
    length, chain = result.description_length, result.bounds
    value = _number(result.value)
    rows = [
        (
            "description length",
            f"{count(length.used_tuples, 'tuple')}, {count(length.bits, 'bit')}",
            "used part of the code",
        ),
        ("", "", ""),
        ("errors fatal alone", str(chain.fatal_alone), _share(result)),
        ("<= learning coefficient", value, f"exact; multiplicity {result.multiplicity}"),
        ("<= used-tuple bound", str(chain.used_tuples), _at_used(result)),
        ("<= dimension", str(chain.dimension), f"all {_noun(result)}s of the listed tuples"),
    ]
    return "\n".join(aligned(rows, headed=False))


def _noun(result: LearningCoefficient) -> str:
    return CHARTS.named(result.chart).noun


def _share(result: LearningCoefficient) -> str:
    """Say what an error counts that is fatal alone."""
    factor = loss_factor(result.loss)
    if not isinstance(result.prior_concentration, Fraction):
        times = {Fraction(1): "", Fraction(1, 2): ", halved"}.get(factor, f", times {factor}")
        return f"each at the concentration of its distribution{times}"
    chart = chart_at(result.chart, result.problem.space, result.face)
    gains = set(weights(result.prior_concentration, chart)) or {Fraction(1)}
    if len(gains) > 1:
        return "each at the weight of its coordinate in the chart"
    unit = gains.pop() * factor / chart.exponent
    if unit == 1:
        return "each costs its full share"
    alone = count(int(result.bounds.fatal_alone / unit), "error")
    own = chart.exponent > 1 or unit != result.prior_concentration * factor
    return f"{alone}, each at {unit} for this loss{', prior and chart' if own else ' and prior'}"


def _at_used(result: LearningCoefficient) -> str:
    """Say how many coordinates are counted at the used tuples."""
    if result.face.is_code and result.used_tuples:
        used = set(result.used_tuples)
        each = sum(c.place in used for c in result.certificate.coordinates) // len(used)
        keys = ", and what keeps the others' keys apart" if result.problem.space.noisy_keys else ""
        return f"{count(each, _noun(result))} for each used tuple{keys}"
    return f"{_noun(result)}s of the used tuples that are not free"


def _number(value: Fraction) -> str:
    try:
        return str(value) if value.denominator == 1 else f"{value} = {float(value):.6g}"
    except OverflowError:
        return str(value)


def _syndromes(result: LearningCoefficient) -> str:
    names = result.certificate.coordinates
    chosen = telling(result.certificate.dual, names)
    exponent = CHARTS[result.chart].exponent
    lines = [f"  {in_words(row.syndrome, names, exponent)}" for row in chosen]
    took = "" if result.seconds is None else f" ({result.seconds:.2g} s)"
    return "\n".join(
        [
            "The most telling ways to go wrong (errors that together lead to a wrong answer):",
            *lines,
            f"Certified by {count(len(result.certificate.dual), 'such syndrome')} and one cost assignment,"
            f" found in {count(result.iterations, 'linear program')}{took};"
            " --json prints the certificate.",
        ]
    )


def telling(dual: Sequence[FatalSyndrome], names: Names) -> list[FatalSyndrome]:
    """Choose five syndromes: short and heavy ones first, at most three of one size, of different tuples if possible."""

    def tuples_of(row: FatalSyndrome) -> set[Place]:
        return {names[j].place for j, _ in row.syndrome}

    ordered = sorted(dual, key=lambda row: (size(row.syndrome), -row.weight, row.syndrome))
    chosen: list[FatalSyndrome] = []
    for of_new_tuples in (True, False):
        for row in ordered:
            same = [other for other in chosen if size(other.syndrome) == size(row.syndrome)]
            near = any(tuples_of(row) & tuples_of(other) for other in same)
            if row not in chosen and len(same) < SAME_SIZE_SHOWN and not (of_new_tuples and near):
                chosen.append(row)
    chosen += [row for row in ordered if row not in chosen]
    return sorted(chosen[:SYNDROMES_SHOWN], key=ordered.index)


def size(syndrome: Syndrome) -> int:
    """Return the weight of a syndrome: its degree in the chart's coordinates."""
    return sum(k for _, k in syndrome)


def in_words(syndrome: Sequence[tuple[int, int]], names: Names, exponent: int = 1) -> str:
    """Return the errors of a syndrome in words; ``exponent`` is the weight of a single one.

    Examples
    --------
    >>> from noisytm import Coordinate
    >>> in_words(((0, 2),), [Coordinate("B", "reject", "next", "accept")])
    '(B, reject) goes to accept twice'
    """
    times = [(names[j], k // exponent) for j, k in syndrome]
    return " and ".join(f"{name}{TIMES.get(k, f' {k} times')}" for name, k in times)
