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

#define SECONDS(count) ((count) * CLOCK_MEGAHERTZ * 1000000ul)

/* When a valid frame came last; whether the rate is another than the board's own. */
static struct {
    uint32_t heard, changed;
} line;

/* What the board is: constant CBOR, and behind it the network that runs. INFO says the same. */
static uint8_t hello(unsigned length) {
    (void)length;
    copy_flash(body, hello_bytes, sizeof hello_bytes);
    if (upload.running != 0) {
        body[sizeof hello_bytes - 1] = 0x4d; /* a string of 13 bytes in place of null */
        body[sizeof hello_bytes] = upload.running == upload.spare;
        copy_flash(body + sizeof hello_bytes + 1, upload.running + SLOT_NUMBER, 12);
    }
    frame.body_words = (sizeof hello_bytes + 13 + 3) / 4;
    return OK;
}

static uint8_t ping(unsigned length) {
    (void)length;
    word(0) = frame.damaged;
    return OK;
}

static uint8_t set_baud_rate(unsigned length) {
    (void)length;
    if (word(0) < 300 || word(0) > MAX_BAUD_RATE) return UNSUPPORTED;
    return OK;
}

static uint8_t restart(unsigned length) {
    (void)length;
    return OK;
}

/* By operation, from HELLO on; least: bytes that a question has at least. */
typedef uint8_t (*handler)(unsigned length);
static const handler handlers[] IN_FLASH BETWEEN_VECTORS = {
    hello,         ping,    hello,      upload_begin, upload_data, upload_commit, upload_trial, upload_confirm,
    set_baud_rate, restart, runs_start, runs_step,    runs_end,    runs_state,
};
static const uint8_t least[] IN_FLASH = {0, 0, 0, 9, 4, 8, 4, 4, 4, 0, 0, 6, 0, 4};

static uint8_t perform(unsigned length) {
    unsigned operation = frame.question.bytes[FRAME_OPERATION] - 1u;
    if (operation >= sizeof least) return UNKNOWN_OPERATION;
    if (length < flash8(least + operation)) return MALFORMED;
    return ((handler)flash_pointer(handlers + operation))(length);
}

/*
 * A rate that is not the board's own is given up where nothing valid comes. It is enough to look when a byte comes: what a host
 * sends at another rate are such bytes, and it asks again.
 */
static void change_rate(uint32_t rate) {
    line.changed = rate - BAUD_RATE;
    board_set_baud_rate(rate);
}

/* One life: from power-up, or a restart, to the next. */
static void live(void) {
    upload_restart();
    change_rate(BAUD_RATE);
    for (;;) {
        uint8_t byte = wire_take();
        if (line.changed && board_clock() - line.heard > SECONDS(3)) change_rate(BAUD_RATE);
        int length = frame_receive(byte);
        if (length < 0) continue;
        frame.answer = frame.question.words;
        frame.body_words = 1;
        uint8_t operation = frame.question.bytes[FRAME_OPERATION];
        uint8_t status = perform((unsigned)length);
        uint32_t rate = word(0);
        frame_answer(status);
        line.heard = board_clock();
        if (operation == RESTART) return;
        if (operation == SET_BAUD_RATE && status == OK) change_rate(rate);
    }
}

int main(void) {
    board_start();
    for (;;) live();
}
