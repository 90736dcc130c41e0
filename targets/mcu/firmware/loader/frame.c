#include "frame.h"

#include "crc32.h"

struct frame frame;

/* The CRC-32 over a frame and its own CRC-32 is always this. */
#define CHECKED 0x2144df1cul
#define ANSWER 0x80
#define LONGEST_GROUP 254

static uint16_t received;
/* Bytes that are left of the COBS group; whether a zero follows it. */
static uint8_t group;
static bool zero_follows;
static bool broken;

uint32_t read32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

void write16(uint8_t *bytes, uint16_t value) {
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

void write32(uint8_t *bytes, uint32_t value) {
    write16(bytes, (uint16_t)value);
    write16(bytes + 2, (uint16_t)(value >> 16));
}

void copy(uint8_t *to, const uint8_t *from, uint32_t count) {
    while (count-- > 0) *to++ = *from++;
}

void answer32(uint32_t value) {
    write32(frame.bytes + FRAME_BODY + frame.length, value);
    frame.length += 4;
}

static void keep(uint8_t byte) {
    if (received >= MAX_FRAME) broken = true;
    else frame.bytes[received++] = byte;
}

static bool end(void) {
    bool whole = !broken && group == 0 && received >= FRAME_PAYLOAD + FRAME_CHECK &&
                 crc32(0, frame.bytes, received) == CHECKED && !(frame.bytes[FRAME_OPERATION] & ANSWER);
    if (!whole && (received > 0 || group > 0 || broken)) frame.damaged++;
    frame.length = (uint16_t)(received - FRAME_PAYLOAD - FRAME_CHECK);
    received = 0;
    group = 0;
    zero_follows = false;
    broken = false;
    return whole;
}

bool frame_receive(uint8_t byte) {
    if (byte == 0) return end();
    if (group > 0) {
        group--;
        keep(byte);
    } else {
        if (zero_follows) keep(0);
        group = (uint8_t)(byte - 1);
        zero_follows = byte != 0xff;
    }
    return false;
}

void frame_answer(uint8_t status) {
    uint16_t count = (uint16_t)(FRAME_BODY + frame.length);
    frame.bytes[FRAME_OPERATION] |= ANSWER;
    frame.bytes[FRAME_STATUS] = status;
    write32(frame.bytes + count, crc32(0, frame.bytes, count));
    count += FRAME_CHECK;
    const uint8_t *at = frame.bytes;
    const uint8_t *last = at + count;
    for (;;) {
        const uint8_t *from = at;
        while (at < last && *at != 0 && at - from < LONGEST_GROUP) at++;
        bool full = at - from == LONGEST_GROUP;
        board_send((uint8_t)(at - from + 1));
        while (from < at) board_send(*from++);
        if (at == last) break;
        if (!full) at++;
    }
    board_send(0);
}
