/*
 * An image is checked once, wholly, before anything of it runs: every table and array lies inside it, at a multiple of 4, and the
 * parts fit one another. Then the steps need no checks. Numbers are multiplied only where the product fits 32 bits.
 */
#include "parts.h"

/* As many pools in front of one projection as the stack has been measured with. */
#define MOST_POOLS 2
/* As many as the loader can be asked to report. */
#define MOST_POPULATIONS 256

bool network_inside(uint32_t at, uint32_t count, uint8_t size) {
    return at % 4 == 0 && at <= open_network.length && count <= (open_network.length - at) >> (size >> 1);
}

static uint32_t rounded_up(uint32_t count, uint32_t span) { return (count + span - 1) / span; }

/* channels * height * width; 0x10000 where a layer cannot be so large. */
static uint32_t extent(const uint8_t *channels) {
    uint32_t area = (uint32_t)flash16(channels) * flash16(channels + 2);
    uint32_t size = area < 0x10000 ? area * flash16(channels + 4) : 0x10000;
    return size < 0x10000 ? size : 0x10000;
}

static bool parameters_fit(const uint8_t *population, uint32_t neurons) {
    for (unsigned field = POPULATION_THRESHOLD; field < POPULATION_BYTES; field += 8) {
        uint32_t offset = flash32(population + field);
        uint32_t span = flash32(population + field + 4);
        if (offset == 0) continue;
        if (span == 0 || span > neurons || !network_inside(offset, rounded_up(neurons, span), 4)) return false;
    }
    return true;
}

static bool sparse_fits(const uint8_t *record, uint32_t sources, uint32_t neurons, uint32_t *weights) {
    uint32_t table = flash32(record + PROJECTION_OFFSETS);
    uint32_t targets = flash32(record + PROJECTION_TARGETS);
    if (!network_inside(table, sources + 1, 4) || flash32(open_network.image + table) != 0) return false;
    for (*weights = 0; sources > 0; sources--) {
        table += 4;
        uint32_t end = flash32(open_network.image + table);
        if (end < *weights) return false;
        *weights = end;
    }
    if (!network_inside(targets, *weights, 2)) return false;
    for (uint32_t i = 0; i < *weights; i++)
        if (flash16(open_network.image + targets + 2 * i) >= neurons) return false;
    return true;
}

static bool convolution_fits(const uint8_t *record, uint32_t neurons, uint32_t *weights) {
    uint32_t groups = flash16(record + PROJECTION_GROUPS);
    uint32_t channels = flash16(record + PROJECTION_CHANNELS);
    uint32_t out_channels = flash16(record + PROJECTION_OUT_CHANNELS);
    if (groups == 0 || channels % groups != 0 || out_channels % groups != 0) return false;
    for (unsigned axis = 0; axis < 2; axis++)
        if (flash8(record + PROJECTION_KERNEL + axis) == 0 || flash8(record + PROJECTION_STRIDE + axis) == 0 ||
            flash8(record + PROJECTION_DILATION + axis) == 0)
            return false;
    uint32_t taps = (uint32_t)flash8(record + PROJECTION_KERNEL) * flash8(record + PROJECTION_KERNEL + 1);
    uint32_t outputs = out_channels / groups;
    *weights = channels * taps;
    if (outputs != 0 && *weights > open_network.length / outputs) return false;
    *weights *= outputs;
    return extent(record + PROJECTION_OUT_CHANNELS) == neurons;
}

/* What the weights see must be what the pools, from the last to the first, leave of the source. */
static bool pools_fit(const uint8_t *record, uint32_t seen, uint32_t source) {
    unsigned pools = flash8(record + PROJECTION_POOLS);
    uint32_t table = flash32(record + PROJECTION_POOL_TABLE);
    if (!network_inside(table, (uint32_t)pools * POOL_BYTES, 1)) return false;
    for (const uint8_t *pool = open_network.image + table + pools * POOL_BYTES; pools > 0; pools--) {
        pool -= POOL_BYTES;
        uint32_t out = (uint32_t)flash16(pool + POOL_CHANNELS) * flash16(pool + POOL_OUT_HEIGHT);
        if (out > seen || out * flash16(pool + POOL_OUT_WIDTH) != seen) return false;
        for (unsigned field = POOL_KERNEL; field < POOL_PADDING; field++)
            if (flash8(pool + field) == 0) return false;
        seen = extent(pool + POOL_CHANNELS);
    }
    return seen == source;
}

static uint8_t check_projection(const uint8_t *record, unsigned target, uint32_t neurons) {
    unsigned inputs = header16(HEADER_INPUTS);
    unsigned index = flash16(record + PROJECTION_SOURCE);
    uint8_t delay = flash8(record + PROJECTION_DELAY);
    uint8_t size = flash8(record + PROJECTION_WEIGHT_BYTES);
    struct source source;
    uint32_t weights;
    if (flash16(record + PROJECTION_TARGET) != target || index >= inputs + network_populations()) return NETWORK_CONTRADICTS;
    source_find(index, &source);
    if (delay >= source.kept || (delay == 0 && index >= inputs + target)) return NETWORK_CONTRADICTS;
    if (flash8(record + PROJECTION_POOLS) > MOST_POOLS) return NETWORK_UNKNOWN_PART;
    uint32_t seen = extent(record + PROJECTION_CHANNELS);
    if ((size != 1 && size != 2 && size != 4) || !pools_fit(record, seen, source.neurons)) return NETWORK_CONTRADICTS;
    bool fits = true;
    switch (flash8(record + PROJECTION_KIND)) {
        case KIND_DENSE:
            weights = seen * neurons;
            break;
        case KIND_CONVOLUTION:
            fits = convolution_fits(record, neurons, &weights);
            break;
        case KIND_SPARSE:
            fits = sparse_fits(record, seen, neurons, &weights);
            break;
        case KIND_ONE_TO_ONE: {
            uint32_t span = flash32(record + PROJECTION_OFFSETS);
            if (seen != neurons || span == 0 || span > neurons) return NETWORK_CONTRADICTS;
            weights = rounded_up(neurons, span);
            break;
        }
        default:
            return NETWORK_UNKNOWN_PART;
    }
    if (!fits || !network_inside(flash32(record + PROJECTION_WEIGHTS), weights, size)) return NETWORK_CONTRADICTS;
    return NETWORK_FITS;
}

static uint8_t check_population(unsigned index) {
    const uint8_t *population = image_population(index);
    uint32_t neurons = flash16(population + POPULATION_NEURONS);
    unsigned first = flash16(population + POPULATION_FIRST_PROJECTION);
    unsigned count = flash16(population + POPULATION_PROJECTIONS);
    if (flash8(population + POPULATION_RESET) > RESET_SUBTRACT || flash8(population + POPULATION_FLOOR) > FLOOR_ZERO ||
        flash8(population + POPULATION_OVERFLOW) > OVERFLOW_WRAP ||
        flash8(population + POPULATION_DECAY) > DECAY_SHIFT_WITH_TAIL ||
        flash8(population + POPULATION_ROUNDING) > ROUND_HALF_EVEN)
        return NETWORK_UNKNOWN_PART;
    if ((uint32_t)first + count > header16(HEADER_PROJECTIONS) || flash8(population + POPULATION_SHIFT) > 31 ||
        !parameters_fit(population, neurons))
        return NETWORK_CONTRADICTS;
    for (uint8_t fault; count > 0; count--, first++)
        if ((fault = check_projection(image_projection(first), index, neurons)) != NETWORK_FITS) return fault;
    return NETWORK_FITS;
}

/* Inputs follow one another without a gap; every source keeps a row at least. */
static bool sources_fit(unsigned inputs, unsigned populations) {
    unsigned next = 0;
    for (unsigned i = 0; i < inputs; i++) {
        const uint8_t *input = image_input(i);
        if (flash16(input + INPUT_FIRST) != next || flash8(input + INPUT_KIND) > 1 || flash8(input + INPUT_ROWS) == 0) return false;
        next += flash16(input + INPUT_NEURONS);
    }
    for (unsigned p = 0; p < populations; p++)
        if (flash8(image_population(p) + POPULATION_ROWS) == 0) return false;
    return true;
}

static uint8_t check_tables(void) {
    unsigned inputs = header16(HEADER_INPUTS);
    unsigned populations = network_populations();
    struct source last;
    if (!network_inside(header32(HEADER_INPUT_TABLE), (uint32_t)inputs * INPUT_BYTES, 1) ||
        !network_inside(header32(HEADER_POPULATION_TABLE), (uint32_t)populations * POPULATION_BYTES, 1) ||
        !network_inside(header32(HEADER_PROJECTION_TABLE), (uint32_t)header16(HEADER_PROJECTIONS) * PROJECTION_BYTES, 1) ||
        populations == 0 || !sources_fit(inputs, populations))
        return NETWORK_CONTRADICTS;
    if (header32(HEADER_ARENA) > NETWORK_ARENA || populations > MOST_POPULATIONS ||
        !source_find(inputs + populations - 1, &last))
        return NETWORK_TOO_LARGE;
    for (unsigned p = 0; p < populations; p++) {
        uint8_t fault = check_population(p);
        if (fault != NETWORK_FITS) return fault;
    }
    return NETWORK_FITS;
}

uint8_t network_open(const uint8_t *image, uint32_t length) {
    open_network.image = image;
    open_network.length = length;
    uint8_t fault = NETWORK_FITS;
    if (length < HEADER_BYTES || header32(HEADER_MAGIC) != IMAGE_MAGIC)
        fault = NETWORK_NO_IMAGE;
    else if (header16(HEADER_VERSION) != IMAGE_VERSION)
        fault = NETWORK_UNKNOWN_VERSION;
    else if (header32(HEADER_LENGTH) != length)
        fault = NETWORK_CONTRADICTS;
    else
        fault = check_tables();
    if (fault == NETWORK_FITS) network_reset();
    return fault;
}
