/*
 * Two slots of flash, so that a network is whole at every moment: docs/protocol.md, "Upload". A slot is a header, a confirmation,
 * each in granules of its own, and the image.
 */
#ifndef SLOTS_H
#define SLOTS_H
#include <stdbool.h>
#include <stdint.h>

#include "../network/flash.h"
#include "board.h"

enum { SLOT_NUMBER = 4, SLOT_LENGTH = 8, SLOT_CRC = 12 };

/* Slots are known by their address. */
#define slot_at(index) ((const uint8_t *)(uintptr_t)(SLOTS_AT + (index) * SLOT_BYTES))
#define slot_other(slot) ((const uint8_t *)(uintptr_t)(2 * SLOTS_AT + SLOT_BYTES - (uintptr_t)(slot)))
#define slot_number(slot) flash32((slot) + SLOT_NUMBER)
#define slot_length(slot) flash32((slot) + SLOT_LENGTH)
#define slot_crc(slot) flash32((slot) + SLOT_CRC)
#define slot_image(slot) ((slot) + IMAGE_AT)

/* It holds a confirmed image. The CRC-32 of the header holds for whole headers alone, and so for the magic number in them. */
bool slot_is_whole(const uint8_t *slot);
/* Makes room for an image; the header goes first. */
void slots_clear(const uint8_t *slot, uint32_t length);
/* Writes and reads back. The last granule is filled up behind the bytes, where there has to be room. */
bool slots_write(const uint8_t *address, uint8_t *bytes, unsigned count);
/* Both use the frame's body. */
bool slots_seal(const uint8_t *slot, uint32_t number, uint32_t length, uint32_t crc);
bool slots_confirm(const uint8_t *slot);

#endif
