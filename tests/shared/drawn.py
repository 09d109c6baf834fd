"""Where the texts of a figure of matplotlib are: whether all of each is inside, and whether any two overlap."""

import itertools

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

# Pixels by which texts may touch, and leave the figure.
TOUCHING, OUTSIDE = 1.5, 1.0


def boxes(figure):
    """Yield each text that is seen, with its corners, shape (4, 2), in pixels."""
    figure.draw_without_rendering()
    renderer = FigureCanvasAgg(figure).get_renderer()
    hidden = _names_out_of_view(figure)
    for text in figure.findobj(Text):
        if not text.get_text().strip() or not text.get_visible() or text in hidden:
            continue
        around = text.get_window_extent(renderer)
        angle = text.get_rotation()
        text.set_rotation(0)
        flat = text.get_window_extent(renderer)
        text.set_rotation(angle)
        turn = np.deg2rad(angle)
        along = np.array([np.cos(turn), np.sin(turn)]) * flat.width / 2
        up = np.array([-np.sin(turn), np.cos(turn)]) * flat.height / 2
        middle = np.array([around.x0 + around.x1, around.y0 + around.y1]) / 2
        yield text, middle + np.array([-along - up, along - up, along + up, up - along])


def _names_out_of_view(figure):
    """Return the names of ticks that are not drawn: those outside their axes, and all of axes that are switched off."""
    hidden = set()
    for axes in (a for main in figure.axes for a in (main, *main.child_axes)):
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.majorTicks, *axis.minorTicks):
                for name in (tick.label1, tick.label2):
                    place = name.get_unitless_position()[0 if axis.axis_name == "x" else 1]
                    if not axes.axison or not low - 1e-9 <= place <= high + 1e-9:
                        hidden.add(name)
            hidden |= set() if axes.axison else {axis.label, axis.offsetText}
    return hidden


def overlap(one, other):
    """Return by how many pixels two rectangles overlap, however they are turned; at most 0 if they do not."""
    least = np.inf
    for corners in (one, other):
        for i in (0, 1):
            axis = corners[i + 1] - corners[i]
            length = np.hypot(*axis)
            if length:
                a, b = one @ axis / length, other @ axis / length
                least = min(least, a.max() - b.min(), b.max() - a.min())
    return least


def faults(figure):
    """Return what is wrong with the texts of a figure: those cut off at its border, and pairs that overlap."""
    found, placed = [], list(boxes(figure))
    width, height = figure.bbox.width, figure.bbox.height
    for text, corners in placed:
        (left, low), (right, high) = corners.min(axis=0), corners.max(axis=0)
        if min(left, low) < -OUTSIDE or right > width + OUTSIDE or high > height + OUTSIDE:
            found.append(f"cut off: {text.get_text()!r}")
    for (first, a), (second, b) in itertools.combinations(placed, 2):
        if first is not second and overlap(a, b) > TOUCHING:
            found.append(f"overlap: {first.get_text()!r}, {second.get_text()!r}")
    return found
