/*
 * Frames: COBS(operation, sequence, payload, CRC-32) and a zero. A question begins at the second byte of its buffer and an answer
 * at the first, so that the payload of the one and the body of the other lie at the same place, the words of both at multiples of
 * 4. Whoever answers reads what it needs of the payload first.
 */
#ifndef FRAME_H
#define FRAME_H
#include <stdbool.h>
#include <stdint.h>

#include "board.h"

enum { FRAME_OPERATION = 1, FRAME_STATUS = 3, FRAME_BODY = 4, FRAME_CHECK = 4 };
/* Bytes of a body: head and check of the frame take the rest. */
#define BODY_BYTES (MAX_FRAME - FRAME_BODY - FRAME_CHECK)

/* The buffer as bytes, halves and words of 4 bytes. Behind the largest payload there is room to fill a granule up. */
union frame_bytes {
    uint8_t bytes[FRAME_BYTES];
    struct {
        uint8_t head[FRAME_BODY];
        uint8_t body[FRAME_BYTES - FRAME_BODY];
    };
    uint16_t halves[FRAME_BYTES / 2];
    uint32_t words[FRAME_BYTES / 4];
};

extern struct frame {
    /* The answer: the buffer itself, or another one; words of its body. */
    uint32_t *answer;
    uint32_t body_words;
    uint32_t damaged;
    /* Bytes so far; those left of the COBS group, its code byte included; whether a zero follows it. */
    unsigned received;
    uint32_t group;
    uint32_t zero_follows;
    union frame_bytes question;
} frame;

/* Takes a byte from the wire; the length of the payload when it completes a whole, undamaged question, else less than 0. */
int frame_receive(uint8_t byte);

/* Sends the answer. */
void frame_answer(uint8_t status);

void copy(uint8_t *to, const uint8_t *from, unsigned count);

/* From flash, where flash is no memory. */
#ifdef __AVR__
void copy_flash(uint8_t *to, const uint8_t *from, unsigned count);
#else
#define copy_flash copy
#endif

/* Number `index` of the words of payload and body. */
#define word(index) frame.question.words[1 + (index)]
#define body frame.question.body

#endif
