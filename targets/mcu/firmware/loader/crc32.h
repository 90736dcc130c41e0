/* CRC-32 of IEEE 802.3, reflected; goes on from the CRC of what came before, 0 at first. */
#ifndef CRC32_H
#define CRC32_H
#include <stdint.h>

uint32_t crc32(uint32_t before, const uint8_t *bytes, uint32_t count);

/* The same over bytes in flash, where flash is no memory. */
#ifdef __AVR__
uint32_t crc32_flash(uint32_t before, const uint8_t *bytes, uint32_t count);
#else
#define crc32_flash crc32
#endif

#endif
