/*
 * Two slots of flash, so that a network is whole at every moment: docs/protocol.md, "Upload". A slot is a header, a confirmation,
 * each in granules of its own, and the image.
 */
#ifndef SLOTS_H
#define SLOTS_H
#include <stdbool.h>
#include <stdint.h>

#include "board.h"

#define NO_SLOT 0xff

struct stored {
    uint8_t slot;
    uint32_t length;
    uint32_t crc;
};

#define slot_address(slot) ((const uint8_t *)(uintptr_t)(SLOTS_AT + (uint32_t)(slot) * SLOT_BYTES))
#define slot_image(slot) (slot_address(slot) + IMAGE_AT)

/* The confirmed, whole image with the highest number; its slot is NO_SLOT where there is none. */
void slots_best(struct stored *best);
/* Makes room for an image; the header goes first. */
void slots_clear(uint8_t slot, uint32_t length);
/* Writes and reads back. */
bool slots_write(const uint8_t *address, const uint8_t *bytes, uint32_t count);
bool slots_seal(const struct stored *image);
bool slots_confirm(uint8_t slot);

#endif
