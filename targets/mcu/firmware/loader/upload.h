/* BEGIN, DATA, COMMIT, TRIAL, CONFIRM: a network gets into flash and becomes the one that runs. */
#ifndef UPLOAD_H
#define UPLOAD_H
#include "slots.h"

extern struct upload {
    /* The slot of the network that runs; 0 while none does. */
    const uint8_t *running;
    /* The slot of the network that was confirmed last: what a restart brings back. 0: none. */
    const uint8_t *kept;
    /* The other one: where a new network goes, and where it runs on trial. */
    const uint8_t *spare;
    /* What BEGIN announced, as long as it is under way or sealed; how much of it is written; whether its header is, too. */
    uint32_t length, crc, written;
    uint32_t begun, sealed;
} upload;

/* As after power-up: the best network in flash runs. */
void upload_restart(void);

/*
 * Each takes the question in the frame buffer, leaves the body of the answer there and returns its status. length: bytes of the
 * question's payload, never fewer than the operation has.
 */
uint8_t upload_begin(unsigned length);
uint8_t upload_data(unsigned length);
uint8_t upload_commit(unsigned length);
uint8_t upload_trial(unsigned length);
uint8_t upload_confirm(unsigned length);

#endif
