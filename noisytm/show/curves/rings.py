"""Pictures of hypergraphs: the nodes on a ring with their names around it, the edges inside."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from json import dumps
from typing import Any

from noisytm._summary import Described, Summary, count
from noisytm.show.curves.shared import target_of
from noisytm.show.scatter import plain, save_drawing

Point = tuple[float, float]
# Nodes of one group stand together; between groups is so much more room, in places of nodes.
GAP = 0.6
# How far a chord of two bends towards the middle, and where the joint of three or more is: 1 is straight.
BENT, JOINED = 0.45, 0.72
NEAR, TURNED, APART = 0.06, 0.35, 0.013
THINNEST, THICKEST, LIGHT = 0.8, 3.2, 0.6
LONGEST = 34
# Where names begin; the width of a letter, and the size of the picture, in inches: that of the ring is about square.
OUTSIDE, LETTER, SIZE = 1.07, 0.06, (9.0, 10.5)


@dataclass(frozen=True)
class Edge:
    """Nodes that belong together.

    Attributes
    ----------
    nodes : tuple of (int, int)
        The nodes, and how often each counts.
    weight : float
        How thick it is drawn; with 0 it is dashed.
    """

    nodes: tuple[tuple[int, int], ...]
    weight: float


@dataclass(frozen=True)
class Ring(Described):
    """A hypergraph.

    Attributes
    ----------
    title : str
        What it shows.
    nodes : tuple of str
        Their names, in the order on the ring.
    groups : tuple of str
        Of each node the group it stands with.
    edges : tuple of Edge
        What is drawn inside. An edge of one node is its marker: filled, or a square where it counts more than once.
    weighted, light : str
        What edges with a weight are, and those without.
    about : tuple of str
        Lines that stand below the picture.
    """

    title: str
    nodes: tuple[str, ...]
    groups: tuple[str, ...]
    edges: tuple[Edge, ...]
    weighted: str
    light: str
    about: tuple[str, ...] = ()

    def _summary(self) -> Summary:
        said = f"{count(len(self.nodes), 'node')}, {count(len(self.edges), 'edge')}"
        return Summary(f"{self.title}: {said}", result=False)


def save_ring(ring: Ring, path: str | os.PathLike[str] | None = None) -> Any:
    """Return a picture of a hypergraph as a matplotlib figure, as `save_curves` does one of curves."""
    edges = [{"nodes": [list(node) for node in edge.nodes], "weight": edge.weight} for edge in ring.edges]
    numbers = dumps({"nodes": ring.nodes, "edges": edges}, ensure_ascii=False)
    return save_drawing(
        lambda axes: _draw(axes, ring), target_of(path), ring.title, numbers, below=ring.about, size=SIZE
    )


def angles(groups: tuple[str, ...]) -> list[float]:
    """Return where nodes stand, in radians: from the top clockwise, groups a little apart.

    Examples
    --------
    >>> [round(math.degrees(angle)) for angle in angles(("a", "a", "b"))]
    [90, 4, -133]
    """
    places, at = [], 0.0
    for i, group in enumerate(groups):
        if i and group != groups[i - 1]:
            at += GAP
        places.append(at)
        at += 1
    whole = at + (GAP if len(set(groups)) > 1 else 0)
    return [math.pi / 2 - 2 * math.pi * place / whole for place in places]


def _draw(axes: Any, ring: Ring) -> None:
    turned = angles(ring.groups)
    at = [(math.cos(angle), math.sin(angle)) for angle in turned]
    most = max((edge.weight for edge in ring.edges), default=0.0)
    alone = {edge.nodes[0][0]: edge.nodes[0][1] for edge in ring.edges if len(edge.nodes) == 1}
    joints: list[Point] = []
    for number, edge in sorted(enumerate(ring.edges), key=lambda numbered: numbered[1].weight):
        style = _style(edge.weight, most) | {"gid": f"edge-{number}"}
        for line in _lines(edge, at, joints):
            axes.plot(*zip(*line, strict=True), color="black", zorder=1, solid_capstyle="round", **style)
    if joints:
        axes.plot(*zip(*joints, strict=True), linestyle="none", marker="D", markersize=3.5, color="black", zorder=2)
    for i, (x, y) in enumerate(at):
        marker = "o" if alone.get(i, 1) == 1 else "s"
        axes.plot([x], [y], marker=marker, markersize=7, color="black", zorder=3, linestyle="none",
                  gid=f"node-{i}", markerfacecolor="black" if i in alone else "white")  # fmt: skip
        _name(axes, ring.nodes[i], turned[i])
    around = _reach(max((len(name) for name in ring.nodes), default=0))
    axes.set_xlim(-around, around)
    axes.set_ylim(-around, around)
    axes.set_axis_off()
    axes.set_title(plain(ring.title), fontsize=9)
    _legend(axes, ring, alone, bool(joints))


def _style(weight: float, most: float) -> dict[str, Any]:
    if weight > 0:
        return {"linewidth": THINNEST + (THICKEST - THINNEST) * weight / most, "linestyle": "solid", "alpha": 0.85}
    return {"linewidth": LIGHT, "linestyle": (0, (4, 3)), "alpha": 0.85}


def _reach(letters: int) -> float:
    """Return how far from the middle names of so many letters end, in radii of the ring."""
    return OUTSIDE / (1 - 2 * min(letters, LONGEST) * LETTER / SIZE[0])


def _name(axes: Any, name: str, angle: float) -> None:
    text = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    degrees = math.degrees(angle) % 360
    left = 90 < degrees < 270
    x, y = OUTSIDE * math.cos(angle), OUTSIDE * math.sin(angle)
    turned = degrees - 180 if left else degrees
    axes.text(x, y, plain(text), fontsize=7.5, va="center", ha="right" if left else "left", rotation=turned,
              rotation_mode="anchor")  # fmt: skip


def _lines(edge: Edge, at: list[Point], joints: list[Point]) -> Iterator[list[Point]]:
    """Yield the lines of an edge; those of three nodes or more meet in a joint, which is added to the joints."""
    ends = [at[i] for i, _ in edge.nodes]
    if len(ends) == 2:
        (x, y), (u, v) = ends
        middle = ((x + u) / 2 * BENT, (y + v) / 2 * BENT)
        steps = [k / 24 for k in range(25)]
        chord = [
            ((1 - t) ** 2 * x + 2 * t * (1 - t) * middle[0] + t * t * u,
             (1 - t) ** 2 * y + 2 * t * (1 - t) * middle[1] + t * t * v)
            for t in steps
        ]  # fmt: skip
        half = len(chord) // 2
        yield from _as_often(chord[: half + 1], edge.nodes[0][1])
        yield from _as_often(chord[half:], edge.nodes[1][1])
    elif len(ends) > 2:
        joint = _free_joint(ends, joints)
        joints.append(joint)
        for end, (_, often) in zip(ends, edge.nodes, strict=True):
            yield from _as_often([joint, end], often)


def _free_joint(ends: list[Point], joints: list[Point]) -> Point:
    """Return a place between the ends that no other joint is near."""
    x, y = (JOINED * sum(part) / len(ends) for part in zip(*ends, strict=True))
    for k in range(60):
        turn, out = TURNED * ((k + 1) // 2) * (-1) ** k, NEAR * 0.8 * ((k + 5) // 6)
        moved = (x + out * math.cos(turn * 4), y + out * math.sin(turn * 4)) if k else (x, y)
        if all(math.dist(moved, other) >= NEAR for other in joints):
            return moved
    return (x, y)


def _as_often(line: list[Point], often: int) -> Iterator[list[Point]]:
    """Yield a line, or two beside each other where its node counts more than once."""
    if often == 1:
        yield line
        return
    (x, y), (u, v) = line[0], line[-1]
    length = math.dist((x, y), (u, v)) or 1.0
    across = (-(v - y) / length * APART, (u - x) / length * APART)
    for side in (-1, 1):
        yield [(a + side * across[0], b + side * across[1]) for a, b in line]


def _legend(axes: Any, ring: Ring, alone: dict[int, int], joints: bool) -> None:
    from matplotlib.lines import Line2D

    several = [edge for edge in ring.edges if len(edge.nodes) > 1]
    kinds: list[tuple[str, dict[str, Any]]] = []
    if any(often == 1 for often in alone.values()):
        kinds.append(("fatal alone", {"marker": "o", "linestyle": "none"}))
    if any(often > 1 for often in alone.values()):
        kinds.append(("fatal alone when made more than once", {"marker": "s", "linestyle": "none"}))
    if len(alone) < len(ring.nodes):
        kinds.append(("fatal only with others", {"marker": "o", "linestyle": "none", "markerfacecolor": "white"}))
    if any(edge.weight for edge in several):
        kinds.append((ring.weighted, {"linewidth": 2.0}))
    if any(not edge.weight for edge in several):
        kinds.append((ring.light, {"linewidth": LIGHT, "linestyle": (0, (4, 3))}))
    if joints:
        kinds.append(("three or more together meet in one point", {"marker": "D", "markersize": 3.5, "linewidth": 0.8}))
    if any(often > 1 for edge in several for _, often in edge.nodes):
        kinds.append(("double line: made more than once", {"linewidth": 0.8}))
    handles = [Line2D([], [], color="black", label=name, **style) for name, style in kinds]
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.02)}
    if handles:
        axes.legend(handles=handles, ncols=2, frameon=False, fontsize=8, **place)
