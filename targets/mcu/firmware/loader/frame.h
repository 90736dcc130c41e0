/*
 * Frames: COBS(operation, sequence, payload, CRC-32) and a zero. One buffer holds the question, and then its answer in its place:
 * whoever answers reads what it needs of the payload first.
 */
#ifndef FRAME_H
#define FRAME_H
#include <stdbool.h>
#include <stdint.h>

#include "board.h"

enum { FRAME_OPERATION = 0, FRAME_PAYLOAD = 3, FRAME_STATUS = 3, FRAME_BODY = 4, FRAME_CHECK = 4 };

extern struct frame {
    uint8_t bytes[FRAME_BYTES];
    /* Bytes of the question's payload; then of the answer's body. */
    uint16_t length;
    uint32_t damaged;
} frame;

/* Takes a byte from the wire; true when it completes a whole, undamaged question. */
bool frame_receive(uint8_t byte);

/* Sends the answer to the question in the buffer. */
void frame_answer(uint8_t status);

uint32_t read32(const uint8_t *bytes);
void write32(uint8_t *bytes, uint32_t value);
void write16(uint8_t *bytes, uint16_t value);
void copy(uint8_t *to, const uint8_t *from, uint32_t count);

/* Number `index` of the u32 of the payload. */
#define question32(index) read32(frame.bytes + FRAME_PAYLOAD + 4 * (index))
/* Adds to the answer's body. */
void answer32(uint32_t value);

#endif
