"""The best code of a search beside a known one, as text: what each tuple costs in both, and what breaks them."""

from __future__ import annotations

from collections.abc import Iterator

from noisytm._layout import aligned, fits
from noisytm._text import shown_name
from noisytm.degeneracy.explanation import BRANCHES, Cell
from noisytm.search import Contrast
from noisytm.show.explanations.coefficients import breaking_rows


@fits
def describe_contrast(found: Contrast) -> str:
    r"""Return both codes side by side.

    Examples
    --------
    >>> from noisytm import SynthesisProblem, TuringMachine, global_learning_coefficient
    >>> from noisytm.search import contrast
    >>> rows = [("_", "a", "_", "b", "S"), ("_", "b", "_", "b", "S")]
    >>> machine = TuringMachine(["_"], "_", ["a", "b"], "a", rows, name="stays")
    >>> problem = SynthesisProblem.of_machine(machine, [""], 2)
    >>> text = describe_contrast(contrast(global_learning_coefficient(problem), machine))
    >>> print(text.split("\n\n")[0].splitlines()[0])
    The best code beside stays: the same least λ, 3/2.
    """
    name, saved = _name(found), found.saved
    values = found.found.result.value, found.given.result.value
    if saved == 0:
        first = f"The best code beside {name}: the same least λ, {values[0]}."
    else:
        less = f"{abs(saved)} {'less' if saved > 0 else 'more, of other tuples listed'}"
        first = f"The best code beside {name}: λ = {values[0]} and {values[1]}, {less}."
    parts = [
        "\n".join([first, *aligned(_chains(found, name))]),
        "\n".join(_costs(found, name)),
        "\n".join(["What breaks the best code:", *aligned(breaking_rows(found.found))]),
        "\n".join([f"What breaks {name}:", *aligned(breaking_rows(found.given))]),
    ]
    if any(w is not None and w.branches for why in (found.found, found.given) for w in why.witnesses):
        parts.append(BRANCHES)
    return "\n\n".join(parts)


def _name(found: Contrast) -> str:
    return found.given.result.machine.name or "the given code"


def _chains(found: Contrast, name: str) -> list[list[str]]:
    rows = [["", "best code", name]]
    for mine, its in zip(found.found.chain, found.given.chain, strict=True):
        rows.append([mine.name, str(mine.value), str(its.value)])
    rows.append(["multiplicity", *(str(why.result.multiplicity) for why in (found.found, found.given))])
    used = [why.result.description_length for why in (found.found, found.given)]
    return [*rows, ["used tuples", *(f"{x.used_tuples} of {x.listed_tuples}" for x in used)]]


def _costs(found: Contrast, name: str) -> Iterator[str]:
    """Yield the table of what each tuple does and costs in both, and the sums."""
    rows = [["  tuple", "best code", "cost", name, "cost", "saved"]]
    for pair in found.pairs:
        mark = ">" if pair.differs else " "
        rows.append([f"{mark} {pair.name}", *_side(pair.found), *_side(pair.given), str(pair.saved)])
    sums = [str(why.result.value) for why in (found.found, found.given)]
    yield from aligned([*rows, ["  sum", "", sums[0], "", sums[1], str(found.saved)]])
    yield ""
    yield "> does something else. * is used on these inputs. Costs sum to each λ, and what is saved to the difference."


def _side(cell: Cell | None) -> tuple[str, str]:
    if cell is None:
        return "  not listed", ""
    action = " ".join(map(shown_name, cell.action))
    keyed = f"{' '.join(map(shown_name, cell.key))} -> {action}" if isinstance(cell.place, int) else action
    return f"{'*' if cell.used else ' '} {keyed}", str(cell.cost)
