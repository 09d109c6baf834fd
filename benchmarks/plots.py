"""The plots of the benchmark page, from the records; matplotlib only here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LABELS = {"steps": "steps t", "table": "S·|Q|", "batch": "codes × inputs"}
PART_LABELS = {"oracle": "oracle", "lp": "linear programs", "rest": "rest"}


def _figure(columns: int) -> tuple[Any, Any]:
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "noisytm"  # the same data give the same file
    mpl.rcParams["svg.fonttype"] = "none"
    import matplotlib.pyplot as plt

    return plt.subplots(1, columns, figsize=(4.2 * columns, 3.4), layout="constrained", squeeze=False)


def _save(figure: Any, path: Path) -> None:
    import matplotlib.pyplot as plt

    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)


def _sizes_as_ticks(axis: Any, sizes: list[int]) -> None:
    axis.set_xticks([], minor=True)
    axis.set_xticks(sizes, [f"{size:,}" if size < 10_000 else f"{size:.0e}" for size in sizes], fontsize=7)


def relaxed_step_growth(record: dict[str, Any], path: Path) -> None:
    """Plot the time of the relaxed step against the steps, the table and the batch."""
    figure, axes = _figure(len(record["series"]))
    for axis, (name, found) in zip(axes[0], record["series"].items(), strict=True):
        for form in ("forward", "gradient"):
            milliseconds = [1e3 * t for t in found[form]["seconds"]]
            label = f"{form} ~ {found[form]['upper_exponent']:.2f}"
            axis.loglog(found["sizes"], milliseconds, marker="o", label=label)
        _sizes_as_ticks(axis, found["sizes"])
        axis.set_xlabel(LABELS[name])
        axis.set_ylabel("ms")
        axis.legend(title="exponent, upper half")
        axis.grid(True, which="major", alpha=0.3)
    _save(figure, path)


def learning_coefficient_growth(record: dict[str, Any], path: Path) -> None:
    """Plot the time of an exact learning coefficient against the steps and the table, with its parts."""
    figure, axes = _figure(len(record["series"]))
    for axis, (name, found) in zip(axes[0], record["series"].items(), strict=True):
        whole = [1e3 * row["seconds"] for row in found["rows"]]
        axis.loglog(found["sizes"], whole, marker="o", color="black", label="all")
        for part, label in PART_LABELS.items():
            axis.loglog(found["sizes"], [1e3 * row[part] for row in found["rows"]], marker=".", label=label)
        _sizes_as_ticks(axis, found["sizes"])
        axis.set_xlabel(LABELS[name])
        axis.set_ylabel("ms")
        axis.set_title(f"exponent {found['exponent']:.2f}, upper half {found['upper_exponent']:.2f}", fontsize=10)
        axis.legend()
        axis.grid(True, which="major", alpha=0.3)
    _save(figure, path)
