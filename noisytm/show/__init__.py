"""Seeing what machines do: space-time diagrams as text and as pictures."""

from noisytm.show.diagram import SpaceTime
from noisytm.show.space_time import space_time

__all__ = ["SpaceTime", "space_time"]
