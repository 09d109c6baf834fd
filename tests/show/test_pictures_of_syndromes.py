"""The graph of error syndromes: which errors and syndromes it has, how they are drawn, and what is left out."""

import pytest
from drawn import faults

from noisytm import ProblemError, SynthesisProblem, fatal_syndromes, learning_coefficient, library, words
from noisytm.cli import main
from noisytm.degeneracy.pictures.syndromes import MOST_EDGES, MOST_NODES
from noisytm.show import syndrome_report

DETECT_A = library.machine("detectA")
PROBLEM = SynthesisProblem.of_machine(DETECT_A, words("AB", 2), 4)


def drawn(figure):
    """Return the names of the nodes with their markers, and for each line of an edge its end nodes and width."""
    (axes,) = figure.axes
    nodes = {line.get_gid(): line for line in axes.lines if (line.get_gid() or "").startswith("node-")}
    place = {(round(float(line.get_xdata()[0]), 6), round(float(line.get_ydata()[0]), 6)): gid for gid, line in
             nodes.items()}  # fmt: skip
    edges = {}
    for line in axes.lines:
        if (line.get_gid() or "").startswith("edge-"):
            ends = [(round(float(x), 6), round(float(y), 6)) for x, y in (line.get_xydata()[0], line.get_xydata()[-1])]
            found = edges.setdefault(line.get_gid(), {"nodes": set(), "width": line.get_linewidth(), "solid":
                                                      line.get_linestyle() == "-"})  # fmt: skip
            found["nodes"] |= {place[end] for end in ends if end in place}
    return nodes, edges


@pytest.mark.slow
def test_errors_and_syndromes_of_the_graph(tmp_path):
    found = fatal_syndromes(PROBLEM, DETECT_A, semantics="annealed", max_weight=2)
    proof = learning_coefficient(PROBLEM, DETECT_A, semantics="annealed").certificate
    ring, figure = found.ring(proof), found.plot(tmp_path / "ring.svg", proof)
    assert faults(figure) == []
    nodes, edges = drawn(figure)
    weights = {row.syndrome: row.weight for row in proof.dual}
    every = {*weights, *found.syndromes}
    inside = sorted({j for row in every for j, _ in row})
    assert list(ring.nodes) == [str(found.coordinates[j]) for j in inside] and len(nodes) == len(inside)
    assert {t.get_text() for t in figure.axes[0].texts} == set(ring.nodes)
    alone = {inside.index(row[0][0]) for row in every if len(row) == 1}
    for i in range(len(inside)):
        assert (nodes[f"node-{i}"].get_markerfacecolor() == "black") == (i in alone)
    several = {frozenset(f"node-{inside.index(j)}" for j, _ in row): row for row in every if len(row) > 1}
    for edge in edges.values():
        if len(edge["nodes"]) > 1:
            assert edge["solid"] == (weights.get(several[frozenset(edge["nodes"])], 0) > 0)
    assert sorted(map(len, several)) == sorted(len(edge["nodes"]) for edge in edges.values())
    assert figure.get_supxlabel().endswith("nothing is left out")
    found.plot(tmp_path / "again.svg", proof)
    assert (tmp_path / "again.svg").read_bytes() == (tmp_path / "ring.svg").read_bytes()


def test_the_heaviest_come_first_and_the_rest_is_said():
    report = syndrome_report(PROBLEM, DETECT_A, max_weight=3)
    proof = learning_coefficient(PROBLEM, DETECT_A).certificate
    ring = report.syndromes.ring(proof)
    assert len(ring.edges) == MOST_EDGES and len(ring.nodes) <= MOST_NODES
    assert [edge.weight for edge in ring.edges[: len(proof.dual)]] == sorted(
        (float(row.weight) for row in proof.dual), reverse=True
    )
    assert sum(edge.weight for edge in ring.edges) == pytest.approx(29 / 3)
    listed = {row.syndrome for row in proof.dual} | set(report.syndromes.syndromes)
    assert f"{MOST_EDGES} of {len(listed)} syndromes; left out: {len(listed) - MOST_EDGES}" in ring.about[-1]
    lightest = [sum(k for _, k in edge.nodes) for edge in ring.edges if not edge.weight]
    assert lightest == sorted(lightest)


@pytest.mark.slow
def test_pictures_of_reports():
    for chart, weight in (("simplex", 3), ("sphere", 4), ("bits", 2)):
        figure = syndrome_report(PROBLEM, DETECT_A, max_weight=weight, chart=chart).plot()
        assert faults(figure) == [] and chart in figure.get_supxlabel()
    machine = library.machine("palindrome")
    large = SynthesisProblem.of_machine(machine, ["ABA", "AB"], 16)
    figure = fatal_syndromes(large, machine, semantics="annealed", max_weight=1).plot()
    assert faults(figure) == []
    assert len(figure.axes[0].texts) <= MOST_NODES and "left out" in figure.get_supxlabel()


@pytest.mark.slow
def test_what_is_refused(capsys, tmp_path):
    found = fatal_syndromes(PROBLEM, DETECT_A, semantics="annealed", max_weight=1)
    other = learning_coefficient(PROBLEM, DETECT_A, semantics="annealed", chart="bits").certificate
    with pytest.raises(ProblemError, match="other error coordinates"):
        found.plot(proof=other)
    nothing = SynthesisProblem.of_machine(DETECT_A, [""], 1, targets={"": ["accept", "reject"]})
    with pytest.raises(ProblemError, match="no fatal syndrome"):
        fatal_syndromes(nothing, DETECT_A, semantics="annealed").plot()
    file = tmp_path / "ring.png"
    asked = ["syndromes", "detectA", "--max-length", "1", "--steps", "2", "--semantics", "annealed"]
    assert main([*asked, "--output", str(file)]) == 0 and file.read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out.startswith("detectA")
    for name, code in (("x.pdf", 2), ("x", 2), (str(tmp_path / "no" / "x.svg"), 1)):
        assert main([*asked, "--output", name]) == code
        out, err = capsys.readouterr()
        assert not out and err.count("\n") == 1
