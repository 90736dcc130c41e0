#include "slots.h"

#include "crc32.h"
#include "frame.h"

#define SLOT_MAGIC 0x544f4c53ul   /* "SLOT" */
#define CONFIRMATION 0x464e4f43ul /* "CONF" */
enum { HEADER_CHECK = 16, HEADER_BYTES = 20 };

bool slot_is_whole(const uint8_t *slot) {
    return flash32(slot + HEADER_CHECK) == crc32_flash(0, slot, HEADER_CHECK) && flash32(slot + HEADER_ROOM) == CONFIRMATION &&
           crc32_flash(0, slot_image(slot), slot_length(slot)) == slot_crc(slot);
}

void slots_clear(const uint8_t *slot, uint32_t length) {
    board_erase(slot, (IMAGE_AT + length + SECTOR - 1) & ~(SECTOR - 1));
}

bool slots_write(const uint8_t *address, uint8_t *bytes, unsigned count) {
    unsigned whole = count;
    for (; whole % GRANULE != 0; whole++) bytes[whole] = 0xff;
    board_write(address, bytes, whole);
    while (count > 0) {
        count--;
        if (flash8(address + count) != bytes[count]) return false;
    }
    return true;
}

bool slots_seal(const uint8_t *slot, uint32_t number, uint32_t length, uint32_t crc) {
    word(0) = SLOT_MAGIC;
    word(1) = number;
    word(2) = length;
    word(3) = crc;
    word(4) = crc32(0, body, HEADER_CHECK);
    return slots_write(slot, body, HEADER_BYTES);
}

bool slots_confirm(const uint8_t *slot) {
    word(0) = CONFIRMATION;
    return slots_write(slot + HEADER_ROOM, body, 4);
}
