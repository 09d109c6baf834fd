"""Pieces searched by the workers of a real dask cluster, one of which is killed on the way."""

import json
import threading

import pytest
from timeless import timeless
from toy_search import Strings, total

from noisytm import SynthesisProblem, global_learning_coefficient, library
from noisytm._clock import limited
from noisytm.cli import main
from noisytm.errors import BudgetError, NoisytmError, ProblemError, StoreNote
from noisytm.search.store import Ways, in_order, searched

pytestmark = pytest.mark.extras
distributed = pytest.importorskip("distributed")
TASK, CUT = Strings(7, seed=3), {"pieces": 60, "per_round": 8}


@pytest.fixture(scope="module")
def cluster():
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with distributed.LocalCluster(**options) as found:
        yield found


@pytest.fixture(scope="module")
def alone():
    return searched(TASK, total, Ways(**CUT))


@pytest.mark.filterwarnings("ignore::noisytm.errors.StoreNote")
def test_a_worker_that_is_killed_on_the_way_changes_nothing(cluster, alone, tmp_path):
    killing = Strings(7, seed=3, pause=0.01, killer=str(tmp_path), killed=in_order(TASK.pieces(60))[20].place)
    store = tmp_path / "store"
    assert searched(killing, total, Ways(scheduler=cluster.scheduler_address, resume=store, **CUT)) == alone
    assert (tmp_path / "killed").exists()
    assert searched(TASK, total, Ways(resume=store)) == alone  # elsewhere, and nothing is left to do


def test_a_client_in_python_is_taken_and_stays_open(cluster, alone):
    with distributed.Client(cluster, set_as_default=False) as client:
        assert searched(TASK, total, Ways(scheduler=client, **CUT)) == alone
        assert client.status == "running"


@pytest.mark.filterwarnings("ignore::noisytm.errors.StoreNote")  # both may be gone at once
def test_a_piece_that_kills_all_who_search_it_ends_the_search(cluster, tmp_path):
    killing = Strings(4, killer="always", killed=(1, 1))
    with pytest.raises(BudgetError, match="was lost, again and again") as raised:
        searched(killing, total, Ways(scheduler=cluster.scheduler_address, pieces=9))
    assert not raised.value.partial[3]


def test_codes_are_counted_by_a_cluster_from_the_command_line(cluster, capsys, tmp_path):
    command = ["search", "detectA", "--steps", "4", "--count-only", "--json"]
    assert main(command) == 0
    alone = timeless(json.loads(capsys.readouterr().out))
    shared = ["--scheduler", cluster.scheduler_address, "--resume", str(tmp_path / "store")]
    assert main([*command, *shared]) == 0
    assert timeless(json.loads(capsys.readouterr().out)) == alone and alone["solutions"] == 489655


def test_the_least_coefficient_is_found_by_a_cluster(cluster):
    problem = SynthesisProblem.of_machine(library.machine("parity"), ["1" * n for n in range(4)], 4)
    ways = {"pieces": 150, "progress": False, "optimal": True}
    alone = global_learning_coefficient(problem, **ways)
    found = global_learning_coefficient(problem, scheduler=cluster.scheduler_address, **ways)
    assert found == alone and found.counts == alone.counts and found.value == 8


class Refusing(Strings):
    def search(self, piece, incumbent):
        raise ProblemError("this is refused")


class Unloadable(Strings):
    def __reduce__(self):
        return __import__, ("a_module_that_is_not_there",)


def test_what_a_piece_raises_is_raised(cluster, monkeypatch):
    with pytest.raises(ProblemError, match="this is refused"):
        searched(Refusing(3), total, Ways(scheduler=cluster.scheduler_address))
    with pytest.raises(ProblemError, match="cannot load what it is to search: No module named 'a_module_"):
        searched(Unloadable(3), total, Ways(scheduler=cluster.scheduler_address))
    monkeypatch.setattr("noisytm.search.store.hands.__version__", "0.0.1")
    with pytest.raises(BudgetError, match=r"a worker has noisytm .*, and this is 0\.0\.1"):
        searched(TASK, total, Ways(scheduler=cluster.scheduler_address))


def test_a_scheduler_that_is_gone_ends_the_search(alone, tmp_path, monkeypatch):
    monkeypatch.setattr("noisytm.search.store.cluster.SECONDS_TO_ANSWER", 2.0)
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    store = tmp_path / "store"
    with distributed.LocalCluster(**options) as cluster:
        threading.Timer(1.5, cluster.close).start()
        with pytest.raises(BudgetError, match="the scheduler of the cluster is gone") as raised:
            searched(
                Strings(7, seed=3, pause=0.1), total, Ways(scheduler=cluster.scheduler_address, resume=store, **CUT)
            )
    assert 0 < len(raised.value.partial[4]) < 60
    assert searched(TASK, total, Ways(resume=store)) == alone


def test_workers_that_are_not_there_yet_are_waited_for(alone):
    options = {"n_workers": 0, "processes": True, "dashboard_address": ":0"}
    with distributed.LocalCluster(**options) as cluster:
        ways = Ways(scheduler=cluster.scheduler_address, **CUT)
        told, stopped = pytest.warns(StoreNote, match="no workers at"), pytest.raises(BudgetError, match="seconds")
        with told, stopped, limited(1.0):
            searched(TASK, total, ways)
        cluster.scale(1)
        cluster.wait_for_workers(1)
        assert searched(TASK, total, ways) == alone


@pytest.mark.parametrize(
    ("scheduler", "says"),
    [
        ("nowhere", "no dask scheduler answers"),
        ("tcp://127.0.0.1:1", "scheduler is 'tcp://127.0.0.1:1', where no dask scheduler answers"),
        ("", "no dask scheduler answers"),
        ("http://[", "no dask scheduler answers"),
        (7, "scheduler is 7; give the address"),
    ],
)
def test_bad_schedulers(scheduler, says, monkeypatch):
    monkeypatch.setattr("noisytm.search.store.cluster.SECONDS_TO_ANSWER", 1.0)
    with pytest.raises(NoisytmError, match=says) as raised:
        searched(TASK, total, Ways(scheduler=scheduler, **CUT))
    assert "\n" not in str(raised.value)
