"""``noisytm posterior``: what a learner of n observations believes about noisy codes, and at what cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from noisytm.cli import UsageError
from noisytm.cli import _options as option
from noisytm.cli._arguments import checked, concentration_of, seconds_of, whole
from noisytm.cli._partial import found_is_printed
from noisytm.cli._posterior import Report, number_of, refuse_with, require_all_codes
from noisytm.cli._problem import asked_problem, require_keys
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.machine import Description
    from noisytm.posterior import FreeEnergy, Volumes
    from noisytm.problem import SynthesisProblem


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
    epsilon: option.Text | None = None,
    particles: Annotated[int, whole(16)] | None = None,
    replicas: Annotated[int, whole(1)] = 4,
    sweeps: Annotated[int, whole(1)] | None = None,
    bits: Annotated[int, whole(0)] | None = None,
    localisation: option.Text | None = None,
    phases: Annotated[int, whole(0)] | None = None,
    groups: Annotated[Path, Parameter(allow_leading_hyphen=True)] | None = None,
    exact_seconds: Annotated[float, checked(seconds_of)] = 30.0,
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
    for the prior mass of the codes with a loss less than ε. Beside the estimates stands the exact λ where it is known
    in time: of the machine with --local, otherwise the least of all codes. An estimate that does not
    deserve trust is refused, with exit code 3; what was found until then is printed, and written. On all codes it is
    told who shares the posterior at each n: codes by their exact λ, by the tuples they use, and by cube (which tuples
    are used, and what they do), and from which n on one group has more than another.

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
    epsilon : number
        With --volume: the last ε, at most 1, by default 1e-9.
    particles : int
        Number of particles of each population; by default 2048, with --volume 1024.
    replicas : int
        Number of independent populations, which give the errors.
    sweeps : int
        Sweeps of moves at each n, or after each step in ε; by default they are doubled until nothing moves any more.
    bits : int
        Weights of so many bits: all entries are multiples of 2^-bits.
    localisation : number
        With --local and --chart sphere: the code is a network in amplitudes, pulled towards the machine with a normal
        distribution of this precision (γ) around it.
    phases : int
        How many phases are listed: the codes with the largest shares of the posterior at the last n; by default 10. As
        many cubes are told apart. With 0 nothing is said of codes.
    groups : path
        The file that the shares of the groups are written to: a picture, .svg or .png; a table with a line for each
        group at each n, .csv or .parquet; or all, .json or .json.gz.
    exact_seconds : number
        Most processor time for the exact λ, but for compiling, and again for those of all codes that share the
        posterior, the last n first; what is not known by then is left out.
    seed : int
        What is random depends on it alone.
    prior_concentration
        Dirichlet concentration of the prior, as of noisytm bound.
    resume : path
        Keep the populations in this file, and go on from it.
    output : path
        The file to write to: a picture of F (or log V) beside what λ says, and of the estimates, .svg or .png; a table
        of all by n (or ε), .csv or .parquet; or what --json prints, .json or .json.gz.
    """
    require_all_codes(groups, local, phases)
    report = Report(output, resume, json, groups)
    of_ladder = {"n": n, "phases": phases, "bits": bits, "groups": groups, "localisation": localisation}
    refuse_with(
        "the ladder in n; leave it out, or --volume" if volume else "volumes; add --volume",
        of_ladder if volume else {"epsilon": epsilon},
    )
    given = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}
    with found_is_printed(report.so_far, seconds):
        named, asked = asked_problem(target, problem, given, final, keys)
        require_keys(asked, semantics, chart)
        machine = named if named is None or asked.space.by_number else named.machine()
        if local and machine is None:
            raise UsageError("--local is the region near a machine; give a machine, or one in the problem file")
        options = {
            "local": local, "semantics": semantics, "loss": loss, "chart": chart, "replicas": replicas, "seed": seed,
            "prior_concentration": concentration_of(prior_concentration), "sweeps": sweeps, "memory": memory,
            "resume": report.kept, "progress": True,
        } | ({} if particles is None else {"particles": particles})  # fmt: skip
        with report.mistakes():
            if volume:
                result: FreeEnergy | Volumes = _sunk(
                    asked, machine, options, number_of("epsilon", epsilon, "1e-9"), exact_seconds
                )
            else:
                pull = None if localisation is None else number_of("localisation", localisation, "10")
                options |= {"n": number_of("n", n, "1e6"), "bits": bits, "localisation": pull}
                result = _climbed(asked, machine, options, 10 if phases is None else phases, exact_seconds)
    return report.end(result)


def _climbed(
    asked: SynthesisProblem, machine: Description | None, options: dict[str, Any], phases: int, seconds: float
) -> FreeEnergy:
    from noisytm.posterior import free_energy, read_posterior

    return read_posterior(free_energy(asked, machine, **options), phases=phases, exact_seconds=seconds)


def _sunk(
    asked: SynthesisProblem, machine: Description | None, options: dict[str, Any], epsilon: float, seconds: float
) -> Volumes:
    from noisytm.posterior import volumes

    return volumes(asked, machine, epsilon=epsilon, search_seconds=seconds, **options)


VERB = Verb("posterior", posterior)
