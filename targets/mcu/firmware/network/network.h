/*
 * A spiking network run in place from its image: integers only, no allocation, all state in one static arena. One network at a
 * time. docs/protocol.md describes the image, docs/law.md the neurons.
 */
#ifndef NETWORK_H
#define NETWORK_H
#include <stdbool.h>
#include <stdint.h>

/* Bytes of state, a multiple of 4, and the parts of the law that are built in; the board's configuration says both. */
#ifndef NETWORK_ARENA
#include "config.h"
#endif

/* Why an image cannot be run: the second byte of status 8 of the loader protocol. */
enum network_fault {
    NETWORK_FITS = 0,
    NETWORK_NO_IMAGE = 1,
    NETWORK_UNKNOWN_VERSION = 2,
    NETWORK_CONTRADICTS = 3,
    NETWORK_TOO_LARGE = 4,
    NETWORK_UNKNOWN_PART = 5
};

/* Flags of network_enter. */
enum { NETWORK_HOLD = 1, NETWORK_VALUED = 2 };

/* Checks every offset and length of the image, then starts it at step 0. After a fault no network is open. */
uint8_t network_open(const uint8_t *image, uint32_t length);

/* Back to step 0: membranes at vInit, no spikes on their way. */
void network_reset(void);

/*
 * Inputs of the coming step: addresses (u16), or with NETWORK_VALUED pairs of address and value (i16), at a multiple of 2. To be
 * called once a step at least, and as often as there are more; the first call may hold the inputs of the step before. False for
 * entries that name no input.
 */
bool network_enter(uint8_t flags, const uint8_t *entries, unsigned length);

/* Runs the coming step. */
void network_run(void);

/* The number of the coming step. */
uint32_t network_step(void);

unsigned network_populations(void);
unsigned network_neurons(unsigned population);

/* Spikes of the step that ran last: a bit a neuron, neuron n is bit n % 8 of byte n / 8. */
const uint8_t *network_spikes(unsigned population);

/* The first neuron from `from` on that fired, or the number of neurons. */
unsigned network_next_spike(const uint8_t *spikes, unsigned from, unsigned neurons);

/* Bytes of a population's row of spikes. */
unsigned network_row_bytes(unsigned population);

const int32_t *network_membranes(unsigned population);

/* The arena: all state, as the image lays it out. */
const uint8_t *network_state(void);

const uint8_t *network_image(void);

#endif
