#include "runs.h"

#include "../network/flash.h"
#include "../network/image.h"
#include "../network/network.h"
#include "board.h"
#include "crc32.h"
#include "frame.h"
#include "protocol.h"
#include "upload.h"

#define MOST_POPULATIONS 256

static struct {
    uint32_t begun;
    uint32_t digest;
    uint32_t ticks;
    uint8_t observed[MOST_POPULATIONS / 8];
    /* Answers to the last steps, as many as the window has places: one that got lost is given again, and no step runs twice. */
    struct kept_answer {
        uint32_t body_words;
        uint32_t frame[(MAX_FRAME + 3) / 4];
    } answers[WINDOW];
} runs;

void runs_forget(void) { runs.begun = false; }

/* Runs the step whose inputs are entered; the answer gets the rows of all reported populations, as far as there is room. */
static void take_step(struct kept_answer *answer) {
    uint32_t count = 0;
    runs.ticks -= board_clock();
    network_run();
    runs.ticks += board_clock();
    for (unsigned p = 0; p < network_populations(); p++) {
        if ((runs.observed[p / 8] >> p % 8 & 1) == 0) continue;
        const uint8_t *row = network_spikes(p);
        unsigned bytes = network_row_bytes(p);
        runs.digest = crc32(runs.digest, row, bytes);
        if (count + bytes > BODY_BYTES) continue;
        copy((uint8_t *)(answer->frame + 1) + count, row, bytes);
        count += bytes;
    }
    answer->body_words = count / 4;
}

static void start(bool begun) {
    network_reset();
    runs.digest = 0;
    runs.ticks = 0;
    runs.begun = begun;
}

#ifdef __AVR__
/* Its flash is no memory: entry by entry. */
static bool enter_from_flash(uint8_t flags, const uint8_t *entries, unsigned length) {
    unsigned size = flags & NETWORK_VALUED ? 4 : 2;
    network_enter(flags, 0, 0);
    for (; length >= size; length -= size, entries += size) {
        uint32_t entry = flash32(entries);
        if (!network_enter(flags, (const uint8_t *)&entry, size)) return false;
    }
    return true;
}
#else
#define enter_from_flash network_enter
#endif

bool runs_golden(void) {
    const uint8_t *record = network_image();
    start(false);
    for (unsigned i = 0; i < sizeof runs.observed; i++) runs.observed[i] = 0xff;
    record += flash32(record + HEADER_GOLDEN);
    uint32_t steps = flash32(record);
    uint32_t expected = flash32(record + 4);
    word(0) = steps;
    for (record += 8; steps > 0; steps--) {
        unsigned length = flash16(record + 2);
        if (!enter_from_flash(flash8(record), record + 4, length)) return false;
        take_step(runs.answers);
        record += (4 + length + 3) & ~3u;
    }
    return runs.digest == expected;
}

uint8_t runs_start(unsigned length) {
    if (upload.running == 0) return NO_NETWORK;
    if (8 * length < network_populations()) return MALFORMED;
    copy(runs.observed, body, sizeof runs.observed);
    start(true);
    return OK;
}

uint8_t runs_step(unsigned length) {
    uint32_t step = word(0);
    struct kept_answer *own = &runs.answers[step % WINDOW];
    if (!runs.begun) return NOTHING_BEGUN;
    word(0) = network_step();
    uint32_t ago = word(0) - step;
    if (ago > WINDOW || ago > word(0)) return WRONG_PLACE;
    if (ago == 0) {
        if (!network_enter(body[4], body + 6, length - 6)) return MALFORMED;
        if (body[4] & STEP_MORE) return OK;
        take_step(own);
    }
    frame.answer = own->frame;
    frame.body_words = own->body_words;
    return OK;
}

uint8_t runs_end(unsigned length) {
    (void)length;
    if (!runs.begun) return NOTHING_BEGUN;
    word(0) = network_step();
    word(1) = runs.digest;
    word(2) = runs.ticks / CLOCK_MEGAHERTZ;
    frame.body_words = 3;
    return OK;
}

/* What lies behind the end of the arena is memory, too, and as much of it as an answer takes. */
uint8_t runs_state(unsigned length) {
    (void)length;
    if (word(0) > NETWORK_ARENA) return MALFORMED;
    copy(body, network_state() + word(0), BODY_BYTES / 4 * 4);
    frame.body_words = BODY_BYTES / 4;
    return OK;
}
