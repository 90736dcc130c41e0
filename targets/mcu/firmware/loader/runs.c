#include "runs.h"

#include "../network/flash.h"
#include "../network/image.h"
#include "../network/network.h"
#include "board.h"
#include "crc32.h"
#include "frame.h"
#include "protocol.h"

#define MOST_POPULATIONS 256
#define BITMAP 0x8000
/* Bytes of a body: status, head and check of the frame take the rest. */
#define BODY_BYTES (MAX_FRAME - FRAME_BODY - FRAME_CHECK)
enum { STEP_DROPPED = 4, STEP_SPIKES = 6 };

static uint8_t observed[MOST_POPULATIONS / 8];
static bool begun;
static uint32_t digest;
static uint32_t spikes;
static uint32_t microseconds;
/* Answers to the last steps, as many as the window has places: one that got lost is given again, and no step runs twice. */
static struct kept {
    uint16_t length;
    uint8_t body[BODY_BYTES];
} kept[WINDOW];

void runs_forget(void) { begun = false; }

static bool is_observed(unsigned population) { return observed[population / 8] >> population % 8 & 1; }

static void digest_pair(uint16_t first, uint16_t second) {
    uint8_t pair[4];
    write16(pair, first);
    write16(pair + 2, second);
    digest = crc32(digest, pair, 4);
}

/* Adds the spikes of one population to the digest and to `spikes`. */
static void digest_population(unsigned population) {
    const uint8_t *row = network_spikes(population);
    unsigned neurons = network_neurons(population);
    for (unsigned n = 0; (n = network_next_spike(row, n, neurons)) < neurons; n++) {
        digest_pair((uint16_t)population, (uint16_t)n);
        spikes++;
    }
}

/* A list of neurons, or a bitmap where that is shorter. A block without room is left out whole, and counted. */
static void add_block(struct kept *answer, unsigned population, uint32_t count) {
    const uint8_t *row = network_spikes(population);
    unsigned neurons = network_neurons(population);
    unsigned bitmap_bytes = (neurons + 7u) / 8;
    bool bitmap = 2 * count > bitmap_bytes;
    uint32_t bytes = 4 + (bitmap ? bitmap_bytes : 2 * count);
    if (answer->length + bytes > BODY_BYTES) {
        uint32_t dropped = count + answer->body[STEP_DROPPED] + 256u * answer->body[STEP_DROPPED + 1];
        write16(answer->body + STEP_DROPPED, (uint16_t)(dropped < 0xffff ? dropped : 0xffff));
        return;
    }
    uint8_t *at = answer->body + answer->length;
    answer->length = (uint16_t)(answer->length + bytes);
    write16(at, (uint16_t)(population | (bitmap ? BITMAP : 0)));
    write16(at + 2, (uint16_t)count);
    at += 4;
    if (bitmap) {
        copy(at, row, bitmap_bytes);
        return;
    }
    for (unsigned n = 0; (n = network_next_spike(row, n, neurons)) < neurons; n++, at += 2) write16(at, (uint16_t)n);
}

/* The step ran: its digest, and with `answer` its blocks. */
static void collect(struct kept *answer) {
    for (unsigned p = 0; p < network_populations(); p++) {
        if (answer != 0 && !is_observed(p)) continue;
        uint32_t before = spikes;
        digest_population(p);
        if (answer != 0 && spikes != before) add_block(answer, p, spikes - before);
    }
    digest_pair(0xffff, (uint16_t)(network_step() - 1));
}

bool runs_golden(uint32_t *steps) {
    const uint8_t *image = network_image();
    uint32_t at = flash32(image + HEADER_GOLDEN);
    const uint8_t *head = image + at;
    *steps = 0;
    if (at == 0) return true;
    if (!network_inside(at, 12, 1)) return false;
    digest = 0;
    spikes = 0;
    for (at += 12; *steps < flash32(head); ++*steps) {
        if (!network_inside(at, 4, 1)) return false;
        uint8_t flags = (uint8_t)flash16(image + at);
        unsigned length = flash16(image + at + 2);
        unsigned size = flags & NETWORK_VALUED ? 4 : 2;
        at += 4;
        if (length % size != 0 || !network_inside(at, length, 1) || !network_enter(flags, 0, 0)) return false;
        for (unsigned entry = 0; entry < length; entry += size) {
            uint8_t bytes[4];
            for (unsigned i = 0; i < size; i++) bytes[i] = flash8(image + at + entry + i);
            if (!network_enter(flags & NETWORK_VALUED, bytes, size)) return false;
        }
        at += (length + 3u) / 4 * 4;
        network_run();
        collect(0);
    }
    return digest == flash32(head + 4) && spikes == flash32(head + 8);
}

uint8_t runs_start(unsigned length) {
    unsigned bytes = (network_populations() + 7) / 8;
    if (length < bytes) return MALFORMED;
    copy(observed, frame.bytes + FRAME_PAYLOAD, bytes);
    network_reset();
    begun = true;
    digest = 0;
    microseconds = 0;
    return OK;
}

static uint8_t another_place(void) {
    answer32(network_step());
    return WRONG_PLACE;
}

uint8_t runs_load(unsigned length) {
    if (!begun) return NOTHING_BEGUN;
    if (question32(0) != network_step()) return another_place();
    return network_enter(NETWORK_VALUED, frame.bytes + FRAME_PAYLOAD + 4, length - 4) ? OK : MALFORMED;
}

uint8_t runs_step(unsigned length) {
    uint32_t step = question32(0);
    struct kept *answer = &kept[step % WINDOW];
    if (!begun) return NOTHING_BEGUN;
    uint32_t ago = network_step() - step;
    if (ago > WINDOW || (ago != 0 && ago > network_step())) return another_place();
    if (ago == 0) {
        if (!network_enter(frame.bytes[FRAME_PAYLOAD + 4], frame.bytes + FRAME_PAYLOAD + 6, length - 6)) return MALFORMED;
        board_elapsed();
        network_run();
        microseconds += board_elapsed();
        write32(answer->body, step);
        write16(answer->body + STEP_DROPPED, 0);
        answer->length = STEP_SPIKES;
        collect(answer);
    }
    frame.length = answer->length;
    copy(frame.bytes + FRAME_BODY, answer->body, answer->length);
    return OK;
}

uint8_t runs_end(void) {
    if (!begun) return NOTHING_BEGUN;
    answer32(network_step());
    answer32(digest);
    answer32(microseconds);
    return OK;
}

uint8_t runs_membranes(void) {
    unsigned population = frame.bytes[FRAME_PAYLOAD] + 256u * frame.bytes[FRAME_PAYLOAD + 1];
    unsigned neuron = frame.bytes[FRAME_PAYLOAD + 2] + 256u * frame.bytes[FRAME_PAYLOAD + 3];
    if (population >= network_populations() || neuron >= network_neurons(population)) return MALFORMED;
    const int32_t *membranes = network_membranes(population);
    unsigned neurons = network_neurons(population);
    while (neuron < neurons && frame.length <= BODY_BYTES - 4) answer32((uint32_t)membranes[neuron++]);
    return OK;
}
