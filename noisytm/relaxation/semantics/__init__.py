"""What a relaxed step is: the contract of a semantics, the registry, and one file for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.relaxation.semantics.annealed import ANNEALED as ANNEALED
    from noisytm.relaxation.semantics.annealed import Annealed as Annealed
    from noisytm.relaxation.semantics.configurations import Configuration as Configuration
    from noisytm.relaxation.semantics.configurations import Effect as Effect
    from noisytm.relaxation.semantics.configurations import Stepper as Stepper
    from noisytm.relaxation.semantics.configurations import cells_kept as cells_kept
    from noisytm.relaxation.semantics.configurations import effects as effects
    from noisytm.relaxation.semantics.contract import Code as Code
    from noisytm.relaxation.semantics.contract import Reading as Reading
    from noisytm.relaxation.semantics.contract import Semantics as Semantics
    from noisytm.relaxation.semantics.contract import Value as Value
    from noisytm.relaxation.semantics.marginal import Head as Head
    from noisytm.relaxation.semantics.marginal import KeyPrimitives as KeyPrimitives
    from noisytm.relaxation.semantics.marginal import Keys as Keys
    from noisytm.relaxation.semantics.marginal import Marginal as Marginal
    from noisytm.relaxation.semantics.marginal import MarginalReading as MarginalReading
    from noisytm.relaxation.semantics.marginal import Marginals as Marginals
    from noisytm.relaxation.semantics.marginal import Primitives as Primitives
    from noisytm.relaxation.semantics.mean_field import MEAN_FIELD as MEAN_FIELD
    from noisytm.relaxation.semantics.mean_field import MeanField as MeanField
    from noisytm.relaxation.semantics.pseudo_utm import PSEUDO_UTM as PSEUDO_UTM
    from noisytm.relaxation.semantics.pseudo_utm import PseudoUTM as PseudoUTM
    from noisytm.relaxation.semantics.quenched import QUENCHED as QUENCHED
    from noisytm.relaxation.semantics.quenched import Quenched as Quenched
    from noisytm.relaxation.semantics.registry import SEMANTICS as SEMANTICS
    from noisytm.relaxation.semantics.registry import checked_semantics as checked_semantics
    from noisytm.relaxation.semantics.registry import names_of as names_of
    from noisytm.relaxation.semantics.runs import Memory as Memory
    from noisytm.relaxation.semantics.runs import Runs as Runs
    from noisytm.relaxation.semantics.runs import RunsReading as RunsReading

_door = Door(
    __name__,
    {
        "annealed": ("ANNEALED", "Annealed"),
        "configurations": ("Configuration", "Effect", "Stepper", "cells_kept", "effects"),
        "contract": ("Code", "Reading", "Semantics", "Value"),
        "marginal": ("Head", "KeyPrimitives", "Keys", "Marginal", "MarginalReading", "Marginals", "Primitives"),
        "mean_field": ("MEAN_FIELD", "MeanField"),
        "pseudo_utm": ("PSEUDO_UTM", "PseudoUTM"),
        "quenched": ("QUENCHED", "Quenched"),
        "registry": ("SEMANTICS", "checked_semantics", "names_of"),
        "runs": ("Memory", "Runs", "RunsReading"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
