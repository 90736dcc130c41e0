/* What the files of the network share. */
#ifndef PARTS_H
#define PARTS_H
#include "flash.h"
#include "image.h"
#include "network.h"

/* What the files here share stays among them where all are one file. */
#ifdef NETWORK_ONE_FILE
#define NETWORK_PART static
#else
#define NETWORK_PART
#endif

/* Values of a row, in memory that is words to others. */
#ifdef __GNUC__
typedef int16_t __attribute__((may_alias)) sent_value;
#else
typedef int16_t sent_value;
#endif

/* Where an input or population keeps its state. Inputs count first, then populations. */
struct source {
    int32_t *membranes;
    uint8_t *rows;
    uint32_t row_bytes;
    unsigned neurons;
    uint8_t kept;
    bool valued;
};

/* Neuron i reads the value floor(i / span) after `at`; walked from neuron 0 on, so that nothing is divided. */
struct parameter {
    const uint8_t *at;
    uint32_t span;
    uint32_t left;
};

/* Finds a source; false where the state up to it does not fit the arena. */
NETWORK_PART bool source_find(unsigned index, struct source *found);
/* The row of a step: what the source sent then. */
NETWORK_PART uint8_t *source_row(const struct source *source, uint32_t step);

NETWORK_PART const uint8_t *image_input(unsigned index);
NETWORK_PART const uint8_t *image_population(unsigned index);
NETWORK_PART const uint8_t *image_projection(unsigned index);

NETWORK_PART struct parameter parameter_first(const uint8_t *record);
NETWORK_PART int32_t parameter_next(struct parameter *parameter);

/* First pass of a step: v = D(v) + bias. */
NETWORK_PART void neurons_decay(const uint8_t *population, int32_t *v, unsigned neurons);
/* Third pass: overflow, compare, reset, floor; sets the bits of those that fire. */
NETWORK_PART void neurons_fire(const uint8_t *population, int32_t *v, unsigned neurons, uint8_t *spikes);

/* Second pass: what one source neuron sent goes through pool `pool` and those after it, then to the membranes. */
NETWORK_PART void projection_spread(const uint8_t *projection, unsigned pool, uint32_t source, int32_t value, int32_t *v);

/* The network that is open. */
struct network {
    const uint8_t *image;
    uint32_t length;
    uint32_t step;
    bool entered;
};

#ifdef NETWORK_ONE_FILE
static struct network open_network;
#else
extern struct network open_network;
#endif

#define header8(field) flash8(open_network.image + (field))
#define header16(field) flash16(open_network.image + (field))
#define header32(field) flash32(open_network.image + (field))

#endif
