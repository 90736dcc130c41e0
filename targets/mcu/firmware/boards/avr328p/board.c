/*
 * Arduino Uno: USART0 is the USB adapter's; timer 1 counts quarters of microseconds times 16. ATmega328P data sheet (DS40002061),
 * chapters 16 (timer 1), 20 (USART0), 27 (self-programming).
 *
 * Flash can be written by code in the boot section alone (27.3.1). Optiboot, from version 8 on, lends its own: the second word of
 * the boot section jumps to do_spm(address, command, data), which waits until the work is done and, where a command ends with
 * data 0, makes the rest of flash readable again (Optiboot/optiboot, optiboot.c: pre_main and do_spm, commit e363ecbe).
 */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/sleep.h>

#include "../../loader/board.h"

#define BOOT_SECTION (FLASHEND - 511)
#define BOOT_VERSION (FLASHEND)
enum { FILL = 1, ERASE = 3, WRITE = 5 };

typedef void (*boot_function)(uint16_t address, uint8_t command, uint16_t data);
/* In words, as the processor counts its program. */
#define do_spm ((boot_function)((BOOT_SECTION + 2) / 2))

ISR(USART_RX_vect) { wire_put(UDR0); }

void board_start(void) {
    TCCR1B = _BV(CS11) | _BV(CS10); /* clock / 64: 4 microseconds */
    UCSR0A = _BV(U2X0);
    UCSR0C = _BV(UCSZ01) | _BV(UCSZ00);
    UCSR0B = _BV(RXCIE0) | _BV(RXEN0) | _BV(TXEN0);
    set_sleep_mode(SLEEP_MODE_IDLE);
    sei();
}

void board_sleep(void) {
    cli();
    sleep_enable();
    /* The instruction after sei is still run before an interrupt (7.7.1): no byte can slip in between. */
    if (wire_is_empty()) {
        sei();
        sleep_cpu();
    }
    sleep_disable();
    sei();
}

void board_send(uint8_t byte) {
    loop_until_bit_is_set(UCSR0A, UDRE0);
    UDR0 = byte;
}

/* There is one rate only (maxBaudRate), so that no byte can be under way when it is set. */
void board_set_baud_rate(uint32_t rate) {
    UBRR0 = (uint16_t)((F_CPU / 4 / rate - 1) / 2);
}

/* The timer has 16 bits, a quarter of a second: longer than a step takes, which is what is measured. */
uint32_t board_clock(void) {
    static uint16_t before;
    static uint32_t microseconds;
    uint16_t now = TCNT1;
    microseconds += 4ul * (uint16_t)(now - before);
    before = now;
    return microseconds;
}

/* Without a boot loader that lends its code nothing is written; reading back shows it. */
static bool boot_lends(void) { return pgm_read_byte(BOOT_VERSION) >= 8 && pgm_read_byte(BOOT_VERSION) != 0xff; }

void board_erase(const uint8_t *address, uint32_t length) {
    if (!boot_lends()) return;
    cli();
    for (uint16_t at = (uint16_t)address, end = at + (uint16_t)length; at < end; at += SECTOR) do_spm(at, ERASE, 0);
    sei();
}

void board_write(const uint8_t *address, const uint8_t *bytes, uint32_t length) {
    if (!boot_lends()) return;
    cli();
    for (uint16_t at = (uint16_t)address, end = at + (uint16_t)length; at < end; at += GRANULE) {
        for (uint8_t i = 0; i < GRANULE; i += 2, bytes += 2) do_spm(at + i, FILL, bytes[0] | bytes[1] << 8);
        do_spm(at, WRITE, 0);
    }
    sei();
}
