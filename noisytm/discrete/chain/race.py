"""Which width of blocks to go on with in a run that has turned out long: many are tried side by side.

What tells the right width is not how fast it is at first but that it becomes faster: its rules cover more and more
steps, those of the others do not. So in each round of a race all runs make as many moves as before, and those go on
whose speed has grown the most.
"""

from __future__ import annotations

from noisytm._digits import has_no_digits
from noisytm.discrete.chain.accelerated import MAX_SIZE, ChainRun, run_counts
from noisytm.discrete.configuration import Configuration, RunLengthConfiguration

ROUNDS = ((256, 12), (512, 6), (1024, 3), (2048, 2), (4096, 1))  # moves in all, and how many of those that grow go on
MAX_RACED = 12
MORE_RUNS = 8  # times the fewest runs that a tape can be cut into: beyond, a width is not tried
MOST_RUNS = 1 << 12
GROWTH = 5, 4  # a ratio of integers: the speeds may be too large for floats
WORTHWHILE = 1 << 13  # steps per move from which chains are faster than blocks


class Racer:
    """A run in a race, with the speeds it has had.

    Examples
    --------
    >>> from noisytm import parse
    >>> racer = Racer(ChainRun(Configuration.initial(parse("1RB---_1LC1RB_1LA1LC")), 1, False))
    >>> for moves in (8, 16, 32):
    ...     racer.go(10**100, moves)
    >>> racer.more, racer.worthwhile  # a rule has been found, and applied to the last step
    (False, True)
    """

    def __init__(self, run: ChainRun) -> None:
        self.run, self.more, self.begin = run, True, run.tape.steps
        self.speeds: list[int] = []  # steps a move or leap, times 2^20
        self.rounds: list[int] = []  # steps a move or leap in each round alone

    def go(self, max_steps: int, moves: int) -> None:
        """Go on until so many moves have been made."""
        tape, prover = self.run.tape, self.run.prover
        steps, work = tape.steps, prover.work
        self.more = self.run.go(max_steps, moves - prover.moves)
        self.rounds.append((tape.steps - steps) // max(1, prover.work - work))
        self.speeds.append((tape.steps - self.begin << 20) // max(1, prover.work))

    def go_on(self, max_steps: int, most: int) -> None:
        """Go on for as long again, at most for as long as so many moves take."""
        prover = self.run.prover
        self.go(max_steps, prover.moves + min(prover.work, most) * prover.moves // max(1, prover.work))

    @property
    def grown(self) -> int:
        """By how much the speed has grown since the first time, times 2^20."""
        first, last = self.speeds[0], self.speeds[-1]
        return last if has_no_digits(first) else (last << 20) // max(1, first)

    @property
    def worthwhile(self) -> bool:
        """Whether it is faster than blocks, or has become faster since the last time but one by more than by chance."""
        if len(self.speeds) < 3 or self.last >= WORTHWHILE or _grown(self.speeds[-3], self.speeds[-1]):
            return True
        return _grown(self.rounds[-3], self.rounds[-2]) and _grown(self.rounds[-2], self.last)

    @property
    def last(self) -> int:
        """Steps a move or leap in the last round."""
        return self.rounds[-1]


def _grown(before: int, after: int) -> bool:
    return GROWTH[1] * after >= GROWTH[0] * before


def raced(start: Configuration, max_steps: int, counting: bool) -> Racer | None:
    """Try many widths of blocks for some thousand moves; return the run whose speed has grown the most.

    Examples
    --------
    >>> from noisytm import parse, run
    >>> machine = parse("1RB0RC_0LC0RE_1LD1LC_1LA0LF_1RZ1RA_1RA0LC")
    >>> start = run(machine, max_steps=16384).configuration
    >>> raced(start, 10**9, False).run.width
    10
    """
    racers = [Racer(ChainRun(start, width, counting)) for width in _widths(start)]
    for racer in racers:
        racer.run.prover.may_jump = False  # it hides for a while which of them find rules
    for moves, kept in ROUNDS:
        for racer in racers:
            racer.go(max_steps, moves)
            if not racer.more:
                return racer
        fastest = max(racers, key=lambda racer: racer.last, default=None)
        growing = sorted(racers, key=lambda racer: racer.grown, reverse=True)[:kept]
        racers = [fastest, *(racer for racer in growing if racer is not fastest)] if fastest else []
    if fastest is None or not fastest.worthwhile:
        return None
    fastest.run.prover.may_jump = True
    return fastest


def _widths(start: Configuration) -> list[int]:
    """Return the widths of blocks worth trying, those first under which the tape has the fewest runs."""
    if isinstance(start, RunLengthConfiguration):
        return []
    count = len(start.machine.symbols)
    widths = [k for k in range(1, MAX_RACED + 1) if k == 1 or count**k <= MAX_SIZE]
    runs = run_counts([start], widths)
    most = min(MOST_RUNS, MORE_RUNS * min(runs.values()))
    return sorted((width for width in widths if runs[width] <= most), key=lambda width: runs[width])
