"""The answer key as a table."""

from __future__ import annotations

from noisytm._layout import aligned, fits
from noisytm._summary import number
from noisytm.calibration import AnswerKey, Cell

# So many cells are named whose error is larger than was asked for.
FEW = 5


@fits
def describe_answer_key(key: AnswerKey) -> str:
    """Return a key as a table: a line for each code, then one for each γ with E[nβK] at every nβ.

    Examples
    --------
    >>> from noisytm import answer_key
    >>> print(describe_answer_key(answer_key()).splitlines()[0])
    20 codes with exact λ and m (JSON and tables: --output DIR)
    """
    rows = [("code", "λ", "m", "weights", "what it is")]
    rows += [
        (c.name, number(c.coefficient.value), number(c.coefficient.multiplicity), str(c.weights), c.about)
        for c in key.codes
    ]
    lines = [f"{len(key.codes)} codes with exact λ and m (JSON and tables: --output DIR)", "", *aligned(rows)]
    cells = [(c.name, cell) for c in key.codes for cell in c.cells]
    if cells:
        sizes = sorted({cell.n_beta for _, cell in cells})
        table = [("code", "γ", *(f"E[nβK] at {n:g}" for n in sizes))]
        for name, gamma in dict.fromkeys((name, cell.gamma) for name, cell in cells):
            at = {cell.n_beta: cell for told, cell in cells if (told, cell.gamma) == (name, gamma)}
            table.append((name, f"{gamma:g}", *(_written(at.get(n)) for n in sizes)))
        lines += ["", *aligned(table)]
    if beyond := key.beyond:
        few = ", ".join(f"{name} at nβ = {c.n_beta:g}, γ = {c.gamma:g}" for name, c in beyond[:FEW])
        few += ", …" if len(beyond) > FEW else ""
        lines += ["", f"{len(beyond)} of {len(cells)} cells have an error larger than {100 * key.error:g} %: {few}"]
    return "\n".join(lines)


def _written(cell: Cell | None) -> str:
    return "" if cell is None else f"{cell.mean_nK:.4f} ± {cell.mean_nK_error:.4f}"
