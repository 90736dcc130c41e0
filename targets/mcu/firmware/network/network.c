/*
 * State and steps. What a layer sends at step t is kept in row t modulo rows, so that a projection of delay d reads row t - d;
 * rows are a power of 2. Where everything lies in the arena was counted by whoever wrote the image.
 */
#include "parts.h"

#ifndef NETWORK_ONE_FILE
struct network open_network;
#endif
static uint32_t arena[NETWORK_ARENA / 4];

int32_t *layer_membranes(const uint8_t *layer) { return (int32_t *)(arena + flash32(layer + LAYER_MEMBRANES) / 4); }

uint8_t *layer_row(const uint8_t *layer, uint32_t step) {
    uint32_t row = step & flash8(layer + LAYER_LAST_ROW);
    return (uint8_t *)arena + flash32(layer + LAYER_ROWS) + row * flash32(layer + LAYER_ROW_BYTES);
}

static void clear(uint8_t *words, uint32_t bytes) {
    for (uint32_t *word = (uint32_t *)(void *)words; bytes > 0; bytes -= 4) *word++ = 0;
}

void network_reset(void) {
    clear((uint8_t *)arena, sizeof arena);
    open_network.step = 0;
    open_network.entered = false;
    for (unsigned p = 0; p < network_populations(); p++) neurons_pass(population_at(p), LAYER_V_INIT);
}

/* Once a step: the inputs begin as nothing, or as those of the step before. */
static void begin_inputs(bool hold) {
    if (open_network.entered) return;
    open_network.entered = true;
    for (const uint8_t *layer = layer_at(0); layer < population_at(0); layer += LAYER_BYTES) {
        uint32_t *now = (uint32_t *)(void *)layer_row(layer, open_network.step);
        const uint32_t *before = (const uint32_t *)(void *)layer_row(layer, open_network.step - 1);
        for (uint32_t words = flash32(layer + LAYER_ROW_BYTES) / 4; words > 0; words--) *now++ = hold ? *before++ : 0;
    }
}

/* Addresses count through all inputs. */
bool network_enter(uint8_t flags, const uint8_t *entries, unsigned length) {
    const uint8_t *end = entries + length;
    begin_inputs(flags & NETWORK_HOLD);
    while (entries < end) {
        uint32_t address = entry_half(entries);
        int16_t value = 1;
        entries += 2;
        if (flags & NETWORK_VALUED) {
            value = (int16_t)entry_half(entries);
            entries += 2;
        }
        const uint8_t *layer = layer_at(0);
        for (;; layer += LAYER_BYTES) {
            if (layer >= population_at(0)) return false;
            if (address < flash16(layer + LAYER_NEURONS)) break;
            address -= flash16(layer + LAYER_NEURONS);
        }
        uint8_t *row = layer_row(layer, open_network.step);
        if (flash8(layer + LAYER_VALUED))
            ((sent_value *)(void *)row)[address] = value;
        else
            row[address / 8] |= (uint8_t)(1 << address % 8);
    }
    return true;
}

unsigned network_next_spike(const uint8_t *spikes, unsigned from, unsigned neurons) {
    for (; from < neurons; from++) {
        unsigned rest = spikes[from / 8] >> from % 8;
        if (rest & 1) break;
        if (rest == 0) from |= 7;
    }
    return from < neurons ? from : neurons;
}

static void run_population(const uint8_t *layer) {
    clear(layer_row(layer, open_network.step), flash32(layer + LAYER_ROW_BYTES));
    if (open_network.step < flash16(layer + LAYER_LATENCY)) return;
    neurons_pass(layer, LAYER_BIAS);
    const uint8_t *projection = open_network.image + flash32(layer + LAYER_PROJECTION_TABLE);
    for (unsigned count = flash16(layer + LAYER_PROJECTIONS); count > 0; count--) {
        projection_run(projection, layer);
        projection += PROJECTION_BYTES + flash8(projection + PROJECTION_WINDOWS) * WINDOW_BYTES;
    }
    neurons_pass(layer, LAYER_THRESHOLD);
}

void network_run(void) {
    for (unsigned p = 0; p < network_populations(); p++) run_population(population_at(p));
    open_network.step++;
    open_network.entered = false;
}

uint32_t network_step(void) { return open_network.step; }

unsigned network_populations(void) { return image16(HEADER_LAYERS) - image16(HEADER_INPUTS); }

unsigned network_neurons(unsigned population) { return flash16(population_at(population) + LAYER_NEURONS); }

const uint8_t *network_spikes(unsigned population) { return layer_row(population_at(population), open_network.step - 1); }

unsigned network_row_bytes(unsigned population) { return flash32(population_at(population) + LAYER_ROW_BYTES); }

const int32_t *network_membranes(unsigned population) { return layer_membranes(population_at(population)); }

const uint8_t *network_state(void) { return (const uint8_t *)arena; }

const uint8_t *network_image(void) { return open_network.image; }

/* A header that contradicts itself or this firmware. What the tables say is checked in check.c, where that is built in. */
static uint8_t check_header(void) {
    if (open_network.length < HEADER_BYTES || image32(HEADER_MAGIC) != IMAGE_MAGIC) return NETWORK_NO_IMAGE;
    if (image16(HEADER_VERSION) != IMAGE_VERSION) return NETWORK_UNKNOWN_VERSION;
    if (image32(HEADER_LENGTH) != open_network.length) return NETWORK_CONTRADICTS;
    if (image32(HEADER_ARENA) > NETWORK_ARENA) return NETWORK_TOO_LARGE;
    if (image32(HEADER_PARTS) & ~(uint32_t)NETWORK_PARTS) return NETWORK_UNKNOWN_PART;
    return NETWORK_FITS;
}

uint8_t network_open(const uint8_t *image, uint32_t length) {
    open_network.image = image;
    open_network.length = length;
    uint8_t fault = check_header();
#ifdef NETWORK_CHECKED
    if (fault == NETWORK_FITS) fault = check_tables();
#endif
    if (fault == NETWORK_FITS) network_reset();
    return fault;
}
