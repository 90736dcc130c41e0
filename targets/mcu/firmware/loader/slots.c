#include "slots.h"

#include "../network/flash.h"
#include "crc32.h"
#include "frame.h"

#define SLOT_MAGIC 0x544f4c53ul   /* "SLOT" */
#define CONFIRMATION 0x464e4f43ul /* "CONF" */
enum { HEADER_NUMBER = 4, HEADER_LENGTH = 8, HEADER_CRC = 12, HEADER_CHECK = 16, HEADER_BYTES = 20 };

/* The number in a slot's header; 0 where the header is not whole. Numbers begin with 1. */
static uint32_t number_of(uint8_t slot) {
    const uint8_t *header = slot_address(slot);
    if (flash32(header) != SLOT_MAGIC || flash32(header + HEADER_CHECK) != crc32_flash(header, HEADER_CHECK)) return 0;
    return flash32(header + HEADER_LENGTH) <= SLOT_BYTES - IMAGE_AT ? flash32(header + HEADER_NUMBER) : 0;
}

void slots_best(struct stored *best) {
    uint32_t highest = 0;
    best->slot = NO_SLOT;
    for (uint8_t slot = 0; slot < 2; slot++) {
        const uint8_t *header = slot_address(slot);
        uint32_t number = number_of(slot);
        if (number <= highest || flash32(header + HEADER_ROOM) != CONFIRMATION) continue;
        uint32_t length = flash32(header + HEADER_LENGTH);
        uint32_t crc = flash32(header + HEADER_CRC);
        if (crc32_flash(slot_image(slot), length) != crc) continue;
        highest = number;
        best->slot = slot;
        best->length = length;
        best->crc = crc;
    }
}

void slots_clear(uint8_t slot, uint32_t length) {
    uint32_t count = IMAGE_AT + length + SECTOR - 1;
    board_erase(slot_address(slot), count - count % SECTOR);
}

bool slots_write(const uint8_t *address, const uint8_t *bytes, uint32_t count) {
    uint32_t granule[GRANULE / 4];
    while (count > 0) {
        uint32_t part = count < GRANULE ? count : GRANULE;
        for (unsigned i = 0; i < GRANULE; i++) ((uint8_t *)granule)[i] = i < part ? bytes[i] : 0xff;
        board_write(address, (const uint8_t *)granule);
        for (; part > 0; part--, count--)
            if (flash8(address++) != *bytes++) return false;
    }
    return true;
}

bool slots_seal(const struct stored *image) {
    uint8_t header[HEADER_BYTES];
    uint32_t first = number_of(0);
    uint32_t second = number_of(1);
    write32(header, SLOT_MAGIC);
    write32(header + HEADER_NUMBER, (first > second ? first : second) + 1);
    write32(header + HEADER_LENGTH, image->length);
    write32(header + HEADER_CRC, image->crc);
    write32(header + HEADER_CHECK, crc32(0, header, HEADER_CHECK));
    return slots_write(slot_address(image->slot), header, HEADER_BYTES);
}

bool slots_confirm(uint8_t slot) {
    uint8_t mark[4];
    write32(mark, CONFIRMATION);
    return slots_write(slot_address(slot) + HEADER_ROOM, mark, 4);
}
