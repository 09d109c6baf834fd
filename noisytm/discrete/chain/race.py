"""Which width of blocks to go on with in a run that has turned out long: many are tried side by side.

What tells the right width is not how fast it is at first but that it becomes faster: its rules cover more and more
steps, those of the others do not. So in each round of a race all runs make as many moves as before, and those go on
whose speed has grown the most.
"""

from __future__ import annotations

from noisytm.discrete.chain.accelerated import MAX_SIZE, ChainRun, run_counts
from noisytm.discrete.configuration import Configuration, RunLengthConfiguration

ROUNDS = ((256, 12), (512, 6), (1024, 3), (2048, 2), (4096, 1))  # moves in all, and how many runs are kept then
MAX_RACED = 12
MORE_RUNS = 8  # times the fewest runs that a tape can be cut into: beyond, a width is not tried
MOST_RUNS = 1 << 12
GROWTH = 5, 4  # a ratio of integers: the speeds may be too large for floats


class Racer:
    """A run in a race, with the speeds it has had.

    Examples
    --------
    >>> from noisytm import parse
    >>> racer = Racer(ChainRun(Configuration.initial(parse("1RB---_1LC1RB_1LA1LC")), 1, False))
    >>> for moves in (4, 6, 8):
    ...     racer.go(10**100, moves)
    >>> racer.more, racer.growing  # a rule has been found, and applied to the last step
    (False, True)
    """

    def __init__(self, run: ChainRun) -> None:
        self.run, self.more, self.begin = run, True, run.tape.steps
        self.speeds: list[int] = []  # steps a move, times 2^20
        self.last = 0  # steps a move since the speed was last taken

    def go(self, max_steps: int, moves: int) -> None:
        """Go on until so many moves have been made."""
        steps, more_moves = self.run.tape.steps, moves - self.run.prover.moves
        self.more = self.run.go(max_steps, more_moves)
        self.last = (self.run.tape.steps - steps) // max(1, more_moves)
        self.speeds.append((self.run.tape.steps - self.begin << 20) // max(1, self.run.prover.moves))

    @property
    def grown(self) -> int:
        """By how much the speed has grown since the first time, times 2^20."""
        return (self.speeds[-1] << 20) // max(1, self.speeds[0])

    @property
    def growing(self) -> bool:
        """Whether the speed has grown since the last time but one by more than it does by chance."""
        return len(self.speeds) < 3 or GROWTH[1] * self.speeds[-1] >= GROWTH[0] * self.speeds[-3]


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
    for moves, kept in ROUNDS:
        for racer in racers:
            racer.go(max_steps, moves)
            if not racer.more:
                return racer
        racers = sorted(racers, key=lambda racer: racer.grown, reverse=True)[:kept]
    return racers[0] if racers and racers[0].growing else None


def _widths(start: Configuration) -> list[int]:
    """Return the widths of blocks worth trying, those first under which the tape has the fewest runs."""
    if isinstance(start, RunLengthConfiguration):
        return []
    count = len(start.machine.symbols)
    widths = [k for k in range(1, MAX_RACED + 1) if k == 1 or count**k <= MAX_SIZE]
    runs = run_counts([start], widths)
    most = min(MOST_RUNS, MORE_RUNS * min(runs.values()))
    return sorted((width for width in widths if runs[width] <= most), key=lambda width: runs[width])
