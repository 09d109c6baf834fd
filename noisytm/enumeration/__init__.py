"""Every Turing machine of a size, up to renaming and reflection: tree normal form, busy beavers, counts."""

from noisytm.enumeration.driver import enumerate_machines
from noisytm.enumeration.result import Enumeration

__all__ = ["Enumeration", "enumerate_machines"]
