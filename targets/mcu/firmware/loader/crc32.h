/* CRC-32 of IEEE 802.3, reflected; goes on from the CRC of what came before, 0 at first. */
#ifndef CRC32_H
#define CRC32_H
#include <stdint.h>

uint32_t crc32_byte(uint32_t before, uint8_t byte);
uint32_t crc32(uint32_t before, const uint8_t *bytes, uint32_t count);
/* The same over bytes in flash. */
uint32_t crc32_flash(const uint8_t *address, uint32_t count);

#endif
