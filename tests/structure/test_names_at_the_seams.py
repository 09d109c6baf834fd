"""No module compares with the name of a semantics: what depends on one is asked of its object."""

import ast
import functools

import pytest
from house import sources

from noisytm.relaxation.semantics import SEMANTICS

TEXTS = sources()
# Its own file says its name, and nothing else of it.
OWN = {f"relaxation.semantics.{name.replace('-', '_')}" for name in SEMANTICS}


def compared(text, names):
    """Return the lines on which a text compares with one of some names, looks one up, or maps or matches one."""
    found = []
    for node in ast.walk(without_doors(text)):
        parts = []
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.Dict):
            parts = node.keys
        elif isinstance(node, ast.MatchValue):
            parts = [node.value]
        elif isinstance(node, ast.Subscript):
            parts = [node.slice]
        elif isinstance(node, ast.Call):
            parts = [
                x for x in node.args if isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "startswith")
            ]
        found += [part.lineno for part in parts if part is not None and _holds(part, names)]
    return found


@functools.lru_cache(1)
def without_doors(text):
    """Return the tree of a text without the tables of rooms, which name files."""
    tree = ast.parse(text)
    for node in ast.walk(tree) if "Door" in text else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Door":
            node.args = []
    return tree


def _holds(node, names):
    """Return whether a part is one of the names, or a collection, or a call on one, that holds one."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return any(_holds(part, names) for part in node.elts)
    if isinstance(node, ast.Call):
        return any(_holds(part, names) for part in node.args)
    return isinstance(node, ast.Constant) and node.value in names


def literal_choices(text, names):
    """Return the lines of collections that list several of the names: a second registry."""
    return [
        node.lineno
        for node in ast.walk(without_doors(text))
        if isinstance(node, (ast.Tuple, ast.List, ast.Set, ast.Dict))
        and sum(isinstance(x, ast.Constant) and x.value in names for x in ast.iter_child_nodes(node)) > 1
    ]


def test_no_module_compares_with_the_name_of_a_semantics():
    names = set(SEMANTICS)
    said = {m: text for m, text in TEXTS.items() if m not in OWN and any(name in text for name in names)}
    found = {module: [*compared(text, names), *literal_choices(text, names)] for module, text in said.items()}
    assert len(said) > 20 and {module: lines for module, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "fresh = semantics == 'annealed'",
        "if semantics in ('annealed', 'quenched'): pass",
        "if 'annealed' != semantics: pass",
        "run = {'annealed': 1, other: 2}[semantics]",
        "run = table['quenched']",
        "run = table.get('quenched')",
        "match semantics:\n    case 'mean-field': pass",
        "match semantics:\n    case 'mean-field' | 'pseudo-utm': pass",
        "if semantics in frozenset(['pseudo-utm']): pass",
    ],
)
def test_a_comparison_is_found(line):
    assert compared(line, set(SEMANTICS))


def test_a_list_of_names_is_found():
    assert literal_choices("PATHWISE = ('annealed', 'quenched')", set(SEMANTICS))
    assert not compared("def f(semantics='pseudo-utm'): return g(semantics='annealed')", set(SEMANTICS))
