"""The table that a list is on average, where its keys err: made once for a code, not again at every step.

At an exact symbol σ and state q tuple i of a list matches with probability m_i = k_i(σ) κ_i(q). The last match wins:
tuple i is used with probability W_i = m_i ∏_{j>i} (1 − m_j), and with probability ∏_j (1 − m_j) nothing happens. What
is written, which state is next and how the head moves is Σ_i W_i times row i of the list, and what stays: row (σ, q) of
a table. A semantics that averages scans over symbols and states runs this table. Its cotangents, summed over all steps
and inputs, are pulled back to the list at the end.

The lanes are codes. Products are not fused with sums, so that `noisytm.relaxation.marginal.arrays` has the same bits.
"""

from noisytm.relaxation.marginal.kernels.places import layout
from noisytm.relaxation.marginal.kernels.real import LANES, nothing
from noisytm.relaxation.marginal.kernels.scalars import code_entry, get, one, put, zero
from noisytm.relaxation.marginal.kernels.sums import plus, times

# The columns of ``pairs``, one row for each row of a table: a symbol, a state, and its place among those of a key.
OF_SYMBOL, OF_STATE, OF_KEY = 0, 1, 2


def tabulate(shape, pairs, codes, buffers, tables):
    """Fill the tables, shape (n, rows · columns), of lists, shape (n, N · entries).

    ``shape`` holds S, |Q|, N and the number of entries of a key.
    """
    at, listed, rests = layout(shape[0], shape[1], shape[2], shape[3]), buffers.listed, buffers.rests
    table = buffers.table
    for begin in range(0, codes.shape[0], LANES):
        take_in(codes, begin, listed)
        put_key_rests(listed, rests, at)
        for p in range(pairs.shape[0]):
            left = scan(listed, rests, buffers, at, pairs[p, OF_SYMBOL], pairs[p, OF_KEY])
            mix_row(listed, buffers.used, table, p * at.columns, at)
            add(table, p * at.columns + pairs[p, OF_SYMBOL], left)
            add(table, p * at.columns + at.symbols + pairs[p, OF_STATE], left)
            add(table, p * at.columns + at.symbols + at.states + 1, left)  # of the moves L, S, R
        give_out(table, begin, tables)


def untabulate(shape, pairs, codes, tables_bar, buffers, codes_bar):
    """Fill the cotangents of lists from those of their tables."""
    at, listed, rests = layout(shape[0], shape[1], shape[2], shape[3]), buffers.listed, buffers.rests
    out = buffers.table
    for begin in range(0, codes.shape[0], LANES):
        take_in(codes, begin, listed)
        take_in(tables_bar, begin, out)
        put_key_rests(listed, rests, at)
        for j in range(at.tuples * at.row):
            put(buffers.listed_bar, j, nothing())
        for p in range(pairs.shape[0]):
            first, symbol, named = p * at.columns, pairs[p, OF_SYMBOL], pairs[p, OF_KEY]
            scan(listed, rests, buffers, at, symbol, named)
            left_bar = plus(get(out, first + symbol), get(out, first + at.symbols + pairs[p, OF_STATE]))
            left_bar = plus(left_bar, get(out, first + at.symbols + at.states + 1))
            unscan(buffers, at, first, symbol, named, left_bar)
        give_out(buffers.listed_bar, begin, codes_bar)


def take_in(rows, begin, values):
    """Put the rows from ``begin`` on into the lanes; lanes left over repeat the last one."""
    last = rows.shape[0] - 1
    for j in range(rows.shape[1]):
        for lane in range(LANES):
            values[j * LANES + lane] = rows[min(begin + lane, last), j]


def give_out(values, begin, rows):
    """Put what stands in the lanes into the rows from ``begin`` on."""
    for lane in range(min(LANES, rows.shape[0] - begin)):
        for j in range(rows.shape[1]):
            rows[begin + lane, j] = values[j * LANES + lane]


def add(values, i, value):
    """Add to a value."""
    put(values, i, plus(get(values, i), value))


def put_key_rests(listed, rests, at):
    """Form, for each entry of each key, the sum of the others."""
    for i in range(at.tuples):
        put_rests(listed, i * at.row, at.symbols, rests, i * at.keys)
        put_rests(listed, i * at.row + at.symbols, at.keys - at.symbols, rests, i * at.keys + at.symbols)


def put_rests(listed, entry, count, rests, to):
    """Put at ``to``, for each of some entries, the sum of the others: from both ends, without a difference."""
    before, after = zero(), zero()
    for e in range(count):
        put(rests, to + e, before)
        before = plus(before, code_entry(listed, entry + e))
    for e in range(count - 1, -1, -1):
        put(rests, to + e, plus(get(rests, to + e), after))
        after = plus(after, code_entry(listed, entry + e))


def scan(listed, rests, buffers, at, symbol, named):
    """Scan the list at an exact symbol and state, from its end; return the probability that nothing matches.

    The probability with which a tuple is used is left in ``used``, that with which the scan gets to it in ``left``.
    """
    left = one()
    for i in range(at.tuples - 1, -1, -1):
        key, key_state = code_entry(listed, i * at.row + symbol), code_entry(listed, i * at.row + at.symbols + named)
        other = get(rests, i * at.keys + symbol)
        missed = plus(other, times(key, get(rests, i * at.keys + at.symbols + named)))
        put(buffers.left, i, left)
        put(buffers.missed, i, missed)
        put(buffers.used, i, times(left, times(key, key_state)))
        left = times(left, missed)
    return left


def mix_row(listed, used, table, to, at):
    """Mix the rows of a list, four columns at a time so that each probability is loaded once for the four."""
    last = at.tuples - 1
    for column in range(0, at.columns - 3, 4):
        a, b, c, d = zero(), zero(), zero(), zero()
        for i in range(last, -1, -1):
            mass, entry = get(used, i), i * at.row + at.keys + column
            a, b = plus(a, times(mass, code_entry(listed, entry))), plus(b, times(mass, code_entry(listed, entry + 1)))
            c = plus(c, times(mass, code_entry(listed, entry + 2)))
            d = plus(d, times(mass, code_entry(listed, entry + 3)))
        put(table, to + column, a)
        put(table, to + column + 1, b)
        put(table, to + column + 2, c)
        put(table, to + column + 3, d)
    for column in range(at.columns - at.columns % 4, at.columns):
        a = zero()
        for i in range(last, -1, -1):
            a = plus(a, times(get(used, i), code_entry(listed, i * at.row + at.keys + column)))
        put(table, to + column, a)


def unscan(buffers, at, first, symbol, named, left_bar):
    """Pass the cotangents of a row of the table on to entries and keys, ``left_bar`` being that of what is left.

    As everywhere over probabilities, what a match takes from those before it counts as 1 − m_i, along the simplices.
    """
    listed, bar = buffers.listed, buffers.listed_bar
    unmix_row(listed, buffers.table, first, buffers.used_bar, at)
    spread_row_of_table(buffers.used, buffers.table, first, bar, at)
    for i in range(at.tuples):
        row, g = i * at.row, get(buffers.used_bar, i)
        key, key_state = code_entry(listed, row + symbol), code_entry(listed, row + at.symbols + named)
        mass_bar = times(get(buffers.left, i), g - left_bar)
        left_bar = plus(times(left_bar, get(buffers.missed, i)), times(g, times(key, key_state)))
        add(bar, row + symbol, times(mass_bar, key_state))
        add(bar, row + at.symbols + named, times(mass_bar, key))


def unmix_row(listed, out, first, used_bar, at):
    """Form the cotangents of how probable it is that tuples are used, four at a time as in `mix_row`."""
    for i in range(0, at.tuples - 3, 4):
        a, b, c, d, row = nothing(), nothing(), nothing(), nothing(), at.row
        for column in range(at.columns):
            g, entry = get(out, first + column), i * row + at.keys + column
            a, b = plus(a, times(g, code_entry(listed, entry))), plus(b, times(g, code_entry(listed, entry + row)))
            c = plus(c, times(g, code_entry(listed, entry + 2 * row)))
            d = plus(d, times(g, code_entry(listed, entry + 3 * row)))
        put(used_bar, i, a)
        put(used_bar, i + 1, b)
        put(used_bar, i + 2, c)
        put(used_bar, i + 3, d)
    for i in range(at.tuples - at.tuples % 4, at.tuples):
        a = nothing()
        for column in range(at.columns):
            a = plus(a, times(get(out, first + column), code_entry(listed, i * at.row + at.keys + column)))
        put(used_bar, i, a)


def spread_row_of_table(used, out, first, bar, at):
    """Add the cotangents of the entries of all tuples, four columns at a time."""
    for column in range(0, at.columns - 3, 4):
        a, b = get(out, first + column), get(out, first + column + 1)
        c, d = get(out, first + column + 2), get(out, first + column + 3)
        for i in range(at.tuples):
            mass, entry = get(used, i), i * at.row + at.keys + column
            add(bar, entry, times(mass, a))
            add(bar, entry + 1, times(mass, b))
            add(bar, entry + 2, times(mass, c))
            add(bar, entry + 3, times(mass, d))
    for column in range(at.columns - at.columns % 4, at.columns):
        a = get(out, first + column)
        for i in range(at.tuples):
            add(bar, i * at.row + at.keys + column, times(get(used, i), a))
