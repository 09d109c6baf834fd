"""The definitions of the semantics (docs/theory.md, section 2), written out over any semiring: twins for tests alone.

Annealed: the Markov chain on whole configurations, on a tape that never moves. Quenched: a run asks for draws, and is
run again from the start whenever it asks for one more. Mean-field and pseudo-utm: the formulas, for every cell that can
be reached.
"""

import itertools

MOVES = {"L": -1, "S": 0, "R": 1}


class Ask(Exception):
    """A run needs a draw that it has not been given."""


def outcomes(algebra, problem, code, semantics, word):
    """Return the value of every readout: a dict from outcome to value."""
    if semantics == "annealed":
        return chain(algebra, problem, code, word)
    if semantics == "quenched":
        return tables(algebra, problem, code, word)
    return products(algebra, problem, code, semantics, word)


def wrong(algebra, problem, code, semantics):
    """Return for each input the sum of the values of the rejected readouts."""
    return [
        algebra.sum(
            value
            for outcome, value in outcomes(algebra, problem, code, semantics, word).items()
            if not problem.accepts(i, outcome)
        )
        for i, word in enumerate(problem.inputs)
    ]


def read(problem, tape, head, state):
    """Return what is read off a configuration, given its cells as a mapping."""
    return problem.readout.outcome(state, lambda k: tape.get(head + k, problem.space.blank))


def follow(problem, word, draw):
    """Run a machine whose every action comes from ``draw``, on a tape of its own; return what is read."""
    space, tape, head, state = problem.space, dict(enumerate(word)), 0, problem.space.start
    for _ in range(problem.steps):
        key = tape.get(head, space.blank), state
        if key not in space.keys:
            break
        tape[head], state, move = draw(space.keys.index(key))
        head += MOVES[move]
    return read(problem, tape, head, state)


def actions_of(algebra, space, row):
    """Yield all that a tuple may do, with its value."""
    s, q = len(space.symbols), len(space.states)
    for (w, write), (r, state), (m, move) in itertools.product(*map(enumerate, (space.symbols, space.states, MOVES))):
        yield (write, state, move), algebra.product([row[w], row[s + r], row[s + q + m]])


def chain(algebra, problem, code, word):
    """Push the values of all configurations through the steps."""
    space, first = problem.space, problem.steps
    tape = [space.blank] * first + list(word) + [space.blank] * (first + 1)
    now = {(tuple(tape), first, space.start): algebra.one}
    for _ in range(problem.steps):
        after = {}
        for (cells, head, state), value in now.items():
            if (cells[head], state) not in space.keys:
                after.setdefault((cells, head, state), []).append(value)
                continue
            row = code[space.keys.index((cells[head], state))]
            for (write, to, move), share in actions_of(algebra, space, row):
                written = (*cells[:head], write, *cells[head + 1 :])
                after.setdefault((written, head + MOVES[move], to), []).append(algebra.times(value, share))
        now = {configuration: algebra.sum(values) for configuration, values in after.items()}
    total = {}
    for (cells, head, state), value in now.items():
        total.setdefault(read(problem, dict(enumerate(cells)), head, state), []).append(value)
    return {outcome: algebra.sum(values) for outcome, values in total.items()}


def tables(algebra, problem, code, word):
    """Sum over tables, filled in where the run from the start asks for more."""
    total = {}

    def continued(table, value):
        def draw(at):
            if at not in table:
                raise Ask(at)
            return table[at]

        try:
            outcome = follow(problem, word, draw)
        except Ask as asked:
            (at,) = asked.args
            for action, share in actions_of(algebra, problem.space, code[at]):
                continued({**table, at: action}, algebra.times(value, share))
        else:
            total.setdefault(outcome, []).append(value)

    continued({}, algebra.one)
    return {outcome: algebra.sum(values) for outcome, values in total.items()}


def products(algebra, problem, code, semantics, word):
    """Follow the marginals of 2t + 1 cells around the head, and of the state; readouts are products."""
    space, t = problem.space, problem.steps
    s, q, reach = len(space.symbols), len(space.states), t + len(word) + problem.readout.reach

    def certain(values, value):
        return [algebra.one if v == value else algebra.zero for v in values]

    cells = {k: certain(space.symbols, space.blank) for k in range(-reach - t, reach + t + 1)}
    cells |= {k: certain(space.symbols, x) for k, x in enumerate(word)}
    z = certain(space.states, space.start)
    for _ in range(t):
        y, acts = cells[0], []
        falls = {(a, b): algebra.times(y[a], z[b]) for a in range(s) for b in range(q)}

        def other(key, falls=falls):  # 1 − λ, as the sum of all other λ
            return algebra.sum(value for k, value in falls.items() if k != key)

        keys = list(space.key_indices)
        if semantics == "mean-field":
            acts = [(falls[key], code[i]) for i, key in enumerate(keys)]
            for (a, b), mass in falls.items():
                if (a, b) not in keys:
                    stays = [space.symbols[a], space.states[b], "S"]
                    rows = [
                        certain(names, x) for names, x in zip((space.symbols, space.states, MOVES), stays, strict=True)
                    ]
                    acts.append((mass, [*rows[0], *rows[1], *rows[2]]))
        else:
            for i, key in enumerate(keys):
                acts.append((algebra.product([falls[key], *map(other, keys[i + 1 :])]), code[i]))
            acts.append((algebra.product(map(other, keys)), [*y, *z, *certain(MOVES, "S")]))
        mixed = [algebra.sum(algebra.times(mass, row[c]) for mass, row in acts) for c in range(s + q + 3)]
        now, z, (left, stay, right) = {**cells, 0: mixed[:s]}, mixed[s : s + q], mixed[s + q :]
        blank = certain(space.symbols, space.blank)
        cells = {
            k: [
                algebra.sum(
                    algebra.times(d, now.get(k + shift, blank)[a]) for d, shift in ((left, -1), (stay, 0), (right, 1))
                )
                for a in range(s)
            ]
            for k in cells
        }
    places = [(space.states, z) if k < 0 else (space.symbols, cells[k]) for k in problem.readout.places]
    return {
        names: algebra.product(marginal[values.index(x)] for x, (values, marginal) in zip(names, places, strict=True))
        for names in itertools.product(*(values for values, _ in places))
    }
