"""The answer key as a value: codes with exact λ and m, and E[nβK] at stated nβ and γ."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from noisytm._checks import one_of, path_of
from noisytm._digits import fraction_text
from noisytm._json import dumps, save_record
from noisytm._records import Kind, Record, provenance
from noisytm._summary import Described, Grid, Summary, number
from noisytm._text import shown
from noisytm._version import __version__
from noisytm.calibration.form import ANSWER_KEY
from noisytm.calibration.network import weights_of
from noisytm.degeneracy import LearningCoefficient
from noisytm.errors import FormatError
from noisytm.geometry import AnyCoordinate
from noisytm.show.tables import Tabled

# Numbers nβ, and strengths γ of the pull towards the code, at which E[nβK] is told.
N_BETA, GAMMA = (1e2, 1e3, 1e4), (1.0, 10.0, 100.0)
# What the standard error of E[nβK] may be, as a share of it, unless something else is asked for.
ERROR = 0.01
DENSITY = (
    "exp(-n_beta*K(p) - gamma*|w - w0|^2/2) over all real weights w with theta_right >= |theta_wrong| in every"
    " distribution: p_i = theta_i^2/sum theta^2; theta_right is one weight, at w0 = 1, theta of a wrong value the"
    " product of `layers` weights, all at w0 = 0; a distribution of one value has no weights"
)
COLUMNS = {
    "name": "string",
    "learning_coefficient": "string",
    "multiplicity": "int64",
    "semantics": "string",
    "loss": "string",
    "keys": "string",
    "layers": "int64",
    "weights": "int64",
    "n_beta": "float64",
    "gamma": "float64",
    "mean_nK": "float64",
    "mean_nK_error": "float64",
    "walk_mean_nK": "float64",
    "walk_mean_nK_error": "float64",
}


@dataclass(frozen=True)
class Cell(Described):
    """E[nβK] of one code at one nβ and one γ, by two samplers.

    Attributes
    ----------
    n_beta, gamma : float
        nβ, and the strength γ of the pull towards the code.
    mean_nK, mean_nK_error : float
        By draws of the pull, weighted, where enough of them count, and elsewhere by tempered populations; with its
        standard error.
    walk_mean_nK, walk_mean_nK_error : float
        By Metropolis walks over the weights themselves, with its standard error over walks.
    """

    n_beta: float
    gamma: float
    mean_nK: float
    mean_nK_error: float
    walk_mean_nK: float
    walk_mean_nK_error: float

    def _summary(self) -> Summary:
        at = f"E[nK] = {self.mean_nK:.4g} ± {self.mean_nK_error:.2g} at nβ = {self.n_beta:g}, γ = {self.gamma:g}"
        return Summary(at, result=False)


@dataclass(frozen=True)
class KnownCode(Described):
    """A code of the key.

    Attributes
    ----------
    name, about : str
        What it is called, and a line on why it is there.
    layers : int
        Of how many weights the amplitude of a wrong value is the product.
    coefficient : LearningCoefficient
        λ and m with their certificate; its machine and its problem are those of the code.
    regular : tuple of (coordinate, Fraction)
        The coordinates that are fatal alone, with c = ∂K/∂(θ²); none unless amplitudes are single weights.
    cells : tuple of Cell
        E[nβK], as far as it was sampled.
    """

    name: str
    about: str
    layers: int
    coefficient: LearningCoefficient
    regular: tuple[tuple[AnyCoordinate, Fraction], ...]
    cells: tuple[Cell, ...] = ()

    def _summary(self) -> Summary:
        found = self.coefficient
        return Summary(f"{self.name}: λ = {number(found.value)}, m = {found.multiplicity}, {len(self.cells)} cells")

    @property
    def weights(self) -> int:
        """Number of weights of the network."""
        return weights_of(self.coefficient.problem.space, self.layers)

    def cell(self, n_beta: float, gamma: float) -> Cell | None:
        """Return a cell, or ``None`` where it was not sampled."""
        return next((c for c in self.cells if (c.n_beta, c.gamma) == (n_beta, gamma)), None)

    def to_json(self) -> dict[str, Any]:
        """Return the code as a JSON object."""
        return {
            "name": self.name,
            "about": self.about,
            "layers": self.layers,
            "weights": self.weights,
            "bound": self.coefficient.to_json(),
            "regular": [{"coordinate": j.to_json(), "c": fraction_text(c)} for j, c in self.regular],
            "cells": [asdict(cell) for cell in self.cells],
        }

    @classmethod
    def of_record(cls, record: dict[str, Any]) -> KnownCode:
        """Build the code from what `to_json` returned."""
        cells = tuple(Cell(**cell) for cell in record["cells"])
        found = LearningCoefficient.from_json(record["bound"])
        given = [(entry["coordinate"], entry["c"]) for entry in record["regular"]]
        named = {dumps(name.to_json()): name for name in found.problem.space.coordinates(found.machine)}
        if unknown := [coordinate for coordinate, _ in given if dumps(coordinate) not in named]:
            raise FormatError(f"answer-key record: {shown(unknown[0])} is no coordinate of {shown(record['name'])}")
        regular = tuple((named[dumps(coordinate)], Fraction(c)) for coordinate, c in given)
        return cls(record["name"], record["about"], record["layers"], found, regular, cells)


@dataclass(frozen=True)
class AnswerKey(Record, Tabled):
    """Codes whose learning coefficient is known, and what a right sampler finds near them.

    λ and m test the idea of an estimator, E[nβK] at stated nβ and γ its sampler (docs/answer-key.md).

    Attributes
    ----------
    codes : tuple of KnownCode
        The codes.
    seed : int
        What was random in the sampled figures depends on it and on ``error`` alone.
    error : float
        The standard error that was asked for, as a share of each figure.
    version : str
        Version of noisytm.
    """

    codes: tuple[KnownCode, ...]
    seed: int
    error: float = ERROR
    version: str = __version__
    kind: ClassVar[Kind] = ANSWER_KEY
    columns: ClassVar[dict[str, str]] = COLUMNS

    def _summary(self) -> Summary:
        found = ((code, code.coefficient) for code in self.codes)
        rows = ((c.name, number(x.value), number(x.multiplicity), str(len(c.cells))) for c, x in found)
        grid = Grid(("code", "λ", "m", "cells"), rows, len(self.codes), "codes")
        return Summary(f"{len(self.codes)} codes with exact λ and m", {}, grid)

    @property
    def complete(self) -> bool:
        """Whether every code has a cell at every nβ and γ."""
        cells = (code.cell(n, gamma) for code in self.codes for n in N_BETA for gamma in GAMMA)
        return bool(self.codes) and None not in cells

    @property
    def beyond(self) -> tuple[tuple[str, Cell], ...]:
        """The cells, each with the name of its code, whose errors are larger than was asked for, by either sampler."""
        most = self.error * (1 + 1e-4)  # figures are kept to some digits
        return tuple(
            (code.name, cell)
            for code in self.codes
            for cell in code.cells
            if cell.mean_nK_error > most * cell.mean_nK or cell.walk_mean_nK_error > most * cell.walk_mean_nK
        )

    def code(self, name: str) -> KnownCode:
        """Return the code of a name.

        Raises
        ------
        ProblemError
            If there is none.
        """
        known = {code.name: code for code in self.codes}
        return known[one_of("code", name, known)]

    def to_json(self) -> dict[str, Any]:
        """Return the key as a JSON object; docs/answer-key.md says what is in it."""
        options = {"n_beta": list(N_BETA), "gamma": list(GAMMA), "error": self.error}
        body = {
            "density": DENSITY,
            "complete": self.complete,
            "codes": [code.to_json() for code in self.codes],
        }
        head = provenance(options=options, seed=self.seed, version=self.version)
        return self.kind.tagged(head, body)

    @classmethod
    def _of_record(cls, record: dict[str, Any], number: int) -> AnswerKey:
        return cls(
            tuple(map(KnownCode.of_record, record["codes"])),
            record["seed"],
            record["options"]["error"],
            record["version"],
        )

    def write_files(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write the key to a folder, which is made: the whole as JSON and as tables, and each code as files of its own.

        Parameters
        ----------
        folder : path
            Takes ``answer-key.json``, ``answer-key.csv``, with pyarrow ``answer-key.parquet``, and the folders
            ``machines``, ``problems`` and ``certificates`` with a JSON file for each code: what ``noisytm bound``, its
            ``--problem``, and ``noisytm verify`` read.

        Returns
        -------
        list of Path
            The files.

        Raises
        ------
        FormatError
            If a file cannot be written.
        """
        place = Path(path_of(folder, "folder"))
        forms = [".csv"] + [".parquet"] * (importlib.util.find_spec("pyarrow") is not None)
        try:
            for part in ("", "machines", "problems", "certificates"):
                (place / part).mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            reason = getattr(error, "strerror", None) or error
            raise FormatError(f"cannot write to the folder {shown(str(place))}: {reason}; give another") from None
        written = [place / "answer-key.json", *((place / "answer-key").with_suffix(form) for form in forms)]
        self.save(written[0])
        for path in written[1:]:
            self.write(path)
        for code in self.codes:
            record = code.coefficient.to_json()
            parts = {"machines": record["machine"], "problems": record["problem"], "certificates": record}
            for part, contents in parts.items():
                written.append(place / part / f"{code.name}.json")
                save_record(contents, written[-1])
        return written

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each cell: what `write` writes."""
        for code in self.codes:
            found = code.coefficient
            about = {
                "name": code.name,
                "learning_coefficient": fraction_text(found.value),
                "multiplicity": found.whole_multiplicity,
                "semantics": found.semantics,
                "loss": found.loss,
                "keys": "noisy" if found.problem.space.noisy_keys else "exact",
                "layers": code.layers,
                "weights": code.weights,
            }
            for cell in code.cells:
                yield about | asdict(cell)
