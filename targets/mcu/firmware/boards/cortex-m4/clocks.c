/*
 * 168 MHz from the internal 16 MHz, so that it does not matter which crystal a board has: divided by 16, times 336, divided by 2.
 * RM0090, 7.3 (RCC registers), 3.5.1 (wait states), 3.9.1 (FLASH_ACR).
 */
#include "clocks.h"

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC(offset) REGISTER(0x40023800u + (offset))
#define FLASH_ACCESS REGISTER(0x40023c00u)

enum { CONTROL = 0x00, PLL = 0x04, CONFIGURATION = 0x08 };
enum { PLL_ON = 1 << 24, PLL_READY = 1 << 25 };

void clocks_start(void) {
    FLASH_ACCESS = 1u << 9 | 1u << 8 | 5; /* instruction cache, prefetch, 5 wait states; no data cache, which erasing would outdate */
    RCC(PLL) = 7u << 24 | 0u << 16 | 336u << 6 | 16u;
    RCC(CONTROL) |= PLL_ON;
    while (!(RCC(CONTROL) & PLL_READY)) {}
    RCC(CONFIGURATION) = 4u << 13 | 5u << 10 | 2u; /* second bus by 2, first by 4, from the PLL */
    while ((RCC(CONFIGURATION) >> 2 & 3) != 2) {}
}
