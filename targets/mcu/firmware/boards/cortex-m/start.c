/*
 * Start of a Cortex-M: the vector table, then data and zeros in their places. (Armv6-M Architecture Reference Manual, B1.5.3: the
 * first word is the stack, the second the reset handler, external interrupts begin at word 16.)
 */
#include <stdint.h>

#include "config.h"

extern uint32_t stack_end, data_source, data_start, data_end, zero_start, zero_end;
int main(void);
void uart_interrupt(void);

static void hang(void) {
    for (;;) {}
}

void reset(void) {
    const uint32_t *from = &data_source;
    for (uint32_t *to = &data_start; to < &data_end;) *to++ = *from++;
    for (uint32_t *to = &zero_start; to < &zero_end;) *to++ = 0;
    main();
}

typedef void (*handler)(void);

/* Nothing but the wire interrupts. */
__attribute__((section(".vectors"), used)) static const handler vectors[] = {(handler)(uintptr_t)&stack_end, reset, hang, hang};
__attribute__((section(".wire_vector"), used)) static const handler wire_vector = uart_interrupt;
