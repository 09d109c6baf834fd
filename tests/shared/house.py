"""The imports of the package as data, and the rules that they keep."""

import ast
import functools
import graphlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "noisytm"

# A module may import from the line of its own room and from those above it; inside a room the order of its rooms.
ORDER = (
    ("errors", "_version", "_lazy", "_at_once", "_signals", "_whole_imports", "_cache_folder"),
    (
        "_digits",
        "_text",
        "_layout",
        "_summary",
        "_fractions",
        "_yaml_tabs",
        "_yaml_extent",
        "_yaml",
        "_compiling",
        "_kept_code",
        "_compile",
        "_deferred",
        "_memory",
        "_threads",
        "_quiet",
        "_processes",
        "_checks",
        "_registry",
        "_progress",
        "_clock",
        "_partial",
        "_watched",
        "_forecast",
        "_notes",
    ),
    ("_schema", "_json", "_records", "_timed", "_kept_arrays"),
    ("_transitions", "word"),
    ("machine",),
    ("codespace",),
    ("encoding",),
    ("library",),
    ("formats", "formats.bbchallenge", "formats.jflap", "formats.programs", "formats.records", "formats.tables"),
    ("algebra",),
    ("losses",),
    ("discrete.powers",),
    ("discrete.configuration",),
    ("discrete.direct",),
    ("discrete.block",),
    ("discrete.chain",),
    ("discrete.cycles",),
    ("discrete.checking",),
    ("discrete.endless",),
    ("discrete",),
    ("problem.weights",),
    ("problem",),
    ("show.scatter", "show.curves", "show.tables"),
    ("enumeration", "enumeration.recognisers", "enumeration.recognisers.automata", "enumeration.late"),
    ("enumeration.outputs",),
    ("geometry", "geometry.digits", "geometry.parametrised"),
    ("relaxation.semantics",),
    ("relaxation.generic",),
    ("relaxation.marginal", "relaxation.marginal.arrays", "relaxation.marginal.kernels"),
    ("relaxation.pathwise",),
    ("relaxation",),
    ("degeneracy.oracle",),
    ("degeneracy.counting",),
    ("degeneracy.certificate",),
    ("degeneracy.explanation",),
    ("degeneracy.grids",),
    ("degeneracy.pictures",),
    ("degeneracy.program",),
    ("degeneracy.syndromes",),
    ("degeneracy",),
    ("degeneracy.series",),
    ("search.tables",),
    ("search.store",),
    ("search.growth",),
    ("search.fixed",),
    ("search.costs",),
    ("search.tree",),
    ("search.readable",),
    ("search.cubes",),
    ("search.bounds",),
    ("search.minimum", "search.minimum.lists", "search.minimum.precisions"),
    ("search.atlases",),
    ("search",),
    ("posterior.estimates",),
    ("posterior.spaces",),
    ("posterior.partition",),
    ("posterior.populations",),
    ("posterior.levels",),
    ("posterior.energies",),
    ("posterior.response",),
    ("posterior.prediction",),
    ("posterior",),
    ("calibration",),
    ("universal.tapes",),
    ("universal.tag",),
    ("universal.pseudo_utm",),
    ("universal.simulators",),
    ("universal.compiler",),
    ("universal",),
    ("show.diagrams", "show.posteriors"),
    ("show", "show.comparisons", "show.explanations", "show.grids"),
    ("interop.torch",),
    ("interop",),
    ("saved", "warming"),
    ("report.markup",),
    ("report.pictures",),
    ("report.sections",),
    ("report",),
    ("cli",),
    ("__main__",),
)
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}
SOLVERS = {"highspy", "scipy"}
SOLVER_ROOM = "degeneracy.program"
PLOTTING = {"matplotlib", "PIL", "plotly"}
PLOTTING_ROOM = "show"
CHECKERS = ("degeneracy.certificate", "degeneracy.grids", "search.tree")
SEARCHES = {"search.bounds", "search.minimum", "search.readable", "search.cubes"}
OPTIONAL = {
    "matplotlib",
    "jax",
    "torch",
    "nutpie",
    "dask",
    "distributed",
    "pyarrow",
    "arviz",
    "arviz_stats",
    "automata",
    "emcee",
}


@dataclass(frozen=True)
class Import:
    """``from module import name`` (or ``import module``) somewhere in a file; at top level if it runs at once."""

    module: str
    name: str | None
    top: bool


@functools.cache
def sources() -> Mapping[str, str]:
    """Return the text of every module, by its name inside the package; a folder's is that of its ``__init__``."""
    texts = {name_of(path): path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
    return MappingProxyType(texts)


@functools.cache
def parsed(text: str) -> ast.Module:
    """Return the tree of a module's text, for all tests that look at it: nobody may change it."""
    return ast.parse(text)


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def folders() -> frozenset[str]:
    return frozenset(name_of(path) for path in PACKAGE.rglob("__init__.py"))


class Found(NamedTuple):
    """What one reading of a text finds; the tree itself, of many objects, is not kept."""

    imports: tuple[Import, ...]
    homes: Mapping[str, str]
    places: tuple[str, ...]


@functools.cache
def _read(text: str) -> Found:
    tree = parsed(text)
    # few files have one of them, and going through all expressions takes most of the time
    named = any(name in text for name in ("Door", "Registry"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)] if named else []
    return Found(tuple(_imports(tree, True)), _homes(calls), _places(calls))


def imports_of(text: str) -> tuple[Import, ...]:
    """Return all imports of a text, those for type checkers and those inside functions too."""
    return _read(text).imports


def _imports(node: ast.AST, top: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, None, top) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"relative import of {child.module}"
            yield from (Import(child.module or "", alias.name, top) for alias in child.names)
        elif not isinstance(child, ast.expr):
            lazy = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) or _for_types(child)
            yield from _imports(child, top and not lazy)


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def homes(text: str) -> Mapping[str, str]:
    """Return the table of a door: name to module, relative to the room."""
    return _read(text).homes


def _homes(calls: list[ast.Call]) -> Mapping[str, str]:
    for call in calls:
        if _called(call) == "Door":
            return {name: module for module, names in ast.literal_eval(call.args[1]).items() for name in names}
    return {}


def places(text: str) -> tuple[str, ...]:
    """Return the lines of a registry: the objects it imports when asked, by module or room, relative to its own."""
    return _read(text).places


def _places(calls: list[ast.Call]) -> tuple[str, ...]:
    return tuple(
        place
        for call in calls
        if _called(call) == "Registry"
        for keyword in call.keywords
        if keyword.arg == "places"
        for place in ast.literal_eval(keyword.value)
    )


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


class House:
    """The modules of the package with what each imports of the others, doors seen through.

    Parameters
    ----------
    texts : mapping of str to str
        Text of every module.
    rooms : frozenset of str
        The modules that are folders.
    """

    def __init__(self, texts: Mapping[str, str], rooms: frozenset[str]) -> None:
        self.texts, self.rooms = texts, rooms
        self.doors = {room: homes(texts[room]) for room in rooms}
        self.imports = {name: [*imports_of(text), *self.registered(name)] for name, text in texts.items()}

    def room(self, module: str) -> str:
        """Return the folder a module stands in; a folder is its own."""
        return module if module in self.rooms else module.rpartition(".")[0]

    def registered(self, module: str) -> list[Import]:
        """Return the imports that stand in a module as lines of a registry."""
        room = f"noisytm.{self.room(module)}".rstrip(".")
        found = (place.rpartition(".") for place in places(self.texts[module]))
        return [Import(f"{room}.{home}", name, False) for home, _, name in found]

    def is_table(self, module: str) -> bool:
        """Whether a module is a door without code of its own."""
        return bool(self.doors.get(module)) or (module in self.rooms and not self.texts[module].count("\ndef "))

    def inside(self, module: str) -> Iterator[tuple[str, str]]:
        """Yield (module named, module meant) for what a module imports from the package."""
        for found in self.imports[module]:
            if found.module.split(".")[0] != "noisytm":
                continue
            named = found.module.removeprefix("noisytm").removeprefix(".")
            inner = f"{named}.{found.name}".lstrip(".")
            if found.name is not None and inner in self.texts and found.name not in self.doors.get(named, {}):
                yield inner, inner
            else:
                yield named, self.meant(named, found.name)

    def meant(self, named: str, name: str | None) -> str:
        """Return the module in which a name that a door offers is defined."""
        inner = self.doors.get(named, {}).get(name or "")
        return named if inner is None else f"{named}.{inner}".lstrip(".")

    def circles(self) -> list[list[str]]:
        """Return a circle of files, if there is one."""
        graph = {m: {meant for _, meant in self.inside(m)} - {m} for m in self.texts if not self.is_table(m)}
        try:
            graphlib.TopologicalSorter(graph).prepare()
        except graphlib.CycleError as error:
            return [error.args[1]]
        return []

    def against_the_order(self) -> list[tuple[str, str]]:
        """Return imports that go from a room to a later one."""
        return [
            (module, meant)
            for module in self.texts
            if not self.is_table(module)
            for _, meant in self.inside(module)
            if self.rank(meant) > self.rank(module)
        ]

    def rank(self, module: str) -> int:
        return RANK[module if module in RANK else self.room(module)]

    def past_a_door(self) -> list[tuple[str, str]]:
        """Return imports that name a module inside a room the importer does not stand in."""
        found = []
        for module in self.texts:
            own = self.room(module)
            for named, _ in self.inside(module):
                room = self.room(named)
                if self.is_table(module) and room.startswith(own):  # a door lists what stands in its own room
                    continue
                if room not in ("", named) and own != room and not own.startswith(f"{room}."):
                    found.append((module, named))
        return found

    def outside(self, libraries: set[str], room: str) -> list[str]:
        """Return the modules that import one of some libraries although they stand outside a room and those in it."""
        return [
            module
            for module, imports in self.imports.items()
            if {i.module.split(".")[0] for i in imports} & libraries
            and not f"{self.room(module)}.".startswith(f"{room}.")
        ]

    def reached(self, room: str) -> set[str]:
        """Return everything that the modules of a room import, directly or not."""
        known: set[str] = set()
        left = [m for m in self.texts if self.room(m) == room and not self.is_table(m)]
        while left:
            module = left.pop()
            if module not in known:
                known.add(module)
                left += [meant for _, meant in self.inside(module)]
        return known

    def checker_reaches(self) -> list[str]:
        """Return what the checkers of certificates import of the linear programs and the searches, or which solver."""
        known = set().union(*map(self.reached, CHECKERS))
        libraries = {i.module.split(".")[0] for m in known for i in self.imports[m]} & SOLVERS
        return sorted(libraries) + sorted(m for m in known if self.room(m) in {SOLVER_ROOM, *SEARCHES})

    def crowded(self, most: int) -> dict[str, int]:
        """Return the rooms with more files than ``most``."""
        files: defaultdict[str, int] = defaultdict(int)
        for module in self.texts:
            if module not in self.rooms:
                files[self.room(module)] += 1
        return {room: count for room, count in files.items() if count > most}


@functools.cache
def house() -> House:
    """Return the house as it stands, read when it is first asked for: each process of the tests collects them all."""
    return House(sources(), folders())
