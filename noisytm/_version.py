"""The version of noisytm."""

__version__ = "0.2.0"
