"""Everything that can be saved: which class reads which kind of record, and the schemas of all kinds."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from noisytm._json import load_record
from noisytm._records import TAG_ENTRY, Kind, split_tag
from noisytm._schema import Schema
from noisytm._text import shown, shown_list
from noisytm.errors import FormatError

MOST_DIGITS = 2_000_000  # of a number of steps, in the record of a run
DRAFT = "https://json-schema.org/draft/2020-12/schema"
# Where the class that reads a kind is; a record that it leaves to another class says so by an entry.
READERS = {
    "machine": "noisytm.machine.TuringMachine",
    "description": "noisytm.machine.Description",
    "library": "noisytm.show.LibraryListing",
    "problem": "noisytm.problem.SynthesisProblem",
    "encoding": "noisytm.encoding.Encoding",
    "run": "noisytm.discrete.RunResult",
    "enumeration": "noisytm.enumeration.Enumeration",
    "outputs": "noisytm.enumeration.outputs.OutputDistribution",
    "history": "noisytm.relaxation.History",
    "sampled-probability": "noisytm.relaxation.SampledProbability",
    "bound": "noisytm.degeneracy.LearningCoefficient",
    "explanation": "noisytm.degeneracy.Explanation",
    "survey": "noisytm.degeneracy.Survey",
    "padding": "noisytm.degeneracy.PaddingTable",
    "steps": "noisytm.degeneracy.series.StepSeries",
    "entry-noise": "noisytm.degeneracy.series.EntryNoise",
    "compare": "noisytm.degeneracy.Comparison",
    "syndromes": "noisytm.degeneracy.FatalSyndromes",
    "precision": "noisytm.degeneracy.FinitePrecision",
    "search": "noisytm.search.Solutions",
    "contrast": "noisytm.search.Contrast",
    "atlas": "noisytm.search.Atlas",
    "posterior": "noisytm.posterior.FreeEnergy",
    "estimates": "noisytm.posterior.Estimates",
    "phases": "noisytm.posterior.Phases",
    "susceptibilities": "noisytm.posterior.Susceptibilities",
    "regret": "noisytm.posterior.Regret",
    "volumes": "noisytm.posterior.Volumes",
    "answer-key": "noisytm.calibration.AnswerKey",
    "space-time": "noisytm.show.SpaceTime",
    "staged-simulation": "noisytm.universal.pseudo_utm.Simulation",
    "two-tag-simulation": "noisytm.universal.TwoTagSimulation",
    "k-tape-machine": "noisytm.universal.KTapeMachine",
    "tag-system": "noisytm.universal.TagSystem",
    "bi-tag-system": "noisytm.universal.BiTagSystem",
}
OTHERS = {
    ("bound", "complete"): "noisytm.degeneracy.PartialCoefficient",
    ("bound", "law"): "noisytm.degeneracy.LeadingLaw",
    ("search", "lower_bound"): "noisytm.search.GlobalLearningCoefficient",
    ("syndromes", "correction"): "noisytm.show.SyndromeReport",
}
# What tells the records of version 0.1, which have no tag, apart.
UNTAGGED = {"certificate": "bound", "syndromes": "syndromes"}


def load(path: str | os.PathLike[str]) -> Any:
    """Read what any result's ``save`` wrote, and what the commands print with ``--json``.

    Parameters
    ----------
    path : path
        The file, which ends in ``.json`` or ``.json.gz``.

    Returns
    -------
    object
        What was saved: a `LearningCoefficient`, a `RunResult`, a `TuringMachine`, … by the tag in the file.

    Raises
    ------
    FormatError
        If the file cannot be read, its kind is not known, or it does not hold what its kind asks for.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from noisytm import library, load
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     library.machine("bb2").save(pathlib.Path(folder) / "champion.json")
    ...     load(pathlib.Path(folder) / "champion.json") == library.machine("bb2")
    True
    """
    return from_json(load_record(path, "record", MOST_DIGITS))


def from_json(record: Any) -> Any:
    """Build the object that a record holds, by its tag."""
    if not isinstance(record, Mapping):
        raise FormatError(f"a record is {shown(record)}; it must be an object")
    if TAG_ENTRY in record:
        name, _ = split_tag(record[TAG_ENTRY])
    else:
        name = next((kind for entry, kind in UNTAGGED.items() if entry in record), "")
    if name not in READERS:
        given = f'"{TAG_ENTRY}": {shown(record[TAG_ENTRY])}' if TAG_ENTRY in record else f'no "{TAG_ENTRY}"'
        raise FormatError(f"a record has {given}; the kinds are {shown_list(READERS, 30)}")
    other = next((home for (kind, entry), home in OTHERS.items() if kind == name and entry in record), None)
    return _class_at(other or READERS[name]).from_json(record)


def _class_at(home: str) -> Any:
    room, _, name = home.rpartition(".")
    return getattr(importlib.import_module(room), name)


def kinds() -> dict[str, Kind]:
    """Return all kinds of records by name."""
    from noisytm.problem import PROBLEM

    return {name: PROBLEM if name == "problem" else _class_at(home).kind for name, home in READERS.items()}


def schemas() -> dict[str, Schema]:
    """Return the JSON Schema of every number of every kind, by the name of its file."""
    return {
        f"{name}-{number}.json": {"$schema": DRAFT, "title": f"noisytm {name}/{number}", **kind.schema(number)}
        for name, kind in kinds().items()
        for number in kind.forms
        if number
    }


def written(schema: Schema) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":  # python -m noisytm.saved docs/schemas
    for file, schema in schemas().items():
        (Path(sys.argv[1]) / file).write_text(written(schema), encoding="utf-8")
