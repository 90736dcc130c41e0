/* Addresses of the RP2040: RP2040 Datasheet, 2.2 (address map) and 2.14.3 (bits of the resets). */
#ifndef REGISTERS_H
#define REGISTERS_H
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
/* Written here, the bits of a register are cleared (2.1.2, atomic register access). */
#define CLEAR 0x3000

#define CLOCKS 0x40008000u
#define RESETS 0x4000c000u
#define RESET_DONE 0x8
#define PIN_FUNCTION(pin) (0x40014000u + 8 * (pin) + 4)
#define XOSC 0x40024000u
#define PLL_SYS 0x40028000u
#define TIMER_RAW_LOW 0x40054028u
#define WATCHDOG_TICK 0x4005802cu
#define INTERRUPT_ENABLE 0xe000e100u

#define RESET_IO_BANK0 (1u << 5)
#define RESET_PADS_BANK0 (1u << 8)
#define RESET_PLL_SYS (1u << 12)
#define RESET_TIMER (1u << 21)
#define RESET_UART0 (1u << 22)

/* Releases these blocks from reset, and has everything run at 125 MHz. */
void clocks_start(uint32_t blocks);

#endif
