#include "frame.h"

#include "../network/flash.h"
#include "crc32.h"

struct frame frame;

/* The CRC-32 over a frame and its own CRC-32 is always this. */
#define CHECKED 0x2144df1cul
#define ANSWER 0x80
#define LONGEST_GROUP 254

void copy(uint8_t *to, const uint8_t *from, unsigned count) {
    while (count-- > 0) *to++ = *from++;
}

#ifdef __AVR__
void copy_flash(uint8_t *to, const uint8_t *from, unsigned count) {
    while (count-- > 0) *to++ = flash8(from++);
}
#endif

static int end(void) {
    const uint8_t *bytes = frame.question.bytes + FRAME_OPERATION;
    int length = (int)frame.received + FRAME_OPERATION - FRAME_BODY - FRAME_CHECK;
    if (frame.received == 0) return -1;
    if (frame.group != 0 || *bytes >= ANSWER || crc32(0, bytes, frame.received) != CHECKED) {
        frame.damaged++;
        length = -1;
    }
    frame.received = 0;
    frame.group = 0;
    frame.zero_follows = false;
    return length;
}

int frame_receive(uint8_t byte) {
    uint32_t keep = true;
    if (byte == 0) return end();
    if (frame.group == 0) {
        frame.group = byte;
        keep = frame.zero_follows;
        frame.zero_follows = byte != 0xff;
        byte = 0;
    }
    frame.group--;
    if (keep) {
        frame.question.bytes[FRAME_OPERATION + frame.received] = byte;
        /* What is too long loses a byte, and fails its check. */
        if (frame.received < MAX_FRAME) frame.received++;
    }
    return -1;
}

void frame_answer(uint8_t status) {
    uint8_t *at = (uint8_t *)frame.answer;
    uint32_t *check = frame.answer + 1 + frame.body_words;
    const uint8_t *last = (const uint8_t *)(check + 1);
    copy(at, frame.question.bytes + FRAME_OPERATION, FRAME_STATUS);
    at[0] |= ANSWER;
    at[FRAME_STATUS] = status;
    *check = crc32(0, at, (unsigned)((uint8_t *)check - at));
    for (;;) {
        unsigned group = 0;
        while (group < LONGEST_GROUP && at + group < last && at[group] != 0) group++;
        board_send((uint8_t)(group + 1));
        for (unsigned left = group; left > 0; left--) board_send(*at++);
        if (at == last) break;
        if (group < LONGEST_GROUP) at++;
    }
    board_send(0);
}
