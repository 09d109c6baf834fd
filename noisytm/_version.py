"""The version of noisytm."""

__version__ = "0.1.0"
