/*
 * From the ring oscillator to 125 MHz of the crystal's: 12 MHz, times 125, divided by 6 and 2. (RP2040 Datasheet, 2.15 clocks,
 * 2.16 crystal oscillator, 2.18 PLL, 2.14 resets, 4.7.2 the tick that makes microseconds.)
 */
#include "registers.h"

enum { XOSC_CTRL = 0x00, XOSC_STATUS = 0x04 };
enum { PLL_CS = 0x0, PLL_PWR = 0x4, PLL_FBDIV = 0x8, PLL_PRIM = 0xc };
enum { CLK_REF_CTRL = 0x30, CLK_REF_SELECTED = 0x38, CLK_SYS_CTRL = 0x3c, CLK_SYS_SELECTED = 0x44, CLK_PERI_CTRL = 0x48 };

/* It runs once, in the room behind the second boot stage. */
__attribute__((section(".boot_room"), noinline)) void clocks_start(uint32_t blocks) {
    REGISTER(CLOCKS + CLK_PERI_CTRL) = 1u << 11;
    REGISTER(XOSC + XOSC_CTRL) = 0xfabaa0;
    while (!(REGISTER(XOSC + XOSC_STATUS) & 1u << 31)) {}
    REGISTER(CLOCKS + CLK_REF_CTRL) = 2; /* crystal */
    while (!(REGISTER(CLOCKS + CLK_REF_SELECTED) & 1u << 2)) {}
    REGISTER(RESETS + CLEAR) = blocks;
    while (blocks & ~REGISTER(RESETS + RESET_DONE)) {}
    REGISTER(PLL_SYS + PLL_CS) = 1;
    REGISTER(PLL_SYS + PLL_FBDIV) = 125;
    REGISTER(PLL_SYS + PLL_PWR) = 1 << 3; /* power and oscillator on, dividers not yet */
    while (!(REGISTER(PLL_SYS + PLL_CS) & 1u << 31)) {}
    REGISTER(PLL_SYS + PLL_PRIM) = 6 << 16 | 2 << 12;
    REGISTER(PLL_SYS + PLL_PWR) = 0;
    REGISTER(CLOCKS + CLK_SYS_CTRL) = 1; /* its auxiliary source, which is this PLL */
    while (!(REGISTER(CLOCKS + CLK_SYS_SELECTED) & 2)) {}
    REGISTER(WATCHDOG_TICK) = 1u << 9 | 12;
}
