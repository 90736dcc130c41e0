/* Four bits at a time: 16 table entries are the best of size and speed here. */
#include "crc32.h"

#include "../network/flash.h"
#include "board.h"

static const uint32_t table[16] IN_FLASH BETWEEN_VECTORS = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

#define entry(index) flash32((const uint8_t *)(table + ((index) & 15)))

static uint32_t next(uint32_t crc, uint8_t byte) {
    crc ^= byte;
    crc = entry(crc) ^ crc >> 4;
    return entry(crc) ^ crc >> 4;
}

uint32_t crc32(uint32_t before, const uint8_t *bytes, uint32_t count) {
    uint32_t crc = ~before;
    while (count-- > 0) crc = next(crc, *bytes++);
    return ~crc;
}

#ifdef __AVR__
uint32_t crc32_flash(uint32_t before, const uint8_t *bytes, uint32_t count) {
    uint32_t crc = ~before;
    while (count-- > 0) crc = next(crc, flash8(bytes++));
    return ~crc;
}
#endif
