/*
 * How what a layer sent reaches membranes: docs/protocol.md, "Projection". Everything but a sparse projection is a chain of
 * windows over a map, each along one axis: rows and columns of its pools, then rows and columns of its kernel. A dense layer is a
 * kernel as large as the map, a one-to-one layer a kernel of one place in groups of one channel. Weights lie by source, so that a
 * spike reads them in a row.
 */
#include "parts.h"

/* Of the projection that runs: what the source neuron sent, and where its channel has its weights and its targets. */
static struct {
    const uint8_t *projection;
    const uint8_t *weights;
    int32_t *targets;
    int32_t value;
} spreading;

/* count weights, one at least, from number `first` on, to targets that lie so many bytes apart: most of all time is spent here. */
static void add_weights(uint32_t first, unsigned count, int32_t *target, uint32_t apart) {
    unsigned size = flash8(spreading.projection + PROJECTION_WEIGHT_BYTES);
    const uint8_t *at = spreading.weights + first * size;
    uint32_t value = (uint32_t)spreading.value;
    uint8_t *v = (uint8_t *)target;
    if (size == 1) {
        do {
            *(int32_t *)(void *)v = (int32_t)(*(uint32_t *)(void *)v + (uint32_t)(int32_t)(int8_t)flash8(at++) * value);
            v += apart;
        } while (--count > 0);
        return;
    }
    do {
        int32_t weight = size == 2 ? (int16_t)flash16(at) : (int32_t)flash32(at);
        *(int32_t *)(void *)v = (int32_t)(*(uint32_t *)(void *)v + (uint32_t)weight * value);
        at += size;
        v += apart;
    } while (--count > 0);
}

#if HAS(PART_SPARSE)
static void spread_synapses(uint32_t source) {
    const uint8_t *projection = spreading.projection;
    const uint8_t *offsets = open_network.image + flash32(projection + PROJECTION_OFFSETS) + 4 * source;
    const uint8_t *targets = open_network.image + flash32(projection + PROJECTION_TARGETS);
    uint32_t end = flash32(offsets + 4);
    for (uint32_t i = flash32(offsets); i < end; i++) add_weights(i, 1, spreading.targets + flash16(targets + 2 * i), 0);
}
#endif

/* From a place on the axis of this window to all its positions that hold the place; then along the other axis. */
static void spread(const uint8_t *window, unsigned windows, uint32_t place, uint32_t other, uint32_t tap, uint32_t target) {
    if (windows == 0) {
        unsigned outputs = flash16(spreading.projection + PROJECTION_OUTPUTS);
        add_weights(tap * outputs, outputs, spreading.targets + target, flash32(spreading.projection + PROJECTION_MAP_BYTES));
        return;
    }
    int32_t position = flash16(window + WINDOW_EXTENT);
    int32_t in_window = (int32_t)place + (int32_t)flash32(window + WINDOW_START);
    tap *= flash16(window + WINDOW_TAPS);
    target *= flash16(window + WINDOW_PLACES);
    for (; --position >= 0 && in_window < flash16(window + WINDOW_KERNEL); in_window += flash16(window + WINDOW_STRIDE))
        if (in_window >= 0)
            spread(window + WINDOW_BYTES, windows - 1, other, (uint32_t)position, tap + (uint32_t)in_window, target + (uint32_t)position);
}

void projection_run(const uint8_t *projection, const uint8_t *layer) {
    uint32_t step = open_network.step - flash8(projection + PROJECTION_DELAY);
    if ((int32_t)step < 0) return;
    const uint8_t *source = layer_at(flash16(projection + PROJECTION_SOURCE));
    const uint8_t *sent = layer_row(source, step);
    unsigned neurons = flash16(source + LAYER_NEURONS);
    unsigned row = 0, column = 0, channel = 0;
    spreading.projection = projection;
    spreading.weights = open_network.image + flash32(projection + PROJECTION_WEIGHTS);
    spreading.targets = layer_membranes(layer);
    for (unsigned i = 0; i < neurons; i++, column++) {
        int32_t value = sent[i / 8] >> i % 8 & 1;
        if (flash8(source + LAYER_VALUED)) value = ((const sent_value *)(const void *)sent)[i];
        if (value == 0) continue;
        spreading.value = value;
        for (; column >= flash16(projection + PROJECTION_WIDTH); column -= flash16(projection + PROJECTION_WIDTH)) {
            if (++row < flash16(projection + PROJECTION_HEIGHT)) continue;
            row = 0;
            spreading.weights += flash32(projection + PROJECTION_CHANNEL_BYTES);
            if (++channel < flash16(projection + PROJECTION_GROUP)) continue;
            channel = 0;
            spreading.targets += flash32(projection + PROJECTION_GROUP_NEURONS);
        }
#if HAS(PART_SPARSE)
        if (flash8(projection + PROJECTION_SPARSE)) {
            spread_synapses(i);
            continue;
        }
#endif
        spread(projection + PROJECTION_BYTES, flash8(projection + PROJECTION_WINDOWS), row, column, 0, 0);
    }
}
