/* BEGIN, DATA, COMMIT, TRIAL, CONFIRM: a network gets into flash and becomes the one that runs. */
#ifndef UPLOAD_H
#define UPLOAD_H
#include "slots.h"

/* The network that runs; its slot is NO_SLOT while none does. */
extern struct stored running;
/* It is not confirmed: a restart brings the one before it back. */
extern bool on_trial;

/* As after power-up: the best network in flash runs. */
void upload_restart(void);

/*
 * Each takes the question in the frame buffer, leaves the body of the answer there and returns its status. length: bytes of the
 * question's payload, never fewer than the operation has.
 */
uint8_t upload_begin(void);
uint8_t upload_data(unsigned length);
uint8_t upload_commit(void);
uint8_t upload_trial(void);
uint8_t upload_confirm(void);

#endif
