/* Flash of the STM32F405: sectors of 128 KiB from number 5 on, written word by word. RM0090, 3.6 and 3.9. */
#include "../../loader/board.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define FLASH(offset) REGISTER(0x40023c00u + (offset))

enum { KEY = 0x04, STATE = 0x0c, CONTROL = 0x10 };
#define BUSY (1u << 16)
#define PROGRAM 1u
#define ERASE_SECTOR 2u
#define WORDS (2u << 8)
#define START (1u << 16)
#define LOCK (1u << 31)
#define ERRORS 0xf3u
/* Sector 4 has 64 KiB and lies at the first 64; those behind it have 128 each. */
#define SECTOR_NUMBER(address) (4 + ((uint32_t)(address) - 0x08000000u) / SECTOR)

static void control(uint32_t bits) {
    while (FLASH(STATE) & BUSY) {}
    FLASH(CONTROL) = bits;
}

/* Flags of earlier failures would forbid every further one. */
static void unlock(void) {
    FLASH(STATE) = ERRORS;
    FLASH(KEY) = 0x45670123;
    FLASH(KEY) = 0xcdef89ab;
}

void board_erase(const uint8_t *address, uint32_t length) {
    unlock();
    for (; length > 0; length -= SECTOR, address += SECTOR) {
        uint32_t sector = SECTOR_NUMBER(address) << 3;
        control(WORDS | ERASE_SECTOR | sector);
        control(WORDS | ERASE_SECTOR | sector | START);
    }
    control(LOCK);
}

void board_write(const uint8_t *address, const uint8_t *bytes, uint32_t length) {
    unlock();
    for (uint32_t at = 0; at < length; at += GRANULE) {
        control(WORDS | PROGRAM);
        REGISTER(address + at) = *(const uint32_t *)(const void *)(bytes + at);
    }
    control(LOCK);
}
