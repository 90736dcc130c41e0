/*
 * The neuron law, docs/law.md "One timestep": membranes are 32-bit words. Whoever wrote the image has proven that no sum leaves
 * them.
 */
#include "parts.h"

/* Neuron i reads the value floor(i / span) of a parameter; walked from neuron 0 on, so that nothing is divided. */
struct parameter {
    const uint8_t *at;
    uint32_t span;
    uint32_t left;
};

static struct parameter parameter_first(const uint8_t *record) {
    uint32_t span = flash32(record + 4);
    struct parameter parameter = {open_network.image + flash32(record), span, span};
    return parameter;
}

static int32_t parameter_next(struct parameter *parameter) {
    int32_t value = (int32_t)flash32(parameter->at);
    if (--parameter->left == 0) {
        parameter->at += 4;
        parameter->left = parameter->span;
    }
    return value;
}

/*
 * round(v multiplier / 2^shift), halves away from zero, shift 1..16. No partial product leaves 32 bits: small processors have no
 * longer ones.
 */
static int32_t multiplied(int32_t v, uint32_t multiplier, unsigned shift) {
    uint32_t magnitude = v < 0 ? 0u - (uint32_t)v : (uint32_t)v;
    uint32_t low = ((magnitude & 0xffff) * multiplier + (1ul << (shift - 1))) >> shift;
    uint32_t product = ((magnitude >> 16) * multiplier << (16 - shift)) + low;
    return (int32_t)(v < 0 ? 0u - product : product);
}

#if HAS(PART_DECAYS)
/* The same with every rounding and shift: each rounding is rounding down after something was added. */
static int32_t divided(int64_t product, uint8_t shift, uint8_t rounding) {
    int64_t unit = (int64_t)1 << shift;
    int64_t half = unit / 2;
    if (shift == 0 || rounding == ROUND_DOWN) {
        half = 0;
    } else if (rounding == ROUND_TO_ZERO) {
        half = product < 0 ? unit - 1 : 0;
    } else if (rounding == ROUND_HALF_AWAY) {
        half -= product < 0;
    } else {
        half += (product >> shift & 1) - 1;
    }
    return (int32_t)((product + half) >> shift);
}

/* 32 bits by 16 bits, from two products of 32 bits. */
static int64_t product_of(int32_t v, uint16_t multiplier) {
    int32_t high = (v >> 16) * (int32_t)multiplier;
    uint32_t low = (uint32_t)(v & 0xffff) * multiplier;
    return (int64_t)high * 65536 + low;
}
#endif

static int32_t decayed(const uint8_t *layer, int32_t v, struct parameter *multipliers) {
    unsigned shift = flash8(layer + LAYER_SHIFT);
    unsigned decay = flash8(layer + LAYER_DECAY);
    if (decay == DECAY_NONE) return v;
    if (decay == DECAY_MULTIPLY) return multiplied(v, flash16(layer + LAYER_MULTIPLIER), shift);
#if HAS(PART_DECAYS)
    if (decay == DECAY_MULTIPLY_EACH)
        return divided(product_of(v, (uint16_t)parameter_next(multipliers)), (uint8_t)shift, flash8(layer + LAYER_ROUNDING));
    if (decay == DECAY_SHIFT_WITH_TAIL && v != 0 && v >> shift == 0) return v - (v > 0 ? 1 : -1);
#else
    (void)multipliers;
#endif
    return v - (v >> shift);
}

static int32_t held(const uint8_t *layer, int32_t v) {
    int32_t low = (int32_t)flash32(layer + LAYER_LOW);
    int32_t high = (int32_t)flash32(layer + LAYER_HIGH);
#if HAS(PART_RANGES)
    if (flash8(layer + LAYER_WRAPS) && (v < low || v > high)) {
        uint32_t span = (uint32_t)high - (uint32_t)low + 1;
        if (v > high) return (int32_t)((uint32_t)low + ((uint32_t)v - (uint32_t)low) % span);
        return (int32_t)((uint32_t)high - ((uint32_t)low - 1 - (uint32_t)v) % span);
    }
#endif
    if (v < low) v = low;
    if (v > high) v = high;
    return v;
}

/* most: the largest membrane that does not fire. */
static int32_t after_spike(const uint8_t *layer, int32_t v, int32_t most, int32_t value) {
    unsigned reset = flash8(layer + LAYER_RESET);
    if (reset == RESET_ZERO) return 0;
    if (reset == RESET_SUBTRACT) return (int32_t)((uint32_t)v - (uint32_t)most - flash8(layer + LAYER_ABOVE));
#if HAS(PART_RESETS)
    if (reset == RESET_VALUE) return value;
    if (reset == RESET_SUBTRACT_VALUE) return (int32_t)((uint32_t)v - (uint32_t)value);
#else
    (void)value;
#endif
    return v;
}

#if HAS(PART_RANGES)
static int32_t floored(const uint8_t *layer, int32_t v, int32_t lowest) {
    unsigned floor = flash8(layer + LAYER_FLOOR);
    if (floor == FLOOR_NONE || v >= lowest) return v;
    return floor == FLOOR_CLAMP ? lowest : floor == FLOOR_ZERO ? 0 : (int32_t)((uint32_t)v - (uint32_t)lowest);
}
#endif

void neurons_pass(const uint8_t *layer, unsigned parameter) {
    uint8_t *spikes = layer_row(layer, open_network.step);
    int32_t *v = layer_membranes(layer);
    unsigned neurons = flash16(layer + LAYER_NEURONS);
    struct parameter values = parameter_first(layer + parameter);
#if HAS(PART_DECAYS)
    struct parameter multipliers = parameter_first(layer + LAYER_MULTIPLIER);
#endif
#if HAS(PART_RESETS)
    struct parameter reset_values = parameter_first(layer + LAYER_RESET_VALUE);
#endif
#if HAS(PART_RANGES)
    struct parameter floor_values = parameter_first(layer + LAYER_FLOOR_VALUE);
#endif
    for (unsigned i = 0; i < neurons; i++) {
        int32_t value = parameter_next(&values);
        int32_t sum = v[i];
        if (parameter == LAYER_V_INIT) {
            sum = value;
        } else if (parameter == LAYER_BIAS) {
#if HAS(PART_DECAYS)
            sum = (int32_t)((uint32_t)decayed(layer, sum, &multipliers) + (uint32_t)value);
#else
            sum = (int32_t)((uint32_t)decayed(layer, sum, 0) + (uint32_t)value);
#endif
        } else {
            int32_t reset_value = 0;
#if HAS(PART_RESETS)
            reset_value = parameter_next(&reset_values);
#endif
            sum = held(layer, sum);
            if (sum > value) {
                spikes[i / 8] |= (uint8_t)(1 << i % 8);
                sum = after_spike(layer, sum, value, reset_value);
            }
#if HAS(PART_RANGES)
            sum = floored(layer, sum, parameter_next(&floor_values));
#endif
        }
        v[i] = sum;
    }
}
