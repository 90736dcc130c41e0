/*
 * MPS2 with the AN385 image: Arm Application Note AN385, 3 (memory map) and 4 (interrupts); Cortex-M System Design Kit Technical
 * Reference Manual, 4.2 (timer) and 4.3 (UART). The clock has 25 MHz.
 */
#include "../../loader/board.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define TIMER(offset) REGISTER(0x40000000u + (offset))
#define UART(offset) REGISTER(0x40004000u + (offset))
#define INTERRUPT_ENABLE REGISTER(0xe000e100u)
#define CLOCK 25000000u

enum { DATA = 0x00, STATE = 0x04, CONTROL = 0x08, INTERRUPT_CLEAR = 0x0c, DIVIDER = 0x10 };
enum { SEND_FULL = 1, RECEIVE_FULL = 2 };
enum { TIMER_CONTROL = 0x0, TIMER_VALUE = 0x4, TIMER_RELOAD = 0x8 };

void uart_interrupt(void) {
    while (UART(STATE) & RECEIVE_FULL) {
        wire_put((uint8_t)UART(DATA));
        UART(INTERRUPT_CLEAR) = 2;
    }
}

void board_start(void) {
    TIMER(TIMER_RELOAD) = 0xffffffffu;
    TIMER(TIMER_VALUE) = 0xffffffffu;
    TIMER(TIMER_CONTROL) = 1;
    INTERRUPT_ENABLE = 1u << UART_INTERRUPT;
}

void board_send(uint8_t byte) {
    while (UART(STATE) & SEND_FULL) {}
    UART(DATA) = byte;
}

void board_set_baud_rate(uint32_t rate) {
    while (UART(STATE) & SEND_FULL) {}
    UART(DIVIDER) = CLOCK / rate;
    UART(CONTROL) = 1 | 2 | 8; /* sends, receives, interrupts for what was received */
}

/* The timer counts down. */
uint32_t board_clock(void) { return -TIMER(TIMER_VALUE); }
