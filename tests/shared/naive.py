"""The definitions of the semantics (docs/theory.md, section 2), written out over any semiring: twins for tests alone.

Annealed and quenched: a run asks for draws, and is run again from the start whenever it asks for one more. Mean-field
and pseudo-utm: the formulas, for every cell that can be reached.
"""

import itertools

MOVES = {"L": -1, "S": 0, "R": 1}


class Ask(Exception):
    """A run needs a draw that it has not been given."""


def outcomes(algebra, problem, code, semantics, word):
    """Return the value of every readout: a dict from outcome to value."""
    if semantics in ("annealed", "quenched"):
        return runs(algebra, problem, code, semantics == "quenched", word)
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


def runs(algebra, problem, code, once, word):
    """Sum over all sequences of draws; with ``once`` a tuple that was drawn before is not drawn again."""
    space, total = problem.space, {}
    s, q = len(space.symbols), len(space.states)
    actions = list(itertools.product(enumerate(space.symbols), enumerate(space.states), enumerate(MOVES)))

    def continued(drawn, value):
        given, table = iter(drawn), {}

        def draw(at):
            if once and at in table:
                return table[at]
            for known, action in given:
                assert known == at
                table[at] = action
                return action
            raise Ask(at)

        try:
            outcome = follow(problem, word, draw)
        except Ask as asked:
            at = asked.args[0]
            for (w, write), (r, state), (m, move) in actions:
                share = algebra.product([code[at][w], code[at][s + r], code[at][s + q + m]])
                continued([*drawn, (at, (write, state, move))], algebra.times(value, share))
        else:
            total[read] = algebra.plus(total.get(read, algebra.zero), value)

    continued([], algebra.one)
    return total


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
