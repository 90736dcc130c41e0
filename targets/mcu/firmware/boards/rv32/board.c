/*
 * The board `virt` of qemu: NS16550 UART at 0x10000000 (interrupt 10), PLIC at 0x0c000000, CLINT at 0x02000000, whose clock has
 * 10 MHz (QEMU documentation, "virt" generic virtual platform; RISC-V PLIC specification 1.0, chapters 3 to 8).
 */
#include "../../loader/board.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define UART(offset) (*(volatile uint8_t *)(0x10000000u + (offset)))
#define CLOCK_LOW REGISTER(0x0200bff8u)
#define PLIC 0x0c000000u
#define PLIC_PRIORITY(interrupt) REGISTER(PLIC + 4 * (interrupt))
#define PLIC_ENABLE REGISTER(PLIC + 0x2000)
#define PLIC_THRESHOLD REGISTER(PLIC + 0x200000)
#define PLIC_CLAIM REGISTER(PLIC + 0x200004)

enum { DATA = 0, INTERRUPTS = 1, QUEUES = 2, LINE = 3, STATE = 5 };
enum { RECEIVED = 1, ROOM = 1 << 5, SENT = 1 << 6 };
#define EXTERNAL_INTERRUPTS (1u << 11)
#define INTERRUPTS_ON (1u << 3)

void uart_interrupt(void) {
    uint32_t claimed = PLIC_CLAIM;
    while (UART(STATE) & RECEIVED) wire_put(UART(DATA));
    PLIC_CLAIM = claimed;
}

void board_start(void) {
    UART(QUEUES) = 1;
    UART(LINE) = 3;
    UART(INTERRUPTS) = 1;
    PLIC_PRIORITY(UART_INTERRUPT) = 1;
    PLIC_ENABLE = 1u << UART_INTERRUPT;
    PLIC_THRESHOLD = 0;
    __asm volatile("csrs mie, %0" ::"r"(EXTERNAL_INTERRUPTS));
    __asm volatile("csrs mstatus, %0" ::"r"(INTERRUPTS_ON));
}

/* With interrupts off an interrupt that waits still ends the sleep. */
void board_sleep(void) {
    __asm volatile("csrc mstatus, %0" ::"r"(INTERRUPTS_ON));
    if (wire_is_empty()) __asm volatile("wfi");
    __asm volatile("csrs mstatus, %0" ::"r"(INTERRUPTS_ON));
}

void board_send(uint8_t byte) {
    while (!(UART(STATE) & ROOM)) {}
    UART(DATA) = byte;
}

/* The emulated line has every rate. */
void board_set_baud_rate(uint32_t rate) {
    (void)rate;
    while (!(UART(STATE) & SENT)) {}
}

uint32_t board_clock(void) { return CLOCK_LOW; }
