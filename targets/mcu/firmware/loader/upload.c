#include "upload.h"

#include "../network/network.h"
#include "crc32.h"
#include "frame.h"
#include "protocol.h"
#include "runs.h"

struct upload upload;

/* A network that cannot be run (firmware and image of different ages) is none. */
static uint8_t run(const uint8_t *slot) {
    uint8_t fault = NETWORK_NO_IMAGE;
    runs_forget();
    upload.running = 0;
    if (slot != 0) fault = network_open(slot_image(slot), slot_length(slot));
    if (fault == NETWORK_FITS) upload.running = slot;
    return fault;
}

void upload_restart(void) {
    upload.begun = false;
    upload.sealed = false;
    upload.kept = 0;
    upload.spare = slot_at(0);
    if (slot_is_whole(slot_at(1))) upload.kept = slot_at(1);
    if (slot_is_whole(slot_at(0)) && (upload.kept == 0 || slot_number(slot_at(0)) > slot_number(slot_at(1)))) {
        upload.kept = slot_at(0);
        upload.spare = slot_at(1);
    }
    run(upload.kept);
}

uint8_t upload_begin(unsigned payload) {
    (void)payload;
    bool resume = body[8] & RESUME;
    if (word(0) > SLOT_BYTES - IMAGE_AT) return TOO_LARGE;
    /* A repeated BEGIN, whose answer got lost, must not erase twice. */
    if (!upload.begun || upload.length != word(0) || upload.crc != word(1) || (!resume && upload.written > 0)) {
        if (upload.running == upload.spare) run(upload.kept);
        upload.length = word(0);
        upload.crc = word(1);
        upload.written = 0;
        upload.begun = true;
        upload.sealed = false;
        slots_clear(upload.spare, upload.length);
    }
    word(0) = upload.written;
    return OK;
}

uint8_t upload_data(unsigned payload) {
    uint32_t count = payload - 4;
    uint32_t at = word(0);
    if (!upload.begun) return NOTHING_BEGUN;
    word(0) = upload.written;
    if (at != upload.written) return WRONG_PLACE;
    if (count > upload.length - at) return TOO_LARGE;
    upload.begun = slots_write(slot_image(upload.spare) + at, body + 4, count);
    if (!upload.begun) return FLASH_FAILED;
    upload.written += count;
    word(0) = upload.written;
    return OK;
}

/* A repeated COMMIT, whose answer got lost, writes the same header once more, which flash takes. */
uint8_t upload_commit(unsigned payload) {
    uint32_t number = 1;
    (void)payload;
    if (!upload.begun) return NOTHING_BEGUN;
    word(0) = crc32_flash(0, slot_image(upload.spare), upload.length);
    if (word(0) != upload.crc) {
        upload.begun = false;
        return DIFFERS;
    }
    if (upload.kept != 0) number += slot_number(upload.kept);
    upload.sealed = slots_seal(upload.spare, number, upload.length, upload.crc);
    word(0) = upload.crc;
    return upload.sealed ? OK : FLASH_FAILED;
}

uint8_t upload_trial(unsigned payload) {
    (void)payload;
    const uint8_t *candidate = upload.sealed ? upload.spare : upload.running;
    if (candidate == 0 || slot_crc(candidate) != word(0)) return NOTHING_BEGUN;
    uint8_t fault = run(candidate);
    if (fault == NETWORK_FITS && runs_golden()) return OK;
    run(upload.kept);
    body[0] = fault;
    return fault == NETWORK_FITS ? SELF_TEST_FAILED : IMAGE_REFUSED;
}

uint8_t upload_confirm(unsigned payload) {
    (void)payload;
    if (upload.running == 0 || slot_crc(upload.running) != word(0)) return NOTHING_BEGUN;
    if (upload.running == upload.kept) return OK;
    if (!slots_confirm(upload.running)) {
        run(upload.kept);
        return FLASH_FAILED;
    }
    upload.begun = false;
    upload.sealed = false;
    upload.kept = upload.running;
    upload.spare = slot_other(upload.running);
    return OK;
}
