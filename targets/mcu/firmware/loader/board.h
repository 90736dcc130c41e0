/*
 * What a board provides: a wire, a clock, flash. Everything above this line is the same on every processor; a board's own file
 * under boards/ and its numbers in config.h (made from boards/NAME.json) are all that differs.
 */
#ifndef BOARD_H
#define BOARD_H
#include <stdbool.h>
#include <stdint.h>

#include "config.h"

/* Constants that may lie where vectors would that nobody uses (boards/cortex-m/sections.ld). */
#if defined(__arm__) && UART_INTERRUPT > 19
#define BETWEEN_VECTORS __attribute__((section(".between_vectors")))
#else
#define BETWEEN_VECTORS
#endif

/* Clocks, pins, interrupts; once after power-up. */
void board_start(void);

/* Sleeps until a byte may have come, where nothing has. */
void board_sleep(void);

void board_send(uint8_t byte);

/* Waits until the last byte is on the wire, then changes the rate. */
void board_set_baud_rate(uint32_t rate);

/* A clock of CLOCK_MEGAHERTZ; it goes round at 32 bits. */
uint32_t board_clock(void);

/* Whole sectors, from a sector's start on. */
void board_erase(const uint8_t *address, uint32_t length);

/* Whole granules. */
void board_write(const uint8_t *address, const uint8_t *bytes, uint32_t length);

/* The byte that came first of those not yet taken; sleeps until there is one. Boards put bytes in from their interrupt. */
uint8_t wire_take(void);
void wire_put(uint8_t byte);
bool wire_is_empty(void);

#endif
