/*
 * The loader: answers questions, one by one, until it is told to restart. docs/protocol.md is its description; the model board
 * (targets/mcu/device.ts) is the same thing in another language.
 */
#include "../network/flash.h"
#include "frame.h"
#include "hello.h"
#include "protocol.h"
#include "runs.h"
#include "upload.h"

/* Microseconds after which a new rate that did not prove itself is given up, and after which an idle one is. */
#define BAUD_TRIAL 1000000ul
#define BAUD_FALLBACK 3000000ul

static uint32_t rate, settled_rate, new_rate;
/* A valid frame has come at this rate. */
static bool proven;
/* Microseconds without a valid frame. */
static uint32_t silence;

/* CBOR has its numbers the other way round. */
static void write_big(uint8_t *bytes, uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) *bytes++ = (uint8_t)(value >> shift);
}

/* What the board is: constant CBOR with a few numbers patched in. */
static uint8_t hello(void) {
    uint8_t *body = frame.bytes + FRAME_BODY;
    for (unsigned i = 0; i < sizeof hello_bytes; i++) body[i] = flash8(hello_bytes + i);
    body[HELLO_TRIAL] = on_trial ? 0xf5 : 0xf4;
    body[HELLO_SLOT] = running.slot;
    write_big(body + HELLO_LENGTH, running.length);
    write_big(body + HELLO_CRC, running.crc);
    frame.length = sizeof hello_bytes;
    if (running.slot == NO_SLOT) {
        body[HELLO_ACTIVE] = 0xf6;
        frame.length = HELLO_ACTIVE + 1;
    }
    return OK;
}

/* { "damaged": so many } */
static uint8_t info(void) {
    uint8_t *body = frame.bytes + FRAME_BODY;
    for (unsigned i = 0; i < sizeof info_bytes; i++) body[i] = flash8(info_bytes + i);
    write_big(body + sizeof info_bytes, frame.damaged);
    frame.length = sizeof info_bytes + 4;
    return OK;
}

/* Bytes that a question has at least. */
static const uint8_t least[] IN_FLASH = {
    [BEGIN] = 9, [DATA] = 4, [COMMIT] = 8, [TRIAL] = 4, [CONFIRM] = 4, [SET_BAUD_RATE] = 4, [LOAD] = 4, [STEP] = 6, [MEMBRANES] = 4,
};

static uint8_t perform(uint8_t operation, unsigned length) {
    if (operation < sizeof least && length < flash8(least + operation)) return MALFORMED;
    if (operation >= START && operation <= MEMBRANES && running.slot == NO_SLOT) return NO_NETWORK;
    switch (operation) {
        case HELLO:
            return hello();
        case PING:
            answer32(frame.damaged);
            return OK;
        case INFO:
            return info();
        case BEGIN:
            return upload_begin();
        case DATA:
            return upload_data(length);
        case COMMIT:
            return upload_commit();
        case TRIAL:
            return upload_trial();
        case CONFIRM:
            return upload_confirm();
        case SET_BAUD_RATE:
            new_rate = question32(0);
            return new_rate >= 300 && new_rate <= MAX_BAUD_RATE ? OK : UNSUPPORTED;
        case RESTART:
            return OK;
        case START:
            return runs_start(length);
        case LOAD:
            return runs_load(length);
        case STEP:
            return runs_step(length);
        case END:
            return runs_end();
        case MEMBRANES:
            return runs_membranes();
        default:
            return UNKNOWN_OPERATION;
    }
}

static void change_rate(uint32_t wanted) {
    rate = wanted;
    board_set_baud_rate(wanted);
    silence = 0;
}

/*
 * A rate above the board's own is given up where nothing valid comes. It is enough to look when a byte comes: what a host sends at
 * another rate are such bytes, and it asks again.
 */
static void review_rate(void) {
    silence += board_elapsed();
    if (rate == BAUD_RATE || silence < (proven ? BAUD_FALLBACK : BAUD_TRIAL)) return;
    change_rate(proven ? BAUD_RATE : settled_rate);
    proven = true;
}

/* One life: from power-up, or a restart, to the next. */
static void live(void) {
    upload_restart();
    change_rate(BAUD_RATE);
    for (;;) {
        int16_t byte = wire_take();
        if (byte < 0) {
            board_sleep();
            continue;
        }
        review_rate();
        if (!frame_receive((uint8_t)byte)) continue;
        uint8_t operation = frame.bytes[FRAME_OPERATION];
        unsigned length = frame.length;
        frame.length = 0;
        uint8_t status = perform(operation, length);
        frame_answer(status);
        silence = 0;
        proven = true;
        if (operation == RESTART) return;
        if (operation != SET_BAUD_RATE || status != OK) continue;
        settled_rate = rate;
        change_rate(new_rate);
        proven = false;
    }
}

int main(void) {
    board_start();
    for (;;) live();
}
