"""YAML texts as nodes or as values: whatever the text, a result or one line that says what is wrong."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from noisytm._text import clipped
from noisytm._yaml_tabs import separated_by_spaces
from noisytm.errors import FormatError

_TAB = "found character '\\t' that cannot start any token"
_ANOTHER = "but found another document"
MAX_CHARACTERS = 250_000  # up to some seconds for the parser, which is in Python


def yaml_nodes(text: str) -> Any:
    """Return the root node of a YAML document, scalars as written; ``None`` if it is empty.

    Raises
    ------
    FormatError
        If the text is not YAML; the message begins ``not YAML``, with the line where it is known.
    """
    return _read(_reader("base").compose, separated_by_spaces(text))


def yaml_values(text: str) -> Any:
    """Return what a YAML document says, as dictionaries, lists and scalars.

    Raises
    ------
    FormatError
        As `yaml_nodes` does, and if a tag does not fit its value.

    Examples
    --------
    >>> yaml_values("a: [1, b]")
    {'a': [1, 'b']}
    >>> yaml_values("a: !!bool perhaps")
    Traceback (most recent call last):
    noisytm.errors.FormatError: not YAML: a tag, a key or a number that cannot be read ('perhaps')
    """
    return _read(_reader("safe").load, separated_by_spaces(text))


def _reader(kind: str) -> Any:
    from ruamel.yaml import YAML

    from noisytm._yaml_extent import BoundedComposer, BoundedScanner

    reader = YAML(typ=kind, pure=True)
    reader.Composer, reader.Scanner = BoundedComposer, BoundedScanner
    return reader


def _read(parse: Callable[[str], Any], text: str) -> Any:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLWarning

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", YAMLWarning)  # an anchor used twice, a float of YAML 1.1: both are YAML
            return parse(text)
    except RecursionError:  # of whoever calls, near the end of the stack
        raise FormatError("not YAML: it is nested too deeply") from None
    except MarkedYAMLError as error:
        if error.problem == _ANOTHER:
            raise FormatError(
                f"not YAML of one document: another begins at line {error.problem_mark.line + 1}; split the text"
            ) from None
        line = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        hint = "; indent with spaces" if error.problem == _TAB else ""
        raise FormatError(f"not YAML{line}: {clipped(str(error.problem or error.context), 200)}{hint}") from None
    except (YAMLError, ValueError) as error:
        raise FormatError(f"not YAML: {clipped(str(error), 200)}") from None
    except (LookupError, TypeError, AttributeError, ArithmeticError, AssertionError) as error:
        # what the parser's own conversions raise, such as that of !!bool, !!int or a key that holds a list
        reason = f"a tag, a key or a number that cannot be read ({clipped(str(error), 100)})"
        raise FormatError(f"not YAML: {reason}") from None
