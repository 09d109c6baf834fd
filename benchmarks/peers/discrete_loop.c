/* The plain way to run a Turing machine: one table look-up per step, on a tape that is large enough. */

#include <stdint.h>

struct entry {
    uint8_t write;
    int8_t move;
    int8_t next; /* negative: halt */
};

int64_t run(const struct entry *table, int64_t symbols, uint8_t *tape, int64_t head, int64_t max_steps)
{
    int64_t steps = 0;
    int64_t state = 0;
    while (state >= 0 && steps < max_steps) {
        const struct entry *cell = &table[state * symbols + tape[head]];
        tape[head] = cell->write;
        head += cell->move;
        state = cell->next;
        steps++;
    }
    return steps;
}
