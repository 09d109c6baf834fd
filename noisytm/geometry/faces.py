"""Faces of code space: a code with some of its entries left free."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noisytm._checks import instance, instances, listed, one_of
from noisytm._summary import Described
from noisytm._text import shown
from noisytm.codespace import KEYS, KINDS, CodeSpace, Coordinate, NoisyKeySpace, TupleCoordinate
from noisytm.discrete import used_tuples
from noisytm.errors import MachineError
from noisytm.machine import Description
from noisytm.problem import SynthesisProblem

Key = tuple[str, str]
Place = Key | int  # a tuple: its key, or its number where keys err or are repeated


@dataclass(frozen=True)
class Face(Described):
    """A product of faces of the simplices of code space: the entries of a machine and some others, the free ones.

    The learning coefficient at a noisy code depends on its support alone, which is such a face.

    Parameters
    ----------
    machine : TuringMachine or Description
        A vertex of the face.
    free : sequence of Coordinate or TupleCoordinate
        The other entries in the support, as error coordinates of the machine.
    keys : {"exact", "noisy"}
        Whether the keys of the listed tuples err as well. If they do, or a key is repeated, the machine is a
        `Description`, and entries are named by the number of their tuple; those of keys that err may be free too.

    Raises
    ------
    MachineError
        If something in ``free`` is no error coordinate of the machine.

    Examples
    --------
    >>> from noisytm import library
    >>> machine = library.machine("detectA")
    >>> face = Face(machine, [Coordinate("_", "accept", "move", "L"), Coordinate("_", "accept", "move", "R")])
    >>> face.support.sum().item(), Face.of_machine(machine).support.sum().item()
    (20, 18)
    >>> str(Face(machine, [TupleCoordinate(1, "read", "A")], keys="noisy").free[0])
    'tuple 1 reads A'
    """

    machine: Description
    free: tuple[Coordinate | TupleCoordinate, ...] = ()
    keys: str = "exact"

    def __post_init__(self) -> None:
        object.__setattr__(self, "machine", vertex_of(self.machine, self.keys))
        free = listed("free entries", self.free)
        if not free:
            object.__setattr__(self, "free", ())
            return
        known = self._coordinates
        possible = set(known)
        for c in free:
            if not isinstance(c, tuple) or not all(isinstance(x, (str, int)) for x in c) or c not in possible:
                place = "number of the tuple" if known and isinstance(known[0], TupleCoordinate) else "symbol, state"
                raise MachineError(
                    f"free entry {shown(tuple(c) if isinstance(c, tuple) else c)} is not an error coordinate of the"
                    f" machine; give ({place}, kind, wrong value)"
                )
        wanted = set(free)
        object.__setattr__(self, "free", tuple(c for c in known if c in wanted))

    @property
    def _coordinates(self) -> tuple[Coordinate | TupleCoordinate, ...]:
        return CodeSpace.of(self.machine, self.keys).coordinates(self.machine)

    @classmethod
    def of_machine(cls, machine: Description) -> Face:
        """Return the vertex of a machine: nothing is free."""
        return cls(machine)

    @classmethod
    def of_code(cls, space: CodeSpace | SynthesisProblem, w: Any) -> Face:
        """Return the smallest face that contains a noisy code: the entries that are not exactly 0 are its support.

        Parameters
        ----------
        space : SynthesisProblem or CodeSpace
            The problem, as for the other constructors; its code space, or another one.
        w : array_like of float, shape (N, S + |Q| + 3), or TuringMachine
            The noisy code. Its most likely values (the first of these) make the vertex. A machine is its own code.

        Raises
        ------
        MachineError
            If ``w`` is no noisy code, and no machine, of the space.

        Examples
        --------
        >>> from noisytm import CodeSpace, library
        >>> machine = library.machine("detectA")
        >>> space = CodeSpace.of(machine)
        >>> Face.of_code(space, space.embed(machine)) == Face.of_machine(machine)
        True
        """
        if isinstance(space, SynthesisProblem):
            space = space.space
        elif isinstance(w, (CodeSpace, SynthesisProblem)):
            instances(space=(space, CodeSpace), w=(w, object))
        instance("space", space, CodeSpace)
        if isinstance(w, Description):
            space.require(w)
            return cls(w, keys=KEYS[space.noisy_keys])
        codes = space.checked(w)
        if len(codes) != 1:
            raise MachineError(f"{len(codes)} codes are given; a face is that of one code")
        return cls._of_support(space, codes[0])

    @classmethod
    def _of_support(cls, space: CodeSpace, masses: NDArray[np.float64]) -> Face:
        keys = [()] * space.tuples if isinstance(space, NoisyKeySpace) else space.keys
        halting = space.halting if isinstance(space, NoisyKeySpace) else ()
        tuples: Any = tuple(
            (*key, *(values[int(np.argmax(row[start : start + len(values)]))] for _, start, values in space.blocks))
            for key, row in zip(keys, masses, strict=True)
        )
        machine = Description(space.symbols, space.blank, space.states, space.start, tuples, halting)
        columns = space.coordinate_columns(machine)
        wrong = zip(space.coordinates(machine), masses.ravel()[columns].tolist(), strict=True)
        free: Any = tuple(c for c, x in wrong if x > 0)
        return cls(machine, free, KEYS[space.noisy_keys])

    @classmethod
    def with_free_unused(cls, problem: SynthesisProblem, machine: Description) -> Face:
        """Return the face of a machine where all entries of the tuples are free that it never uses on a problem.

        Where keys err theirs are not: what a tuple does is free as long as its key keeps it from acting.

        Examples
        --------
        >>> from noisytm import SynthesisProblem, library, words
        >>> machine = library.machine("detectA")
        >>> problem = SynthesisProblem.of_machine(machine, inputs=words("AB", 2), steps=4)
        >>> len(Face.with_free_unused(problem, machine).free)
        10
        """
        instances(problem=(problem, SynthesisProblem), machine=(machine, Description))
        problem.space.require(machine)
        used, code = set(acting(problem, machine)), cls(machine, keys=KEYS[problem.space.noisy_keys])
        free = tuple(c for c in code._coordinates if c.place not in used and c.kind in KINDS)
        return cls(machine, free, code.keys)

    @property
    def is_code(self) -> bool:
        """Whether nothing is free."""
        return not self.free

    @property
    def free_keys(self) -> set[Place]:
        """The tuples with a free entry: their (symbol, state), or their numbers if keys err or are repeated."""
        return {c.place for c in self.free}

    @cached_property
    def support(self) -> NDArray[np.bool_]:
        """Which entries may have positive probability: bool, shape (N, S + |Q| + 3)."""
        space = CodeSpace.of(self.machine, self.keys)
        support = space.embed(self.machine) > 0
        free = set(self.free)
        columns = space.coordinate_columns(self.machine)
        chosen = [j for j, c in enumerate(space.coordinates(self.machine)) if c in free] if free else []
        support.ravel()[columns[chosen]] = True
        return support

    def to_json(self) -> dict[str, Any]:
        """Return what a JSON object needs beside the machine: ``free``, left out if nothing is."""
        return {"free": [c.to_json() for c in self.free]} if self.free else {}


def vertex_of(machine: Any, keys: Any) -> Description:
    """Return what a face has as its vertex: a list if keys err or are repeated, else a machine.

    Raises
    ------
    MachineError, ProblemError
        If it is neither, or keys are none of these.
    """
    instance("machine", machine, Description)
    by_number = one_of("keys", keys, KEYS) == "noisy" or machine.repeats
    return Description.of(machine) if by_number else machine.machine()


def acting(problem: SynthesisProblem, machine: Description) -> tuple[Place, ...]:
    """Return the tuples that a code uses on a problem's inputs, in listed order; of equal keys the last acts."""
    used = used_tuples(machine.machine(), problem.inputs, problem.steps)
    if not problem.space.by_number:
        return used
    last = {key: i for i, key in enumerate(machine.keys)}
    return tuple(sorted(last[key] for key in used))
