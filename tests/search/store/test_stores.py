"""Stores on disk: killed at any moment, full, in use, damaged, of something else."""

import os
import random
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from fractions import Fraction

import pytest
from house import ROOT
from seeds import seeds, sweep
from toy_search import Strings, total

from noisytm._cache_folder import KeptPlace
from noisytm.errors import BudgetError, FormatError, StoreNote
from noisytm.search.store import Finished, Incumbent, Store, Ways, key_in, searched

TASK = Strings(6, seed=1)
CUT = {"many": 30, "per_round": 4}
WAYS = {"pieces": 30, "per_round": 4}

# One process imports everything, and is the parent of many that search; each says which pieces it has put into the
# store, and is killed some time later, or may write no file longer than so many bytes.
SEARCHES = """
import os, resource, signal, sys, time
from toy_search import Strings, total
from noisytm.search.store import Store, Ways, search_open, searched
path, said = sys.argv[1:]
task = Strings(6, seed=1, pause=0.002)
ways = Ways(resume=path, pieces=30, per_round=4)

class Telling(Store):
    def keep(self, number, found):
        super().keep(number, found)
        os.write(out, b"%d\\n" % number)

for line in sys.stdin:
    seconds = float(line)
    child = os.fork()
    if not child:
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        with Telling(task, path, 30, 4) as store:
            search_open(task, store, ways)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print("killed", flush=True)
"""


@pytest.fixture
def searching(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "shared")])}
    environment |= {"OPENBLAS_NUM_THREADS": "1"}  # nothing is forked with threads
    command = [sys.executable, "-W", "error", "-c", SEARCHES, str(tmp_path / "store"), str(tmp_path / "said")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
    with subprocess.Popen(command, **pipes) as process:
        yield process
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def kept(path):
    """Return what is in a store, a copy of which is opened as after a crash of the machine's processes."""
    with Store(TASK, path, **CUT) as store:
        assert store._database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(store.pieces) >= 30
        return total(store)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes")
@sweep
@pytest.mark.parametrize("seed", seeds(range(10), 1))
def test_a_search_that_is_killed_at_random_moments_goes_on(tmp_path, searching, seed):
    """Each time nothing that was finished is lost, and at the end all is as if nothing had happened."""
    moments, store, said = random.Random(seed), tmp_path / "store", tmp_path / "said"
    expected = searched(TASK, total, Ways(**WAYS))
    place_of = [piece.place for piece in Store(TASK, **CUT).pieces]
    for _ in range(10):
        searching.stdin.write(f"{moments.uniform(0, 0.03)}\n")
        searching.stdin.flush()
        assert searching.stdout.readline() == "killed\n"
        rows = kept(store)[4]
        told = said.read_text().split() if said.exists() else []
        assert {place_of[int(number)] for number in told} <= {row[0] for row in rows}
        assert all(row in expected[4] for row in rows)
    assert searched(TASK, total, Ways(resume=store, **WAYS)) == expected


LIMITED = """
import resource, sys
from toy_search import Strings, total
from noisytm.search.store import Store, Ways, search_open, searched
task, ways = Strings(6, seed=1), Ways(resume=sys.argv[1], pieces=30, per_round=4)
with Store(task, sys.argv[1], 30, 4) as store:
    store.keep(0, task.search(store.pieces[0], None))
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    search_open(task, store, ways)
    assert total(store) == searched(task, total, Ways(pieces=30, per_round=4)) and store.in_memory
"""


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files")
def test_a_file_that_cannot_grow_is_left_as_it_is(tmp_path):
    """As on a full disk: the system refuses to write more."""
    path = tmp_path / "store"
    with Store(TASK, path, **CUT):
        pass
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests" / "shared")])}
    limit = str(path.stat().st_size)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path), limit], check=True, capture_output=True, text=True, env=environment
    )
    assert "store' cannot be written to (" in done.stderr and "goes on in memory" in done.stderr
    assert "after all" not in done.stderr and 1 <= len(kept(path)[4]) < 30
    assert searched(TASK, total, Ways(resume=path)) == searched(TASK, total, Ways(**WAYS))


def test_a_full_disk_is_said_once_and_what_went_to_memory_is_written_when_there_is_room(tmp_path):
    path, large = tmp_path / "store", Finished({}, None, bytes(10**5))
    best = Incumbent(Fraction(1, 3), 2, (0,) * 6)
    place = KeptPlace(path)
    with Store(TASK, place, **CUT) as store:
        store.keep(3, Finished({"a": 1}, best, b"abc"))
        pages = store._database.execute("PRAGMA page_count").fetchone()[0]
        store._database.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.warns(StoreNote, match=r"(?s)database or disk is full.*1 of 3\d pieces.*in memory") as told:
            store.keep(4, large)
            store.keep(5, large)
        assert place.trouble == "database or disk is full"
        assert len(told) == 1 and store.in_memory and store.done == 3 and store.incumbent == best
        assert [len(found.proof) for _, found in store.results(proofs=True)] == [3, 10**5, 10**5]
        with Store(TASK, path) as other:  # it is not held any more
            assert other.done == 1 and other.incumbent == best and other.lower == Fraction(1, 3)
        with pytest.warns(StoreNote, match="could be written to after all: it has 3 pieces now"):
            store.close()
        assert place.trouble is None
    with Store(TASK, path) as store:
        assert store.done == 3
        assert [len(found.proof) for _, found in store.results(proofs=True)] == [3, 10**5, 10**5]


def test_a_search_without_a_file_survives_a_full_disk_too():
    with Store(TASK, **CUT) as store:
        store.keep(3, Finished({"a": 1}))
        for _ in range(2):  # first the disk, and then the memory
            pages = store._database.execute("PRAGMA page_count").fetchone()[0]
            store._database.execute(f"PRAGMA max_page_count = {pages + 1}")
            if store.in_memory:
                with pytest.raises(BudgetError, match="what is found can be kept no longer: database or disk is full"):
                    store.keep(5, Finished(proof=bytes(10**5)))
            else:
                with pytest.warns(StoreNote, match="the temporary store cannot be written to"):
                    store.keep(4, Finished(proof=bytes(10**5)))
        assert store.done == 2 and len(list(store.results())) == 2


def test_what_is_written_comes_back(tmp_path):
    best = Incumbent(Fraction(10**40, 3), 10, tuple(range(6)))
    given = Finished({"counts": [10**400, {"a": "ü"}]}, best, bytes(range(256)), 1.5)
    with Store(TASK, tmp_path / "a", **CUT) as store:
        store.keep(2, given)
        store.keep(2, Finished({"other": 1}))  # what is known already stays
        assert next(store.results())[1].proof == b""
    with Store(TASK, tmp_path / "a") as store:
        assert list(store.results(proofs=True)) == [(store.pieces[2], given)]
        assert store.seconds == 1.5 and store.open == [0, 1, *range(3, len(store.pieces))]


@dataclass(frozen=True)
class Proving(Strings):
    proved: bool | None = None

    @property
    def key(self):
        return {**super().key, "certificate": self.proved}


def test_what_one_search_has_and_the_other_has_not_is_said(tmp_path):
    plain, proving = Proving(3), Proving(3, proved=True)
    for begun, other, says in [
        (plain, proving, "begun without certificate"),
        (proving, plain, "begun with certificate"),
    ]:
        path = tmp_path / str(begun.proved)
        Store(begun, path).close()
        with pytest.raises(FormatError, match=f"the store of another search, which was {says}; give another file"):
            Store(other, path)


def database(path, *statements):
    with sqlite3.connect(path) as other:
        for statement in statements:
            other.execute(statement)
    other.close()


def test_files_of_something_else_are_refused_and_stay_as_they_are(tmp_path):
    path = tmp_path / "store"
    with Store(TASK, path, **CUT) as store:
        store.keep(0, Finished({"nodes": 1, "codes": 1}))
    whole = path.read_bytes()
    cases = [
        (Strings(5, seed=1), whole, "is the store of another search, about another problem; give another file"),
        (Strings(6, seed=2), whole, "another search, with other options: its seed is 1, not 2; give another file"),
        (TASK, b"machine: detectA\n" * 100, "is no store of a search, or is damaged"),
        (TASK, whole[:3000], "is no store of a search, or is damaged"),
        (TASK, whole[:4096] + bytes(len(whole) - 4096), "is no store of a search, or is damaged"),
    ]
    for task, content, says in cases:
        path.write_bytes(content)
        for use in (lambda p, task=task: Store(task, p), lambda p, task=task: Store(task).merge(p, task.key)):
            with pytest.raises(FormatError, match=says) as raised:
                use(path)
            assert "\n" not in str(raised.value) and path.read_bytes() == content
        assert [found.name for found in tmp_path.iterdir()] == ["store"]
    path.unlink()
    database(path, "CREATE TABLE books (title TEXT)")
    with pytest.raises(FormatError, match="a database of something else"):
        Store(TASK, path)
    path.write_bytes(whole)
    database(path, "PRAGMA user_version = 2")
    with pytest.raises(FormatError, match="written by a newer noisytm"):
        Store(TASK, path)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM search",
        "DELETE FROM pieces WHERE number = 3",
        "UPDATE pieces SET bound = '1/0'",
        "UPDATE pieces SET place = 'x'",
        "INSERT INTO starts VALUES ('[1]')",
        "INSERT INTO finished VALUES (5, '{}', '[\"x\", 1, \"0\"]', x'', 0)",
        "INSERT INTO finished VALUES (99, '{}', NULL, x'', 0)",
        "DROP TABLE finished",
    ],
)
def test_damaged_rows_are_refused(tmp_path, statement):
    path = tmp_path / "store"
    with Store(TASK, path, **CUT):
        pass
    database(path, statement)
    with pytest.raises(FormatError, match="is no store of a search, or is damaged") as raised:
        Store(TASK, path)
    with Store(TASK, **CUT) as store, pytest.raises(FormatError):
        store.merge(path, TASK.key)
    assert "\n" not in str(raised.value)


def test_a_store_in_use_is_refused(tmp_path):
    path = tmp_path / "store"
    with Store(TASK, path, **CUT), Store(TASK, **CUT) as other:
        for use in (lambda: Store(TASK, path), lambda: other.merge(path, TASK.key)):
            with pytest.raises(FormatError, match="is in use by another search; wait for it"):
                use()
    with Store(TASK, path):
        pass


def test_places_that_cannot_be_used(tmp_path):
    (tmp_path / "empty").touch()
    with Store(TASK, tmp_path / "empty", **CUT) as store:  # as of mktemp
        assert store.done == 0
    (tmp_path / "empty").write_bytes(b"")
    with Store(TASK, **CUT) as store:
        for path, says in [
            ("a\0b", "cannot read"),
            (tmp_path, r"cannot read (or write )?the store .*: (there is no such file|Is a directory)"),
            (tmp_path / "no" / "folder", "o such file"),
        ]:
            with pytest.raises(FormatError, match=says):
                Store(TASK, path)
            with pytest.raises(FormatError, match=says):
                store.merge(path, TASK.key)
        with pytest.raises(FormatError, match="it must be a string or a Path"):
            store.merge(7, TASK.key)
        with pytest.raises(FormatError, match="is empty; there is nothing to take"):
            store.merge(tmp_path / "empty", TASK.key)
        Store(TASK, tmp_path / "other", 9).close()
        with pytest.raises(FormatError, match="cut into other pieces"):
            store.merge(tmp_path / "other", TASK.key)


def test_a_search_begins_where_the_one_before_it_has_ended(tmp_path):
    path, later = tmp_path / "store", Strings(6, seed=2)
    assert key_in(path) is None
    with Store(TASK, path, **CUT) as store:
        store.keep(0, Finished({"nodes": 1, "codes": 1}))
    with pytest.raises(FormatError, match="with other options: its seed is 1, not 2"):
        Store(later, path, after=TASK.key)  # it has not ended
    searched(TASK, total, Ways(resume=path))
    with pytest.raises(FormatError, match="with other options: its seed is 1, not 2"):
        Store(later, path, after=Strings(5).key)
    assert key_in(path) == TASK.key
    assert searched(later, total, Ways(resume=path, **WAYS), after=TASK.key) == searched(later, total, Ways(**WAYS))
    assert key_in(path) == later.key
