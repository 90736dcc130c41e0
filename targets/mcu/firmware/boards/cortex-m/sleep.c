/* Sleep of a Cortex-M: an interrupt that waits wakes it though interrupts are off, so that no byte can slip in between. */
#include "../../loader/board.h"

void board_sleep(void) {
    __asm volatile("cpsid i");
    if (wire_is_empty()) __asm volatile("wfi");
    __asm volatile("cpsie i");
}
