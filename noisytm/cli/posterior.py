"""``noisytm posterior``: what a learner of n observations believes about noisy codes, and at what cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from noisytm.cli import UsageError
from noisytm.cli import _options as option
from noisytm.cli._arguments import checked, seconds_of, whole
from noisytm.cli._choices import OneOf
from noisytm.cli._partial import found_is_printed
from noisytm.cli._populations import (
    LADDER,
    REGRET,
    SUSCEPTIBILITIES,
    VOLUME,
    asked_of,
    bits_of,
    number_of,
    require_all_codes,
    require_learners,
    sampled_concentration,
)
from noisytm.cli._posterior import Report
from noisytm.cli._problem import asked_problem, require_keys
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.cli._posterior import Found
    from noisytm.machine import Description
    from noisytm.problem import SynthesisProblem


# How long exact values may take, in seconds of processor time.
USUAL_SECONDS = 30.0


def _components() -> dict[str, str]:
    return {"tuples": "each tuple as a whole", "distributions": "each of its distributions"}


def posterior(
    target: option.Source | None = None,
    /,
    *,
    inputs: option.Inputs | None = None,
    max_length: option.MaxLength | None = None,
    words: option.Words | None = None,
    steps: option.Steps | None = None,
    readout: option.Readout | None = None,
    problem: option.Problem | None = None,
    final: option.Final | None = None,
    local: option.Flag = False,
    n: option.Text | None = None,
    volume: option.Flag = False,
    regret: option.Flag = False,
    susceptibilities: option.Flag = False,
    epsilon: option.Text | None = None,
    particles: Annotated[int, whole(16)] | None = None,
    replicas: Annotated[int, whole(1)] = 4,
    sweeps: Annotated[int, whole(1)] | None = None,
    bits: option.Text | None = None,
    localisation: option.Text | None = None,
    phases: Annotated[int, whole(0)] | None = None,
    groups: Annotated[Path, Parameter(allow_leading_hyphen=True)] | None = None,
    components: Annotated[str, OneOf(_components)] | None = None,
    exact_seconds: Annotated[float, checked(seconds_of)] | None = None,
    seed: option.Seed = 0,
    semantics: option.Semantics = "pseudo-utm",
    loss: option.Loss = "log",
    chart: option.Chart = "simplex",
    keys: option.Keys | None = None,
    prior_concentration: option.PriorConcentration = "1",
    seconds: option.Seconds | None = None,
    memory: option.Memory | None = None,
    resume: option.Resume | None = None,
    output: option.Output | None = None,
    json: option.Json = False,
) -> int:
    """Sample the posterior over noisy codes at every power of ten of n: free energy, estimates of λ, phases.

    Tempered populations are led from the prior to the last n; with --volume down through the level sets of the loss,
    for the prior mass of the codes with a loss less than ε. With --regret it is told what learners pay for not knowing
    the program: tables, weights of some bits, real weights; with --susceptibilities which inputs λ comes from. Beside
    the estimates stands the exact λ where it is known in time: of the machine with --local, otherwise the least of all
    codes. An estimate that does not deserve trust is refused, with exit code 3; what was found until then is printed,
    and written. On all codes it is told who shares the posterior at each n: codes by their exact λ, by the tuples they
    use, and by cube (which tuples are used, and what they do), and from which n on one group has more than another.

    Parameters
    ----------
    target : str
        A problem file, or a machine or a list of tuples: a file, the name of a library machine, or text; - reads
        standard input. It may be left out with --problem.
    local : bool
        Only the region near the machine, where every right entry is at least ½.
    n : number
        The last number of observations; every power of ten up to it is shown. By default 1e6.
    volume : bool
        Volumes of small losses instead: log V(ε), V(ε) the prior mass of K < ε, for ε = 1, ½, ¼, …, and how many bits
        each halving of the loss costs.
    regret : bool
        Regret curves instead: what a Bayesian learner pays in all, in nats, up to each n, if its hypotheses are tables
        (counted), weights of some bits (sampled, with proved upper bounds), or real weights (sampled).
    susceptibilities : bool
        Susceptibilities at the last n instead: which part of λ comes from which input, and how the mean of nK, and with
        --local of the loss that each component of the machine makes alone, answer to the weight of each input.
    epsilon : number
        With --volume: the last ε, at most 1, by default 1e-9.
    particles : int
        Number of particles of each population; by default 2048, with --volume 1024.
    replicas : int
        Number of independent populations, which give the errors.
    sweeps : int
        Sweeps of moves at each n, or after each step in ε; by default they are doubled until nothing moves any more.
    bits : int
        Weights of so many bits: all entries are multiples of 2^-bits. With --regret a list of numbers of bits, which
        are compared; by default 4,8,16.
    localisation : number
        With --local and --chart sphere: the code is a network in amplitudes, pulled towards the machine with a normal
        distribution of this precision (γ) around it.
    phases : int
        How many phases are listed: the codes with the largest shares of the posterior at the last n; by default 10. As
        many cubes are told apart. With 0 nothing is said of codes.
    groups : path
        The file that the shares of the groups are written to: a picture, .svg or .png; a table with a line for each
        group at each n, .csv or .parquet; or all, .json or .json.gz.
    components : str
        With --susceptibilities and --local: what the components of the machine are: {components}. By default tuples.
    exact_seconds : number
        Most processor time for the exact λ, but for compiling, and again for those of all codes that share the
        posterior, the last n first; with --regret for the least transversal, which gives upper bounds. What is not
        known by then is left out. By default 30.
    seed : int
        What is random depends on it alone.
    prior_concentration
        Dirichlet concentration of the prior, as of noisytm bound.
    resume : path
        Keep the populations in this file, and go on from it; with --regret those of b bits in files beside it, with
        -b-bits before the ending.
    output : path
        The file to write to: a picture of F (or log V) beside what λ says, and of the estimates, of all regret curves,
        or of susceptibilities as a heat map, .svg or .png; a table of all numbers, .csv or .parquet; or what --json
        prints, .json or .json.gz.
    """
    asked_for = asked_of(
        {VOLUME: volume, REGRET: regret, SUSCEPTIBILITIES: susceptibilities},
        {
            "n": n, "epsilon": epsilon, "phases": phases, "groups": groups, "bits": bits, "localisation": localisation,
            "exact_seconds": exact_seconds, "components": components,
        },
    )  # fmt: skip
    require_all_codes(groups, local, phases)
    if components is not None and not local:
        raise UsageError("--components are those of a machine, near it; add --local, or leave it out")
    report = Report(output, resume, json, groups)
    given = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}
    with found_is_printed(report.so_far, seconds):
        named, asked = asked_problem(target, problem, given, final, keys)
        require_keys(asked, semantics, chart)
        machine = named if named is None or asked.space.by_number else named.machine()
        if local and machine is None:
            raise UsageError("--local is the region near a machine; give a machine, or one in the problem file")
        concentration = sampled_concentration(prior_concentration)
        options: dict[str, Any] = {
            "semantics": semantics, "replicas": replicas, "seed": seed, "sweeps": sweeps, "memory": memory,
            "resume": report.kept, "progress": True,
        } | ({} if particles is None else {"particles": particles})  # fmt: skip
        within = USUAL_SECONDS if exact_seconds is None else exact_seconds
        if asked_for == REGRET:
            require_learners(local, loss, chart, concentration)
        else:
            options |= {"local": local, "loss": loss, "chart": chart, "prior_concentration": concentration}
        if asked_for == VOLUME:
            options |= {"epsilon": number_of("epsilon", epsilon, "1e-9"), "search_seconds": within}
        else:
            options |= {"n": number_of("n", n, "1e6"), "bits": bits_of(bits, asked_for)}
        if asked_for in (LADDER, SUSCEPTIBILITIES):
            options["localisation"] = None if localisation is None else number_of("localisation", localisation, "10")
        with report.mistakes():
            result = _found(asked_for, asked, machine, options, 10 if phases is None else phases, within, components)
    return report.end(result)


def _found(
    what: str,
    asked: SynthesisProblem,
    machine: Description | None,
    options: dict[str, Any],
    phases: int,
    seconds: float,
    components: str | None,
) -> Found:
    """Return what is asked of the populations."""
    from noisytm import posterior as room

    if what == VOLUME:
        return room.volumes(asked, machine, **options)
    if what == REGRET:
        return room.sampled_regret(asked, machine, precision_seconds=seconds, **options)
    if what == SUSCEPTIBILITIES:
        return room.sampled_susceptibilities(asked, machine, components=components or "tuples", **options)
    return room.read_posterior(room.free_energy(asked, machine, **options), phases=phases, exact_seconds=seconds)


VERB = Verb("posterior", posterior)
