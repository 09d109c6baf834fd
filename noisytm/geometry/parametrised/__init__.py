"""Parametrisations: charts with parameters, in which probabilities are functions of weights, logits, shared factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from noisytm._lazy import Door

if TYPE_CHECKING:
    from noisytm.geometry.parametrised.atoms import Rectified as Rectified
    from noisytm.geometry.parametrised.atoms import RectifiedChart as RectifiedChart
    from noisytm.geometry.parametrised.factors import FactorChart as FactorChart
    from noisytm.geometry.parametrised.factors import Shared as Shared
    from noisytm.geometry.parametrised.factors import SharedChart as SharedChart
    from noisytm.geometry.parametrised.family import Family as Family
    from noisytm.geometry.parametrised.family import Parametrised as Parametrised
    from noisytm.geometry.parametrised.logits import GaussianLogits as GaussianLogits
    from noisytm.geometry.parametrised.logits import LaplaceLogits as LaplaceLogits
    from noisytm.geometry.parametrised.logits import Softmax as Softmax
    from noisytm.geometry.parametrised.logits import SquaredLogits as SquaredLogits
    from noisytm.geometry.parametrised.naming import Group as Group
    from noisytm.geometry.parametrised.naming import require_group as require_group
    from noisytm.geometry.parametrised.products import Powers as Powers
    from noisytm.geometry.parametrised.products import ProductChart as ProductChart
    from noisytm.geometry.parametrised.products import Products as Products

_door = Door(
    __name__,
    {
        "atoms": ("Rectified", "RectifiedChart"),
        "factors": ("FactorChart", "Shared", "SharedChart"),
        "family": ("Family", "Parametrised"),
        "logits": ("GaussianLogits", "LaplaceLogits", "Softmax", "SquaredLogits"),
        "naming": ("Group", "require_group"),
        "products": ("Powers", "ProductChart", "Products"),
    },
)
__all__ = _door.names
__getattr__ = _door.get
__dir__ = _door.listed
