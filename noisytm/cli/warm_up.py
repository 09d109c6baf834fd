"""``noisytm warm-up``: compile everything once."""

from __future__ import annotations

from noisytm.cli import _options as option
from noisytm.cli.verb import Verb


def warm_up(*, workers: option.Workers = 1) -> None:
    """Compile everything once and keep it, for images and clusters; what is there already is not compiled again.

    Only kernels that are written out for one shape of a machine are compiled where such a shape is met.
    """
    from noisytm.warming import warm_up as compile_all

    print(compile_all(workers=workers))


VERB = Verb("warm-up", warm_up)
