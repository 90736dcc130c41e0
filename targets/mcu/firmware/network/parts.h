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

/* Parts of the law that a firmware may be built without; the image says which of them it needs (docs/protocol.md, "Parts"). */
#define PART_SPARSE 1
#define PART_DECAYS 2
#define PART_RESETS 4
#define PART_RANGES 8
#define HAS(part) ((NETWORK_PARTS & (part)) != 0)

/* Values of a row, in memory that is words to others. */
#ifdef __GNUC__
typedef int16_t __attribute__((may_alias)) sent_value;
#else
typedef int16_t sent_value;
#endif

/* The network that is open. */
struct network {
    const uint8_t *image;
    uint32_t length;
    uint32_t step;
    uint32_t entered;
};

#ifdef NETWORK_ONE_FILE
static struct network open_network;
#else
extern struct network open_network;
#endif

#define image8(at) flash8(open_network.image + (at))
#define image16(at) flash16(open_network.image + (at))
#define image32(at) flash32(open_network.image + (at))

#define layer_at(index) (open_network.image + HEADER_BYTES + (uint32_t)(index) * LAYER_BYTES)
#define population_at(index) layer_at((index) + image16(HEADER_INPUTS))

/* The membranes of a population, and the row of a step: what a layer sent then. */
NETWORK_PART int32_t *layer_membranes(const uint8_t *layer);
NETWORK_PART uint8_t *layer_row(const uint8_t *layer, uint32_t step);

/* One pass over the neurons of a population. parameter: LAYER_V_INIT, LAYER_BIAS or LAYER_THRESHOLD, which says what is done. */
NETWORK_PART void neurons_pass(const uint8_t *layer, unsigned parameter);

/* Every table and array of the image lies inside it; only where NETWORK_CHECKED is built in. */
NETWORK_PART uint8_t check_tables(void);

/* Adds to the membranes of a layer what the source of a projection sent. */
NETWORK_PART void projection_run(const uint8_t *projection, const uint8_t *layer);

#endif
