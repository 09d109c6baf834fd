"""What all tests need."""

import gc
import os
import signal

import pytest
from hypothesis import settings
from warm_up import cache_folders

cache_folders()  # before anything imports numba


@pytest.fixture(autouse=True, scope="session")
def _compiled_kernels():
    """Test the compiled kernels, however little work it is; what is done in NumPy has tests of its own."""
    from noisytm.relaxation.marginal import LEDGER

    with LEDGER.compiled_only():
        yield


def pytest_addoption(parser):
    """Let ``make verify`` ask for all seeds of the tests that are marked as sweeps."""
    parser.addoption("--all-seeds", action="store_true", help="all random cases of the sweeps, not only a few")


def pytest_configure(config):
    """Take interrupts: a process that is started in the background may ignore them, and the children of it too."""
    if config.getoption("all_seeds"):
        os.environ["NOISYTM_ALL_SEEDS"] = "1"
    else:  # of properties that say no number themselves
        settings.register_profile("few", max_examples=30)
        settings.load_profile("few")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


# Examples that are compiled anew whenever they run: `make compat` runs them.
COMPILED_ANEW = ("noisytm.relaxation.marginal.compiled.compiled_loss",)


@pytest.hookimpl(tryfirst=True)  # pytest itself looks at the marks then
def pytest_collection_modifyitems(config, items):
    """Leave tests that are marked as long to ``make verify``, and what is compiled anew to ``make compat``."""
    for item in items:
        if any(item.callspec.id in mark.args for mark in item.iter_markers("slow_where")):
            item.add_marker("slow")
    anew = [item for item in items if item.name in COMPILED_ANEW]
    config.hook.pytest_deselected(items=anew)
    items[:] = [item for item in items if item not in anew]
    if not config.getoption("all_seeds"):
        left = [item for item in items if "long" in item.keywords]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if "long" not in item.keywords]


def pytest_collection_finish():
    """Leave what the tests consist of, which stays to the end, out of every search for garbage: a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_ignore_collect(collection_path, config):
    """Leave alone what is not to be run: the tests of extras import large libraries."""
    asked = config.getoption("markexpr")
    left_out = "not extras" in asked or (config.getoption("all_seeds") and "extras" not in asked)
    if collection_path.name == "extras" and left_out:
        return True
    return None
