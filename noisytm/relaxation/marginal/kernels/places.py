"""Where things stand in the registers of a step, and how wide the padding of a tape is."""

from noisytm._compile import inner

PAD = 2


@inner
def places(symbols, states, tuples):
    """Registers of: rest of y, z, rest of z, match, write, next, stay, A, D. See `tracer.Layout`."""
    z = 2 * symbols
    match = z + 2 * states
    write = match + tuples
    nxt = write + symbols
    stay = nxt + states
    return symbols, z, z + states, match, write, nxt, stay, stay + 1, stay + 1 + symbols


@inner
def bar_base(window, step, symbols, half):
    """Return where cell 0 of the cotangents of a step's tape stands: even and odd steps have a half each."""
    return (step % 2) * half - (window[step, 0] - PAD) * symbols
