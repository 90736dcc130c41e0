/* Flash for boards without any: memory that behaves like it, bits going from 1 to 0 alone until they are erased. */
#include "../../loader/board.h"

void board_erase(const uint8_t *address, uint32_t length) {
    for (uint32_t i = 0; i < length; i++) ((uint8_t *)(uintptr_t)address)[i] = 0xff;
}

void board_write(const uint8_t *address, const uint8_t *bytes, uint32_t length) {
    for (uint32_t i = 0; i < length; i++) ((uint8_t *)(uintptr_t)address)[i] &= bytes[i];
}
