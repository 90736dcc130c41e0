/** The files of the plain-C export that are the same for every network. */

export const portHeader = `/*
 * What a board may provide; each has a weak stand-in in main.c, so that everything links without.
 * Flash that is no memory (AVR) is read through flash8, flash16 and flash32 of net.c.
 */
#ifndef NET_PORT_H
#define NET_PORT_H
#include <stdint.h>

/* Sends one character to whoever watches. */
void net_port_putc(char character);
/* A counter that runs with time; what main.c shows of it is a difference. */
uint32_t net_port_cycles(void);

#endif
`;

export const example = `/* An example: one run with no input, then the readout and the time of it. Replace it with your own. */
#include "net.h"
#include "net_port.h"

__attribute__((weak)) void net_port_putc(char character) { (void)character; }
__attribute__((weak)) uint32_t net_port_cycles(void) { return 0; }

static void put_number(uint32_t number) {
    char digits[10];
    int count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0) net_port_putc(digits[--count]);
    net_port_putc('\\n');
}

int main(void) {
    uint32_t counts[NET_READOUT_NEURONS] = {0};
    if (network_open((const uint8_t *)net_image, NET_IMAGE_BYTES) != NETWORK_FITS) return 1;
    uint32_t started = net_port_cycles();
    for (uint32_t step = 0; step < NET_STEPS; step++) {
        /* The inputs of this step; here there are none. */
        network_enter(0, (const uint8_t *)net_image, 0);
        network_run();
        const uint8_t *spikes = network_spikes(NET_READOUT);
        for (unsigned n = 0; (n = network_next_spike(spikes, n, NET_READOUT_NEURONS)) < NET_READOUT_NEURONS; n++) counts[n]++;
    }
    put_number(net_port_cycles() - started);
    for (unsigned n = 0; n < NET_READOUT_NEURONS; n++) put_number(counts[n]);
    return 0;
}
`;

export const hostTest = `/* On a computer: the network beside the simulator's spikes, layer by layer, and images that must be refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net.h"

#include "golden.h"

static unsigned long spikes, mismatches;

static void compare(unsigned step, unsigned layer, const uint8_t *expected) {
    const uint8_t *found = network_spikes(layer);
    for (unsigned n = 0; n < network_neurons(layer); n++) {
        int wanted = expected[n / 8] >> n % 8 & 1;
        int fired = found[n / 8] >> n % 8 & 1;
        spikes += (unsigned long)wanted;
        if (fired == wanted) continue;
        if (mismatches++ == 0) printf("step %u, layer %u, neuron %u: %d expected, %d found\\n", step, layer, n, wanted, fired);
    }
}

static void run(void) {
    const uint8_t *inputs = golden_inputs;
    const uint8_t *expected = golden_spikes;
    network_reset();
    for (unsigned step = 0; step < GOLDEN_STEPS; step++) {
        if (!network_enter(GOLDEN_FLAGS, inputs, golden_lengths[step])) mismatches++;
        inputs += golden_lengths[step];
        network_run();
        for (unsigned layer = 0; layer < network_populations(); layer++) {
            compare(step, layer, expected);
            expected += (network_neurons(layer) + 7) / 8;
        }
    }
}

/* Damaged in one byte an image is refused, or runs without harm: the sanitizers watch. */
static void run_damaged(void) {
    uint8_t *image = malloc(NET_IMAGE_BYTES);
    if (image == NULL) exit(2);
    unsigned long refused = 0;
    unsigned tables = NET_IMAGE_BYTES < 2048 ? NET_IMAGE_BYTES : 2048;
    for (unsigned at = 0; at < tables; at++)
        for (unsigned bit = 0; bit < 8; bit += 3) {
            memcpy(image, net_image, NET_IMAGE_BYTES);
            image[at] ^= (uint8_t)(1u << bit);
            if (network_open(image, NET_IMAGE_BYTES) != NETWORK_FITS) refused++;
            else for (int step = 0; step < 2; step++) network_enter(0, (const uint8_t *)net_image, 0), network_run();
        }
    printf("%lu damaged images refused\\n", refused);
    free(image);
}

int main(void) {
    if (network_open((const uint8_t *)net_image, NET_IMAGE_BYTES) != NETWORK_FITS) {
        puts("the image is refused");
        return 1;
    }
    run();
    run();
    run_damaged();
    printf("%lu mismatches / %lu spikes\\n", mismatches, spikes);
    return mismatches == 0 ? 0 : 1;
}
`;

export const makefile = `# make test: on this computer, with the sanitizers. make stack: the frames of your compiler.
CFLAGS ?= -std=c99 -Wall -Wextra -pedantic -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all

test: host_test
	./host_test

host_test: host_test.c net.c net_weights.c net.h golden.h
	$(CC) $(CFLAGS) host_test.c net.c net_weights.c -o host_test

example: main.c net.c net_weights.c net.h net_port.h
	$(CC) $(CFLAGS) main.c net.c net_weights.c -o example

stack: net.c net.h
	$(CC) -std=c99 -Os -fstack-usage -c net.c -o net.o
	sort -t '	' -k 2 -n -r net.su | head

.PHONY: test stack
`;
