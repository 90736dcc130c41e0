/* A ring of received bytes between the interrupt and the loader. Its size is a power of 2; the counters go round. */
#include "board.h"

#if WIRE_RING <= 128
typedef uint8_t ring_count;
#else
typedef uint32_t ring_count;
#endif

static volatile struct {
    ring_count put, taken;
    uint8_t bytes[WIRE_RING];
} ring;

void wire_put(uint8_t byte) {
    ring_count put = ring.put;
    /* A byte without room is lost: its frame fails its check, and the host sends it again. */
    if ((ring_count)(put - ring.taken) == WIRE_RING) return;
    ring.bytes[put % WIRE_RING] = byte;
    ring.put = put + 1;
}

bool wire_is_empty(void) { return ring.put == ring.taken; }

uint8_t wire_take(void) {
    while (wire_is_empty()) board_sleep();
    ring_count taken = ring.taken;
    uint8_t byte = ring.bytes[taken % WIRE_RING];
    ring.taken = taken + 1;
    return byte;
}
