/* A ring of received bytes between the interrupt and the loader. Its size is a power of 2. */
#include "board.h"

#if WIRE_RING <= 256
typedef uint8_t ring_index;
#else
typedef uint16_t ring_index;
#endif

static volatile uint8_t ring[WIRE_RING];
static volatile ring_index put_at, take_from;

void wire_put(uint8_t byte) {
    ring_index next = (ring_index)((put_at + 1) % WIRE_RING);
    /* A byte without room is lost: its frame fails its check, and the host sends it again. */
    if (next == take_from) return;
    ring[put_at] = byte;
    put_at = next;
}

bool wire_is_empty(void) { return put_at == take_from; }

int16_t wire_take(void) {
    if (wire_is_empty()) return -1;
    uint8_t byte = ring[take_from];
    take_from = (ring_index)((take_from + 1) % WIRE_RING);
    return byte;
}
