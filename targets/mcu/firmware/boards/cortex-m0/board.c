/*
 * BBC micro:bit, nRF51822. Registers: nRF51 Series Reference Manual 3.0, chapters 6 (NVMC), 12 (GPIO), 18 (TIMER), 29 (UART).
 * Pins of the interface chip: P0.24 sends, P0.25 receives (micro:bit 1.3 schematic).
 */
#include "../../loader/board.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define CLOCK(offset) REGISTER(0x40000000u + (offset))
#define UART(offset) REGISTER(0x40002000u + (offset))
#define TIMER(offset) REGISTER(0x40008000u + (offset))
#define FLASH(offset) REGISTER(0x4001e000u + (offset))
#define PINS(offset) REGISTER(0x50000000u + (offset))
#define INTERRUPT_ENABLE REGISTER(0xe000e100u)

enum { HFCLKSTART = 0x000, HFCLKSTARTED = 0x100 };
enum { STARTRX = 0x000, STARTTX = 0x008, RXDRDY = 0x108, TXDRDY = 0x11c, INTENSET = 0x304, ENABLE = 0x500, PSELTXD = 0x50c,
       PSELRXD = 0x514, RXD = 0x518, TXD = 0x51c, BAUDRATE = 0x524 };
enum { TIMER_START = 0x000, CAPTURE = 0x040, BITMODE = 0x508, PRESCALER = 0x510, CAPTURED = 0x540 };
enum { READY = 0x400, CONFIG = 0x504, ERASEPAGE = 0x508 };
enum { SEND_PIN = 24, RECEIVE_PIN = 25 };

void uart_interrupt(void) {
    while (UART(RXDRDY)) {
        UART(RXDRDY) = 0;
        wire_put((uint8_t)UART(RXD));
    }
}

void board_start(void) {
    /* The UART's rate is only as good as its clock: the crystal. */
    CLOCK(HFCLKSTART) = 1;
    while (!CLOCK(HFCLKSTARTED)) {}
    PINS(0x508) = 1u << SEND_PIN;
    PINS(0x518) = 1u << SEND_PIN;
    UART(PSELTXD) = SEND_PIN;
    UART(PSELRXD) = RECEIVE_PIN;
    UART(ENABLE) = 4;
    UART(INTENSET) = 1u << 2;
    UART(STARTRX) = 1;
    UART(STARTTX) = 1;
    INTERRUPT_ENABLE = 1u << UART_INTERRUPT;
    TIMER(BITMODE) = 3;
    TIMER(PRESCALER) = 4;
    TIMER(TIMER_START) = 1;
}

void board_send(uint8_t byte) {
    UART(TXDRDY) = 0;
    UART(TXD) = byte;
    while (!UART(TXDRDY)) {}
}

/* BAUDRATE is rate * 2^32 / 16 MHz; 2^32 / 16e6 = 268.4. The lowest 12 bits are 0. */
void board_set_baud_rate(uint32_t rate) {
    UART(BAUDRATE) = (rate * 268 + 0x800) & 0xfffff000u;
}

uint32_t board_clock(void) {
    TIMER(CAPTURE) = 1;
    return TIMER(CAPTURED);
}

static void flash_mode(uint32_t mode) {
    FLASH(CONFIG) = mode;
    while (!FLASH(READY)) {}
}

void board_erase(const uint8_t *address, uint32_t length) {
    flash_mode(2);
    for (; length > 0; length -= SECTOR, address += SECTOR) {
        FLASH(ERASEPAGE) = (uint32_t)address;
        while (!FLASH(READY)) {}
    }
    flash_mode(0);
}

void board_write(const uint8_t *address, const uint8_t *bytes, uint32_t length) {
    flash_mode(1);
    for (uint32_t at = 0; at < length; at += GRANULE) {
        REGISTER(address + at) = *(const uint32_t *)(const void *)(bytes + at);
        while (!FLASH(READY)) {}
    }
    flash_mode(0);
}
