/* A plain recursive search of all transition tables that give every input an accepted state: one call a step.
   Where a run needs a tuple that is not settled all 3·S·Q actions are tried. Counts of leaves: out[0] tables that are
   settled as far as the inputs need them (cubes), out[1] refuted ones, out[2 + k] cubes with k settled tuples. */

#include <stdint.h>
#include <string.h>

#define CELLS 256
#define INPUTS 64
#define MOST 64

static int symbols, states, steps, inputs;
static int8_t tape[INPUTS][CELLS];
static int8_t settled[MOST], writes[MOST], follows[MOST], moves[MOST];
static const uint8_t *accepts; /* [inputs][states] */
static int64_t *out;
static int depth;

static void go(int input, int step, int head, int state)
{
    if (step == steps) {
        if (!accepts[input * states + state]) {
            out[1]++;
        } else if (input + 1 == inputs) {
            out[0]++;
            out[2 + depth]++;
        } else {
            go(input + 1, 0, CELLS / 2, 0);
        }
        return;
    }
    int8_t *cell = &tape[input][head], old = *cell;
    int row = state * symbols + old;
    if (settled[row]) {
        *cell = writes[row];
        go(input, step + 1, head + moves[row], follows[row]);
        *cell = old;
        return;
    }
    settled[row] = 1;
    depth++;
    for (int write = 0; write < symbols; write++) {
        for (int next = 0; next < states; next++) {
            for (int move = -1; move <= 1; move++) {
                writes[row] = (int8_t)write;
                follows[row] = (int8_t)next;
                moves[row] = (int8_t)move;
                *cell = (int8_t)write;
                go(input, step + 1, head + move, next);
            }
        }
    }
    *cell = old;
    depth--;
    settled[row] = 0;
}

/* words: [inputs][length], padded with blanks (0); the start state is 0. */
void count(int S, int Q, int t, int n, int length, const int8_t *words, const uint8_t *accepted, int64_t *counts)
{
    symbols = S, states = Q, steps = t, inputs = n, accepts = accepted, out = counts, depth = 0;
    memset(tape, 0, sizeof tape);
    memset(settled, 0, sizeof settled);
    for (int i = 0; i < n; i++)
        memcpy(&tape[i][CELLS / 2], words + i * length, (size_t)length);
    go(0, 0, CELLS / 2, 0);
}
