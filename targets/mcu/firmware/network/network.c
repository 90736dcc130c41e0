/*
 * State and steps. What a source sends at step t is kept in row t modulo rows, so that a projection of delay d reads row t - d.
 * Nothing is kept of the image but its address: where the state of a population lies is counted anew each time.
 */
#include "parts.h"

#ifndef NETWORK_ONE_FILE
struct network open_network;
#endif
static uint32_t arena[NETWORK_ARENA / 4];

static const uint8_t *record(unsigned table, unsigned index, unsigned bytes) {
    return open_network.image + header32(table) + (uint32_t)index * bytes;
}

const uint8_t *image_input(unsigned index) { return record(HEADER_INPUT_TABLE, index, INPUT_BYTES); }

const uint8_t *image_population(unsigned index) {
    return record(HEADER_POPULATION_TABLE, index, POPULATION_BYTES);
}

const uint8_t *image_projection(unsigned index) {
    return record(HEADER_PROJECTION_TABLE, index, PROJECTION_BYTES);
}

bool source_find(unsigned index, struct source *found) {
    unsigned inputs = header16(HEADER_INPUTS);
    uint32_t at = 0;
    for (unsigned i = 0;; i++) {
        found->valued = false;
        found->membranes = (int32_t *)(arena + at / 4);
        if (i < inputs) {
            const uint8_t *input = image_input(i);
            found->neurons = flash16(input + INPUT_NEURONS);
            found->kept = flash8(input + INPUT_ROWS);
            found->valued = flash8(input + INPUT_KIND) != 0;
        } else {
            const uint8_t *population = image_population(i - inputs);
            found->neurons = flash16(population + POPULATION_NEURONS);
            found->kept = flash8(population + POPULATION_ROWS);
            at += 4 * (uint32_t)found->neurons;
        }
        uint32_t bits = (uint32_t)found->neurons * (found->valued ? 16 : 1);
        found->row_bytes = (bits + 31) / 32 * 4;
        found->rows = (uint8_t *)arena + at;
        at += found->row_bytes * found->kept;
        if (at > NETWORK_ARENA) return false;
        if (i == index) return true;
    }
}

uint8_t *source_row(const struct source *source, uint32_t step) {
    return source->rows + step % source->kept * source->row_bytes;
}

static void clear(uint8_t *bytes, uint32_t count) {
    while (count-- > 0) *bytes++ = 0;
}

void network_reset(void) {
    unsigned inputs = header16(HEADER_INPUTS);
    open_network.step = 0;
    open_network.entered = false;
    clear((uint8_t *)arena, sizeof arena);
    for (unsigned p = 0; p < network_populations(); p++) {
        struct source own;
        source_find(inputs + p, &own);
        struct parameter v_init = parameter_first(image_population(p) + POPULATION_V_INIT);
        for (unsigned i = 0; i < own.neurons; i++) own.membranes[i] = parameter_next(&v_init);
    }
}

/* Once a step: the inputs begin as nothing, or as those of the step before. */
static bool begin_inputs(bool hold) {
    if (open_network.entered) return !hold;
    open_network.entered = true;
    for (unsigned input = 0; input < header16(HEADER_INPUTS); input++) {
        struct source source;
        source_find(input, &source);
        uint8_t *now = source_row(&source, open_network.step);
        const uint8_t *before = source_row(&source, open_network.step - 1);
        hold = hold && open_network.step > 0;
        for (uint32_t i = 0; i < source.row_bytes; i++) now[i] = hold ? before[i] : 0;
    }
    return true;
}

static bool set_input(unsigned address, int16_t value) {
    for (unsigned input = 0; input < header16(HEADER_INPUTS); input++) {
        unsigned neuron = address - flash16(image_input(input) + INPUT_FIRST);
        struct source source;
        source_find(input, &source);
        if (neuron >= source.neurons) continue;
        uint8_t *row = source_row(&source, open_network.step);
        if (source.valued)
            ((sent_value *)(void *)row)[neuron] = value;
        else
            row[neuron / 8] |= (uint8_t)(1 << neuron % 8);
        return source.valued || value == 1;
    }
    return false;
}

static uint16_t half(const uint8_t *bytes) { return (uint16_t)(bytes[0] | bytes[1] << 8); }

bool network_enter(uint8_t flags, const uint8_t *entries, unsigned length) {
    bool valued = (flags & NETWORK_VALUED) != 0;
    unsigned size = valued ? 4 : 2;
    if (length % size != 0 || !begin_inputs((flags & NETWORK_HOLD) != 0)) return false;
    for (; length > 0; length -= size, entries += size)
        if (!set_input(half(entries), valued ? (int16_t)half(entries + 2) : 1)) return false;
    return true;
}

unsigned network_next_spike(const uint8_t *spikes, unsigned from, unsigned neurons) {
    while (from < neurons) {
        uint8_t rest = (uint8_t)(spikes[from / 8] >> from % 8);
        if (rest & 1) break;
        from = rest == 0 ? (from | 7) + 1 : from + 1;
    }
    return from < neurons ? from : neurons;
}

static void run_projection(const uint8_t *projection, int32_t *v) {
    struct source source;
    uint8_t delay = flash8(projection + PROJECTION_DELAY);
    if (open_network.step < delay) return;
    source_find(flash16(projection + PROJECTION_SOURCE), &source);
    const uint8_t *row = source_row(&source, open_network.step - delay);
    if (source.valued) {
        const sent_value *values = (const sent_value *)(const void *)row;
        for (unsigned i = 0; i < source.neurons; i++)
            if (values[i] != 0) projection_spread(projection, 0, i, values[i], v);
        return;
    }
    unsigned i = 0;
    while ((i = network_next_spike(row, i, source.neurons)) < source.neurons)
        projection_spread(projection, 0, i++, 1, v);
}

static void run_population(unsigned index) {
    const uint8_t *population = image_population(index);
    struct source own;
    source_find(header16(HEADER_INPUTS) + index, &own);
    uint8_t *spikes = source_row(&own, open_network.step);
    clear(spikes, own.row_bytes);
    if (open_network.step < flash16(population + POPULATION_LATENCY)) return;
    neurons_decay(population, own.membranes, own.neurons);
    unsigned first = flash16(population + POPULATION_FIRST_PROJECTION);
    unsigned count = flash16(population + POPULATION_PROJECTIONS);
    for (unsigned i = 0; i < count; i++) run_projection(image_projection(first + i), own.membranes);
    neurons_fire(population, own.membranes, own.neurons, spikes);
}

void network_run(void) {
    begin_inputs(false);
    for (unsigned p = 0; p < network_populations(); p++) run_population(p);
    open_network.step++;
    open_network.entered = false;
}

uint32_t network_step(void) { return open_network.step; }

unsigned network_populations(void) { return header16(HEADER_POPULATIONS); }

unsigned network_neurons(unsigned population) {
    return flash16(image_population(population) + POPULATION_NEURONS);
}

static void find_population(unsigned population, struct source *found) {
    source_find(header16(HEADER_INPUTS) + population, found);
}

const uint8_t *network_spikes(unsigned population) {
    struct source source;
    find_population(population, &source);
    return source_row(&source, open_network.step - 1);
}

const int32_t *network_membranes(unsigned population) {
    struct source source;
    find_population(population, &source);
    return source.membranes;
}

const uint8_t *network_image(void) { return open_network.image; }
