/*
 * The neuron law, docs/law.md "One timestep": membranes are 32-bit words. Whoever wrote the image has proven that no sum leaves
 * them; sums are computed unsigned all the same, so that an image that lies does no more than wrap.
 */
#include "parts.h"

struct parameter parameter_first(const uint8_t *record) {
    uint32_t offset = flash32(record);
    uint32_t span = flash32(record + 4);
    struct parameter parameter = {offset == 0 ? 0 : open_network.image + offset, span, span};
    return parameter;
}

int32_t parameter_next(struct parameter *parameter) {
    if (parameter->at == 0) return 0;
    int32_t value = (int32_t)flash32(parameter->at);
    if (--parameter->left == 0) {
        parameter->at += 4;
        parameter->left = parameter->span;
    }
    return value;
}

/* round(product / 2^shift): each rounding is rounding down after something was added. */
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

/* 32 bits by 16 bits, from two products of 32 bits: small processors have no other. */
static int64_t multiplied(int32_t v, uint16_t multiplier) {
    int32_t high = (v >> 16) * (int32_t)multiplier;
    uint32_t low = (uint32_t)(v & 0xffff) * multiplier;
    return (int64_t)high * 65536 + low;
}

void neurons_decay(const uint8_t *population, int32_t *v, unsigned neurons) {
    struct parameter bias = parameter_first(population + POPULATION_BIAS);
    struct parameter multiplier = parameter_first(population + POPULATION_MULTIPLIER);
    uint8_t decay = flash8(population + POPULATION_DECAY);
    uint8_t shift = flash8(population + POPULATION_SHIFT);
    uint8_t rounding = flash8(population + POPULATION_ROUNDING);
    for (; neurons > 0; neurons--, v++) {
        int32_t old = *v;
        int32_t kept = old;
        if (decay == DECAY_MULTIPLY) {
            kept = divided(multiplied(old, (uint16_t)parameter_next(&multiplier)), shift, rounding);
        } else if (decay != DECAY_NONE) {
            kept = old - (old >> shift);
            if (decay == DECAY_SHIFT_WITH_TAIL && kept == old && old != 0) kept += old > 0 ? -1 : 1;
        }
        *v = (int32_t)((uint32_t)kept + (uint32_t)parameter_next(&bias));
    }
}

static int32_t held(int32_t v, uint8_t overflow, int32_t low, int32_t high) {
    if (overflow == OVERFLOW_NONE || (v >= low && v <= high)) return v;
    if (overflow == OVERFLOW_SATURATE) return v < low ? low : high;
    uint32_t span = (uint32_t)high - (uint32_t)low + 1;
    if (v > high) return (int32_t)((uint32_t)low + ((uint32_t)v - (uint32_t)low) % span);
    return (int32_t)((uint32_t)high - ((uint32_t)low - 1 - (uint32_t)v) % span);
}

void neurons_fire(const uint8_t *population, int32_t *v, unsigned neurons, uint8_t *spikes) {
    struct parameter threshold = parameter_first(population + POPULATION_THRESHOLD);
    struct parameter reset_value = parameter_first(population + POPULATION_RESET_VALUE);
    struct parameter floor_value = parameter_first(population + POPULATION_FLOOR_VALUE);
    uint8_t fires = flash8(population + POPULATION_FIRES);
    uint8_t reset = flash8(population + POPULATION_RESET);
    uint8_t floor = flash8(population + POPULATION_FLOOR);
    uint8_t overflow = flash8(population + POPULATION_OVERFLOW);
    int32_t low = (int32_t)flash32(population + POPULATION_LOW);
    int32_t high = (int32_t)flash32(population + POPULATION_HIGH);
    for (unsigned i = 0; i < neurons; i++) {
        int32_t sum = held(v[i], overflow, low, high);
        int32_t fire_at = parameter_next(&threshold);
        int32_t value = parameter_next(&reset_value);
        int32_t lowest = parameter_next(&floor_value);
        if (fires && sum >= fire_at) {
            spikes[i / 8] |= (uint8_t)(1 << i % 8);
            if (reset == RESET_VALUE) sum = value;
            if (reset == RESET_SUBTRACT) sum = (int32_t)((uint32_t)sum - (uint32_t)value);
        }
        if (floor != FLOOR_NONE && sum < lowest)
            sum = floor == FLOOR_CLAMP ? lowest : floor == FLOOR_ZERO ? 0 : (int32_t)((uint32_t)sum - (uint32_t)lowest);
        v[i] = sum;
    }
}
