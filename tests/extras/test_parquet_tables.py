"""Atlases as Parquet: the same rows as in CSV, with types, block by block; and what is said without pyarrow."""

import sys

import pytest
from posterior_gates import GATES

from noisytm import (
    NoisytmError,
    SynthesisProblem,
    atlas,
    free_energy,
    library,
    read_posterior,
    regret,
    susceptibilities,
    volumes,
)
from noisytm.search.atlases.writing import COLUMNS
from noisytm.show.tables import writing

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

pytestmark = pytest.mark.extras


@pytest.fixture(scope="module")
def found():
    return atlas(SynthesisProblem.of_machine(library.machine("parity"), ["", "1", "11"], 3), sample=25)


def test_rows_come_back_with_their_types(found, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "ROWS_AT_ONCE", 10)
    path = tmp_path / "rows.parquet"
    found.save(path)
    read = parquet.read_table(path)
    assert read.to_pylist() == list(found.each_row())
    assert {field.name: str(field.type).replace("double", "float64") for field in read.schema} == COLUMNS
    assert parquet.ParquetFile(path).num_row_groups == 3


def test_what_is_read_from_the_posterior_comes_back(tmp_path):
    gate, asked = GATES["G1"], {"particles": 100, "replicas": 2, "sweeps": 1}
    climbed = free_energy(gate.problem, n=100, **asked)
    learners = regret(gate.problem, climbed.free_energies(), progress=False)
    answers = susceptibilities(gate.problem, climbed.samples()[100.0], 100.0)
    measured = volumes(gate.problem, epsilon=0.3, **asked)
    for found in (climbed, read_posterior(climbed), measured, learners, answers):
        found.write(tmp_path / "found.parquet")
        read = parquet.read_table(tmp_path / "found.parquet")
        assert read.to_pylist() == list(found.rows())
        assert {f.name: str(f.type).replace("double", "float64") for f in read.schema} == found.columns


def test_without_pyarrow_it_says_what_to_do(found, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(NoisytmError, match=r"noisytm\[parquet\]"):
        found.save(tmp_path / "rows.parquet")
    assert not (tmp_path / "rows.parquet").exists()
