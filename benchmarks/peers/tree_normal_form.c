/* Tree normal form the plain way: every child goes on from its parent's tape, and a run that does not halt
   within the limit is counted as one that never does. No recognisers. */

#include <stdint.h>
#include <string.h>

#define MAX_CELLS 12
#define TAPE 2048

struct entry {
    int8_t write;
    int8_t move; /* 0: undefined */
    int8_t next;
};

static struct entry table[MAX_CELLS];
static int states, symbols, cells;
static int64_t limit, halted, others, most;

static void visit(int filled, int top_state, int top_symbol, int state, int64_t head, int64_t steps, int64_t left,
                  int64_t right, const uint8_t *before)
{
    uint8_t tape[TAPE];
    struct entry *entry;
    memcpy(tape + left, before + left, (size_t)(right - left + 1));
    for (;;) {
        if (steps == limit) {
            others++;
            return;
        }
        entry = &table[state * symbols + tape[head]];
        if (entry->move == 0)
            break;
        tape[head] = (uint8_t)entry->write;
        head += entry->move;
        state = entry->next;
        steps++;
        if (head < left)
            tape[--left] = 0;
        if (head > right)
            tape[++right] = 0;
    }
    halted++;
    if (steps + 1 > most)
        most = steps + 1;
    if (cells - filled == 1)
        return;
    for (int next = 0; next < states && next <= top_state + 1; next++)
        for (int write = 0; write < symbols && write <= top_symbol + 1; write++)
            for (int move = filled ? -1 : 1; move <= 1; move += 2) {
                *entry = (struct entry){(int8_t)write, (int8_t)move, (int8_t)next};
                visit(filled + 1, next > top_state ? next : top_state, write > top_symbol ? write : top_symbol, state,
                      head, steps, left, right, tape);
            }
    entry->move = 0;
}

/* Return the number of machines; out is (halting, others, most steps). The limit is below TAPE / 2. */
int64_t enumerate(int number_of_states, int number_of_symbols, int64_t step_limit, int64_t *out)
{
    static const uint8_t blank[TAPE];
    states = number_of_states;
    symbols = number_of_symbols;
    cells = states * symbols;
    limit = step_limit;
    halted = others = most = 0;
    memset(table, 0, sizeof table);
    visit(0, 0, 0, 0, TAPE / 2, 0, TAPE / 2, TAPE / 2, blank);
    out[0] = halted;
    out[1] = others;
    out[2] = most;
    return halted + others;
}
