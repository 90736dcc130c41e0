/*
 * What a board provides: a wire, a clock, flash. Everything above this line is the same on every processor; a board's own file
 * under boards/ and its numbers in config.h (made from boards/NAME.json) are all that differs.
 */
#ifndef BOARD_H
#define BOARD_H
#include <stdbool.h>
#include <stdint.h>

#include "config.h"

/* Clocks, pins, interrupts; once after power-up. */
void board_start(void);

/* Sleeps until a byte may have come, where nothing has. */
void board_sleep(void);

void board_send(uint8_t byte);

/* Waits until the last byte is on the wire, then changes the rate. False for rates that the hardware cannot make. */
bool board_set_baud_rate(uint32_t rate);

/* Microseconds since the call before; it is called every now and then, at the latest before its counter goes round. */
uint32_t board_elapsed(void);

/* Whole sectors, from a sector's start on. */
void board_erase(const uint8_t *address, uint32_t length);

/* One granule. */
void board_write(const uint8_t *address, const uint8_t *bytes);

/* The byte that came first of those not yet taken; -1 for none. Boards put bytes in from their interrupt. */
int16_t wire_take(void);
void wire_put(uint8_t byte);
bool wire_is_empty(void);

#endif
