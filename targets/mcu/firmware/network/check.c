/*
 * The tables of an image, checked once: everything lies inside it and inside the arena, and the parts fit one another, so that no
 * image whatever makes the steps read or write anywhere else. The small firmware does without: an image that comes over the wire
 * has proven its CRC-32 and its golden spikes, and was checked by whoever made it. Numbers are multiplied in 64 bits.
 */
#include "parts.h"

#ifdef NETWORK_CHECKED
/* As many pools in front of one projection as the stack has been measured with: two windows each, and two of the kernel. */
#define MOST_WINDOWS 6
/* As many as the loader can be asked to report. */
#define MOST_POPULATIONS 256

static bool network_inside(uint32_t at, uint64_t bytes) {
    return at % 4 == 0 && at <= open_network.length && bytes <= open_network.length - at;
}

static bool in_arena(uint32_t at, uint64_t bytes) {
    uint32_t arena = image32(HEADER_ARENA);
    return at % 4 == 0 && at <= arena && bytes <= arena - at;
}

static bool parameter_fits(const uint8_t *record, uint32_t neurons) {
    uint32_t span = flash32(record + 4);
    if (neurons == 0) return true;
    return span > 0 && span <= neurons && network_inside(flash32(record), 4 * (uint64_t)((neurons + span - 1) / span));
}

static bool layer_fits(const uint8_t *layer, bool is_input) {
    uint32_t neurons = flash16(layer + LAYER_NEURONS);
    uint32_t rows = flash8(layer + LAYER_LAST_ROW) + 1u;
    bool valued = flash8(layer + LAYER_VALUED) != 0;
    uint32_t row_bytes = valued ? (neurons + 1) / 2 * 4 : (neurons + 31) / 32 * 4;
    return flash32(layer + LAYER_ROW_BYTES) == row_bytes && (rows & (rows - 1)) == 0 && (is_input || !valued) &&
           in_arena(flash32(layer + LAYER_ROWS), (uint64_t)rows * row_bytes) &&
           (is_input || in_arena(flash32(layer + LAYER_MEMBRANES), 4 * (uint64_t)neurons));
}

static bool sparse_fits(const uint8_t *projection, uint32_t sources, uint32_t neurons) {
    uint32_t table = flash32(projection + PROJECTION_OFFSETS);
    uint32_t targets = flash32(projection + PROJECTION_TARGETS);
    uint32_t size = flash8(projection + PROJECTION_WEIGHT_BYTES);
    uint32_t count = 0;
    if (flash8(projection + PROJECTION_WINDOWS) != 0 || !network_inside(table, 4 * (uint64_t)(sources + 1)) || image32(table) != 0)
        return false;
    for (; sources > 0; sources--) {
        table += 4;
        if (image32(table) < count) return false;
        count = image32(table);
    }
    if (!network_inside(targets, 2 * (uint64_t)count)) return false;
    for (uint32_t i = 0; i < count; i++)
        if (image16(targets + 2 * i) >= neurons) return false;
    return network_inside(flash32(projection + PROJECTION_WEIGHTS), (uint64_t)count * size);
}

/* The largest tap, or place, that rows and columns of the kernel reach, and one. */
static uint64_t reach(uint32_t rows, uint32_t factor, uint32_t columns) {
    return (uint64_t)(rows > 0 ? rows - 1 : 0) * factor + columns;
}

static bool windows_fit(const uint8_t *projection, uint32_t sources, uint32_t neurons) {
    uint32_t windows = flash8(projection + PROJECTION_WINDOWS);
    uint32_t area = (uint32_t)flash16(projection + PROJECTION_HEIGHT) * flash16(projection + PROJECTION_WIDTH);
    uint32_t group = flash16(projection + PROJECTION_GROUP);
    uint32_t outputs = flash16(projection + PROJECTION_OUTPUTS);
    uint32_t size = flash8(projection + PROJECTION_WEIGHT_BYTES);
    uint32_t channel_bytes = flash32(projection + PROJECTION_CHANNEL_BYTES);
    uint32_t map_bytes = flash32(projection + PROJECTION_MAP_BYTES);
    if (windows < 2 || windows % 2 != 0 || area == 0 || group == 0 || outputs == 0 || channel_bytes % size != 0 ||
        map_bytes % 4 != 0)
        return false;
    const uint8_t *columns = projection + PROJECTION_BYTES;
    bool empty = sources == 0;
    for (; windows > 0; windows--, columns += WINDOW_BYTES) {
        int32_t start = (int32_t)flash32(columns + WINDOW_START);
        if (flash16(columns + WINDOW_STRIDE) == 0 || start >= 1l << 30 || start <= -(1l << 30)) return false;
        /* Rows and columns together are no more than a map, so that no image takes for ever. */
        if (windows % 2 == 1 && (uint32_t)flash16(columns - WINDOW_BYTES + WINDOW_EXTENT) * flash16(columns + WINDOW_EXTENT) > 0xffff)
            return false;
        if (flash16(columns + WINDOW_EXTENT) == 0 || flash16(columns + WINDOW_KERNEL) == 0) empty = true;
    }
    if (empty) return true;
    columns -= WINDOW_BYTES;
    const uint8_t *rows = columns - WINDOW_BYTES;
    uint32_t channel = (sources - 1) / area;
    uint64_t taps = reach(flash16(rows + WINDOW_KERNEL), flash16(columns + WINDOW_TAPS), flash16(columns + WINDOW_KERNEL));
    uint64_t places = reach(flash16(rows + WINDOW_EXTENT), flash16(columns + WINDOW_PLACES), flash16(columns + WINDOW_EXTENT));
    places += (uint64_t)(channel / group) * flash32(projection + PROJECTION_GROUP_NEURONS);
    places += (uint64_t)(outputs - 1) * (map_bytes / 4);
    return places <= neurons && network_inside(flash32(projection + PROJECTION_WEIGHTS),
                                               (uint64_t)channel * channel_bytes + taps * outputs * size);
}

static uint8_t check_projection(const uint8_t *projection, unsigned target, uint32_t neurons) {
    unsigned index = flash16(projection + PROJECTION_SOURCE);
    uint8_t delay = flash8(projection + PROJECTION_DELAY);
    uint8_t size = flash8(projection + PROJECTION_WEIGHT_BYTES);
    if (index >= image16(HEADER_LAYERS) || (delay == 0 && index >= target)) return NETWORK_CONTRADICTS;
    const uint8_t *source = layer_at(index);
    if (delay > flash8(source + LAYER_LAST_ROW) || (size != 1 && size != 2 && size != 4)) return NETWORK_CONTRADICTS;
    if (flash8(projection + PROJECTION_WINDOWS) > MOST_WINDOWS) return NETWORK_UNKNOWN_PART;
    uint32_t sources = flash16(source + LAYER_NEURONS);
    bool fits = flash8(projection + PROJECTION_SPARSE) ? sparse_fits(projection, sources, neurons)
                                                       : windows_fit(projection, sources, neurons);
    return fits ? NETWORK_FITS : NETWORK_CONTRADICTS;
}

static uint8_t check_population(const uint8_t *layer, unsigned index) {
    uint32_t neurons = flash16(layer + LAYER_NEURONS);
    unsigned decay = flash8(layer + LAYER_DECAY);
    unsigned shift = flash8(layer + LAYER_SHIFT);
    if (flash8(layer + LAYER_RESET) > RESET_SUBTRACT_VALUE || flash8(layer + LAYER_FLOOR) > FLOOR_ZERO ||
        decay > DECAY_MULTIPLY_EACH || flash8(layer + LAYER_ROUNDING) > ROUND_HALF_EVEN)
        return NETWORK_UNKNOWN_PART;
    if (shift > 31 || (decay == DECAY_MULTIPLY && (shift == 0 || shift > 16)) ||
        (int32_t)flash32(layer + LAYER_LOW) > (int32_t)flash32(layer + LAYER_HIGH))
        return NETWORK_CONTRADICTS;
    for (unsigned field = LAYER_V_INIT; field < LAYER_BYTES; field += 8)
        if ((field != LAYER_MULTIPLIER || decay == DECAY_MULTIPLY_EACH) && !parameter_fits(layer + field, neurons))
            return NETWORK_CONTRADICTS;
    uint32_t at = flash32(layer + LAYER_PROJECTION_TABLE);
    for (unsigned count = flash16(layer + LAYER_PROJECTIONS); count > 0; count--) {
        if (!network_inside(at, PROJECTION_BYTES)) return NETWORK_CONTRADICTS;
        uint32_t bytes = PROJECTION_BYTES + image8(at + PROJECTION_WINDOWS) * (uint32_t)WINDOW_BYTES;
        if (!network_inside(at, bytes)) return NETWORK_CONTRADICTS;
        uint8_t fault = check_projection(open_network.image + at, index, neurons);
        if (fault != NETWORK_FITS) return fault;
        at += bytes;
    }
    return NETWORK_FITS;
}

static bool golden_fits(void) {
    uint32_t at = image32(HEADER_GOLDEN);
    if (!network_inside(at, 8)) return false;
    uint32_t steps = image32(at);
    for (at += 8; steps > 0; steps--) {
        if (!network_inside(at, 4)) return false;
        uint32_t bytes = 4 + (image16(at + 2) + 3u) / 4 * 4;
        if (!network_inside(at, bytes)) return false;
        at += bytes;
    }
    return true;
}

uint8_t check_tables(void) {
    unsigned layers = image16(HEADER_LAYERS);
    unsigned inputs = image16(HEADER_INPUTS);
    if (inputs >= layers || !network_inside(HEADER_BYTES, (uint64_t)layers * LAYER_BYTES) || !golden_fits())
        return NETWORK_CONTRADICTS;
    if (layers - inputs > MOST_POPULATIONS) return NETWORK_TOO_LARGE;
    for (unsigned i = 0; i < layers; i++)
        if (!layer_fits(layer_at(i), i < inputs)) return NETWORK_CONTRADICTS;
    for (unsigned i = inputs; i < layers; i++) {
        uint8_t fault = check_population(layer_at(i), i);
        if (fault != NETWORK_FITS) return fault;
    }
    return NETWORK_FITS;
}
#endif
