/*
 * How what one source neuron sent reaches membranes: docs/protocol.md, "Projection". Weights lie by source, so that a spike reads
 * them in a row.
 */
#include "parts.h"

#define half_at(field) flash16(record + (field))
#define byte_at(field) flash8(record + (field))

/* v[0], v[stride], ... += value times so many weights from number `first` on. */
static void add_weights(const uint8_t *record, uint32_t first, unsigned count, int32_t value, int32_t *v, unsigned stride) {
    uint8_t size = byte_at(PROJECTION_WEIGHT_BYTES);
    const uint8_t *at = open_network.image + flash32(record + PROJECTION_WEIGHTS) + first * size;
    if (size == 1) {
        for (; count > 0; count--, v += stride)
            *v = (int32_t)((uint32_t)*v + (uint32_t)(int32_t)(int8_t)flash8(at++) * (uint32_t)value);
        return;
    }
    for (; count > 0; count--, v += stride, at += size) {
        int32_t weight = size == 2 ? (int16_t)flash16(at) : (int32_t)flash32(at);
        *v = (int32_t)((uint32_t)*v + (uint32_t)weight * (uint32_t)value);
    }
}

static void spread_sparse(const uint8_t *record, uint32_t source, int32_t value, int32_t *v) {
    const uint8_t *offsets = open_network.image + flash32(record + PROJECTION_OFFSETS) + 4 * source;
    const uint8_t *targets = open_network.image + flash32(record + PROJECTION_TARGETS);
    uint32_t end = flash32(offsets + 4);
    for (uint32_t i = flash32(offsets); i < end; i++) add_weights(record, i, 1, value, v + flash16(targets + 2 * i), 0);
}

/* The target row (or column) that a tap of the kernel reaches from a place; -1 for none. axis: 0 rows, 1 columns. */
static int32_t reached(const uint8_t *record, unsigned axis, uint32_t place, unsigned tap) {
    uint32_t stride = byte_at(PROJECTION_STRIDE + axis);
    uint32_t from = place + byte_at(PROJECTION_PADDING + axis);
    uint32_t back = (uint32_t)tap * byte_at(PROJECTION_DILATION + axis);
    if (from < back) return -1;
    uint32_t target = from - back;
    /* Most strides are 1, and small processors divide slowly. */
    if (stride != 1) {
        target /= stride;
        if (target * stride != from - back) return -1;
    }
    return target < half_at(PROJECTION_OUT_HEIGHT + 2 * axis) ? (int32_t)target : -1;
}

static void spread_convolution(const uint8_t *record, uint32_t source, int32_t value, int32_t *v) {
    uint32_t width = half_at(PROJECTION_WIDTH);
    uint32_t height = half_at(PROJECTION_HEIGHT);
    uint32_t groups = half_at(PROJECTION_GROUPS);
    uint32_t out_width = half_at(PROJECTION_OUT_WIDTH);
    uint32_t map = half_at(PROJECTION_OUT_HEIGHT) * out_width;
    unsigned outputs = half_at(PROJECTION_OUT_CHANNELS) / groups;
    uint32_t row = source / width;
    uint32_t column = source - row * width;
    uint32_t channel = row / height;
    row -= channel * height;
    v += channel / (half_at(PROJECTION_CHANNELS) / groups) * outputs * map;
    uint32_t first = channel * byte_at(PROJECTION_KERNEL) * byte_at(PROJECTION_KERNEL + 1) * outputs;
    for (unsigned i = 0; i < byte_at(PROJECTION_KERNEL); i++) {
        int32_t y = reached(record, 0, row, i);
        for (unsigned j = 0; j < byte_at(PROJECTION_KERNEL + 1); j++, first += outputs) {
            int32_t x = y < 0 ? -1 : reached(record, 1, column, j);
            if (x >= 0) add_weights(record, first, outputs, value, v + (uint32_t)y * out_width + x, map);
        }
    }
}

static void spread_weights(const uint8_t *record, uint32_t source, int32_t value, int32_t *v, unsigned neurons) {
    switch (byte_at(PROJECTION_KIND)) {
        case KIND_DENSE:
            add_weights(record, source * neurons, neurons, value, v, 1);
            break;
        case KIND_CONVOLUTION:
            spread_convolution(record, source, value, v);
            break;
        case KIND_SPARSE:
            spread_sparse(record, source, value, v);
            break;
        default:
            add_weights(record, source / flash32(record + PROJECTION_OFFSETS), 1, value, v + source, 0);
    }
}

/* Positions of the windows that hold a place, first and last; none where last < first. */
static void windows(const uint8_t *record, unsigned axis, uint32_t place, int32_t *first, int32_t *last) {
    uint32_t stride = byte_at(POOL_STRIDE + axis);
    uint32_t from = place + byte_at(POOL_PADDING + axis);
    uint32_t kernel = byte_at(POOL_KERNEL + axis);
    uint32_t extent = half_at(POOL_OUT_HEIGHT + 2 * axis);
    *first = from < kernel ? 0 : (int32_t)((from - kernel) / stride + 1);
    *last = (int32_t)(from / stride < extent ? from / stride : extent - 1);
}

void projection_spread(const uint8_t *projection, unsigned pool, uint32_t source, int32_t value, int32_t *v) {
    if (pool == flash8(projection + PROJECTION_POOLS)) {
        unsigned neurons = network_neurons(flash16(projection + PROJECTION_TARGET));
        spread_weights(projection, source, value, v, neurons);
        return;
    }
    const uint8_t *record = open_network.image + flash32(projection + PROJECTION_POOL_TABLE) + pool * POOL_BYTES;
    uint32_t row = source / half_at(POOL_WIDTH);
    uint32_t column = source - row * half_at(POOL_WIDTH);
    uint32_t channel = row / half_at(POOL_HEIGHT);
    int32_t top, bottom, left, right;
    windows(record, 0, row - channel * half_at(POOL_HEIGHT), &top, &bottom);
    windows(record, 1, column, &left, &right);
    for (int32_t y = top; y <= bottom; y++)
        for (int32_t x = left; x <= right; x++) {
            uint32_t target = (channel * half_at(POOL_OUT_HEIGHT) + (uint32_t)y) * half_at(POOL_OUT_WIDTH) + (uint32_t)x;
            projection_spread(projection, pool + 1, target, value, v);
        }
}
