"""What may be asked of the populations of ``noisytm posterior``, and which options go with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from noisytm._text import shown
from noisytm.cli import UsageError
from noisytm.cli._arguments import concentration_of

if TYPE_CHECKING:
    from pathlib import Path

    from noisytm.geometry import Concentration

# What is asked, by its option; without any of these it is the ladder in n.
LADDER, VOLUME, REGRET, SUSCEPTIBILITIES = "", "volume", "regret", "susceptibilities"
CALLED = {
    LADDER: "the ladder in n",
    VOLUME: "volumes",
    REGRET: "regret curves",
    SUSCEPTIBILITIES: "susceptibilities",
}
# Which of these an option goes with; the others go with all.
GOES_WITH = {
    "n": (LADDER, REGRET, SUSCEPTIBILITIES),
    "epsilon": (VOLUME,),
    "phases": (LADDER,),
    "groups": (LADDER,),
    "bits": (LADDER, REGRET, SUSCEPTIBILITIES),
    "localisation": (LADDER, SUSCEPTIBILITIES),
    "exact_seconds": (LADDER, VOLUME, REGRET),
    "components": (SUSCEPTIBILITIES,),
}
LEARNERS = "4,8,16"


def asked_of(flags: Mapping[str, bool], given: Mapping[str, Any]) -> str:
    """Return what is asked of the populations, one of `CALLED`, with options that go with it.

    Raises
    ------
    UsageError
        If it is two things at once, or an option goes with something else.
    """
    chosen = [name for name, wanted in flags.items() if wanted]
    if len(chosen) > 1:
        names = [f"--{name}" for name in chosen]
        raise UsageError(f"{', '.join(names[:-1])} and {names[-1]} exclude each other; give one of them")
    asked = chosen[0] if chosen else LADDER
    for name, value in given.items():
        if value is None or asked in GOES_WITH[name]:
            continue
        homes = GOES_WITH[name]
        add = f"add --{homes[0]}" if asked == LADDER else f"leave it out, or --{asked}"
        raise UsageError(f"--{name.replace('_', '-')} is for {CALLED[homes[0]]}; {add}")
    return asked


def require_learners(local: bool, loss: str, chart: str, concentration: Concentration) -> None:
    """Refuse what a regret is not of: it is that of all codes, in one loss, chart and prior."""
    from noisytm.posterior import REGRET_UNITS

    if local:
        raise UsageError("--regret is of all codes; leave out --local")
    if (loss, chart, concentration) != REGRET_UNITS:
        raise UsageError(
            f"--regret is of the {REGRET_UNITS[0]} loss, the {REGRET_UNITS[1]} chart and the uniform prior; leave out"
            " --loss, --chart and --prior-concentration"
        )


def sampled_concentration(text: str) -> Concentration:
    """Read ``--prior-concentration`` where codes are drawn, which takes numbers that a float can hold."""
    from noisytm._checks import positive_float
    from noisytm.errors import ProblemError
    from noisytm.geometry import Concentrations

    found = concentration_of(text)
    for value in [value for _, value in found.groups] if isinstance(found, Concentrations) else [found]:
        try:
            positive_float("--prior-concentration", str(value))
        except ProblemError as error:
            raise UsageError(str(error)) from None
    return found


def bits_of(text: str | None, asked: str) -> Any:
    """Read ``--bits``: a number, with ``--regret`` a list of them."""
    if asked == REGRET:
        return [_bits(part, LEARNERS) for part in (LEARNERS if text is None else text).split(",")]
    return None if text is None else _bits(text, "8")


def _bits(text: str, such: str) -> int:
    from noisytm._fractions import exact_fraction

    try:
        number = exact_fraction(text)
    except ValueError:
        number = None
    if number is None or number.denominator != 1:
        raise UsageError(f"--bits is {shown(text)}; give {such}, or other whole numbers from 0 to 40")
    return int(number)


def require_all_codes(groups: Path | None, local: bool, phases: int | None) -> None:
    """Refuse a file of groups of codes where there are none."""
    if groups is None:
        return
    if str(groups).startswith("-"):
        raise UsageError(f"--groups is {shown(str(groups))}; give a file, as ./{groups} if its name begins so")
    if local or phases == 0:
        why = "near a machine all codes are one; leave out --local" if local else "leave out --phases 0"
        raise UsageError(f"--groups is for the codes that share the posterior: {why}")


def number_of(option: str, text: str | None, usual: str) -> float:
    """Read the number of an option, which is the usual one where none is given."""
    try:
        return float(usual if text is None else text)
    except ValueError:
        raise UsageError(f"--{option} is {shown(text)}; give a positive number such as {usual}") from None
