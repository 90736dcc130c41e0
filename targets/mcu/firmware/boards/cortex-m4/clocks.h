#ifndef CLOCKS_H
#define CLOCKS_H

/* 168 MHz for the core, 84 for the UART and the timer. */
void clocks_start(void);

#endif
