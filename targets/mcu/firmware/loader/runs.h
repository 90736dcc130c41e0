/* START, STEP, END, STATE: spikes in, spikes out. The golden self-test runs here too. */
#ifndef RUNS_H
#define RUNS_H
#include <stdbool.h>
#include <stdint.h>

/* Another network is open: what was begun with the one before is over. */
void runs_forget(void);

/* Runs the golden spikes of the open image; true where they come out right, or there are none. Answers how many steps they have. */
bool runs_golden(void);

/* As in upload.h. */
uint8_t runs_start(unsigned length);
uint8_t runs_step(unsigned length);
uint8_t runs_end(unsigned length);
uint8_t runs_state(unsigned length);

#endif
