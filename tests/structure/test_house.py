"""The architecture: which module may import which. Every rule is shown to fail when it is broken."""

import pytest
from house import (
    OPTIONAL,
    PLOTTING,
    PLOTTING_ROOM,
    RANK,
    SOLVER_ROOM,
    SOLVERS,
    House,
    folders,
    house,
    sources,
)

TEXTS, ROOMS = sources(), folders()
MAX_LINES = 400
MOST_FILES = 12
MAY_BE_LARGE = {"", "cli", "relaxation.marginal.kernels"}


def test_every_module_has_a_place_in_the_order():
    assert {m for m in TEXTS if m and house().room(m) not in RANK and m not in RANK} == set()
    assert {room for room in RANK if room not in TEXTS} == set()


def test_no_circle_of_files():
    assert house().circles() == []


def test_rooms_import_one_way():
    assert house().against_the_order() == []


def test_rooms_are_entered_through_their_doors():
    assert house().past_a_door() == []


def test_only_the_room_of_the_linear_programs_imports_a_solver():
    assert house().outside(SOLVERS, SOLVER_ROOM) == []


def test_only_show_imports_plotting():
    assert house().outside(PLOTTING, PLOTTING_ROOM) == []


def test_the_checker_of_certificates_knows_no_solver():
    assert house().checker_reaches() == []
    assert {"degeneracy.certificate.checker", "degeneracy.oracle.least_costs"} <= house().reached(
        "degeneracy.certificate"
    )
    assert {"search.tree.checker", "search.costs.kernel", "degeneracy.oracle.least_costs"} <= house().reached(
        "search.tree"
    )


def test_the_checker_of_endless_runs_knows_nothing_that_finds_proofs():
    reached = {house().room(m) for m in house().reached("discrete.checking") if m.startswith("discrete")}
    assert reached == {"discrete.checking", "discrete.configuration", "discrete.powers"}
    line = "from noisytm.discrete.endless import bouncer"
    assert "discrete.endless.bouncers" in broken("discrete.checking.check", line).reached("discrete.checking")


def test_rooms_are_small():
    assert {room: n for room, n in house().crowded(MOST_FILES).items() if room not in MAY_BE_LARGE} == {}


def test_modules_are_short():
    lines = {module: len(text.splitlines()) for module, text in TEXTS.items()}
    assert {module: count for module, count in lines.items() if count > MAX_LINES} == {}


def test_optional_libraries_wait():
    assert at_once(house()) == {}
    found = at_once(broken("show.curves", "import matplotlib.pyplot as plt"))
    assert found == {"show.curves": {"matplotlib"}}


def at_once(house):
    """Return the optional libraries that modules import when they are imported themselves."""
    found = {
        module: {i.module.split(".")[0] for i in imports if i.top} & OPTIONAL
        for module, imports in house.imports.items()
    }
    return {module: libraries for module, libraries in found.items() if libraries}


def broken(module, line):
    """Return the house with a line added to a module."""
    assert module in TEXTS
    return House(TEXTS | {module: f"{TEXTS[module]}\n{line}\n"}, ROOMS)


@pytest.mark.parametrize(
    "line",
    [
        "from noisytm.codespace import CodeSpace",
        "def f():\n    from noisytm.codespace import CodeSpace",
        "if TYPE_CHECKING:\n    import noisytm.codespace",
        "from noisytm import codespace",
        "from noisytm import CodeSpace",
    ],
)
def test_a_circle_is_found(line):
    assert broken("machine", line).circles()


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("machine", "from noisytm.problem import SynthesisProblem"),
        ("machine", "from noisytm import library"),
        ("machine", "from noisytm import run"),
        ("machine", "if TYPE_CHECKING:\n    pass\nelse:\n    import noisytm.cli"),
        ("geometry.faces", "from noisytm.relaxation import wrong_probability"),
        ("degeneracy.counting.chain", "def f():\n    from noisytm.degeneracy.program import CuttingPlanes"),
        ("relaxation.marginal.plans", "from noisytm.relaxation.evaluation import wrong_probability"),
    ],
)
def test_an_import_against_the_order_is_found(module, line):
    assert [m for m, _ in broken(module, line).against_the_order()] == [module]


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("degeneracy.learning", "from noisytm.relaxation.marginal.plans import plan"),
        ("degeneracy.learning", "import noisytm.geometry.charts"),
        ("degeneracy.learning", "from noisytm.degeneracy.oracle import least_costs"),
        ("relaxation.evaluation", "def f():\n    from noisytm.relaxation.pathwise.annealed import AnnealedRuns"),
    ],
)
def test_going_past_a_door_is_found(module, line):
    assert [m for m, _ in broken(module, line).past_a_door()] == [module]


def test_lines_of_a_registry_count_as_imports():
    back = "from noisytm.formats.registry import FORMATS"
    for module in ("formats.turingmachine_io", "formats.jflap.files"):  # named itself, and through the door of its room
        assert module in {meant for _, meant in house().inside("formats.registry")}
        assert "formats.registry" in broken(module, back).circles()[0]


def test_other_breaches_are_found():
    assert broken("degeneracy.learning", "def f():\n    import highspy").outside(SOLVERS, SOLVER_ROOM)
    assert broken("degeneracy.oracle.least_costs", "import highspy").checker_reaches() == ["highspy"]
    assert broken("cli.run", "def f():\n    import matplotlib.pyplot").outside(PLOTTING, PLOTTING_ROOM)
    for line in (
        "from noisytm.degeneracy.program import CuttingPlanes",
        "from noisytm.degeneracy import learning_coefficient",
    ):
        assert "degeneracy.program.cutting" in broken("degeneracy.certificate.record", line).checker_reaches()
    line = "from noisytm.search.readable import BranchAndBound"
    assert "search.readable.branching" in broken("search.tree.claim", line).checker_reaches()
    more = {f"geometry.more{k}": "" for k in range(MOST_FILES)}
    assert House(TEXTS | more, ROOMS).crowded(MOST_FILES)["geometry"] > MOST_FILES
