"""``noisytm posterior``: what a learner of n observations believes about noisy codes, and at what cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from noisytm._json import dumps
from noisytm.cli import UsageError
from noisytm.cli import _options as option
from noisytm.cli._arguments import concentration_of, whole
from noisytm.cli._partial import found_is_printed
from noisytm.cli._problem import asked_problem
from noisytm.cli.verb import Verb

if TYPE_CHECKING:
    from noisytm.posterior import FreeEnergy


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
    n: option.Text = "1e6",
    particles: Annotated[int, whole(16)] = 2048,
    replicas: Annotated[int, whole(1)] = 4,
    sweeps: Annotated[int, whole(1)] | None = None,
    seed: option.Seed = 0,
    semantics: option.Semantics = "pseudo-utm",
    loss: option.Loss = "log",
    chart: option.Chart = "simplex",
    prior_concentration: option.PriorConcentration = "1",
    seconds: option.Seconds | None = None,
    memory: option.Memory | None = None,
    resume: option.Resume | None = None,
    json: option.Json = False,
) -> None:
    """Sample the posterior over noisy codes at every power of ten of n: free energy, mean and variance of nK.

    Tempered populations are led from the prior to the last n. An estimate that does not deserve trust is refused, with
    exit code 3; what was found until then is printed.

    Parameters
    ----------
    target : str
        A problem file, or a machine: a file, the name of a library machine, or text; - reads standard input. It may be
        left out with --problem.
    local : bool
        Only the region near the machine, where every right entry is at least ½.
    n : number
        The last number of observations; every power of ten up to it is shown.
    particles : int
        Number of particles of each population.
    replicas : int
        Number of independent populations, which give the errors.
    sweeps : int
        Sweeps of moves at each n; by default they are doubled until the free energy stops moving.
    seed : int
        What is random depends on it alone.
    prior_concentration
        Dirichlet concentration of the prior, as of noisytm bound.
    resume : path
        Keep the populations in this file, and go on from it.
    """
    from noisytm.errors import BudgetError, EstimateError, ProblemError
    from noisytm.posterior import free_energy
    from noisytm.show import describe_free_energy

    def text(result: FreeEnergy) -> str:
        return dumps(result.to_json()) if json else describe_free_energy(result)

    given = {"inputs": inputs, "max_length": max_length, "words": words, "steps": steps, "readout": readout}
    with found_is_printed(text, seconds):
        machine, asked = asked_problem(target, problem, given, final)
        if local and machine is None:
            raise UsageError("--local is the region near a machine; give a machine, or one in the problem file")
        try:
            result = free_energy(
                asked, machine, local, n=_number(n), semantics=semantics, loss=loss, chart=chart,
                prior_concentration=concentration_of(prior_concentration), particles=particles, replicas=replicas,
                seed=seed, sweeps=sweeps, resume=resume, memory=memory, progress=True,
            )  # fmt: skip
        except EstimateError as error:
            raise BudgetError(str(error), error.partial) from None
        except ProblemError as error:
            if str(error).startswith("n is "):
                raise UsageError(f"--{error}") from None
            raise
    print(text(result))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"--n is {text}; give a positive number such as 1e6") from None


VERB = Verb("posterior", posterior)
