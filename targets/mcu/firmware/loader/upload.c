#include "upload.h"

#include "../network/network.h"
#include "crc32.h"
#include "frame.h"
#include "protocol.h"
#include "runs.h"

struct stored running;
bool on_trial;
/* Under way; then sealed, that is, whole in flash but not yet tried. */
static struct stored upload, sealed;
static uint32_t written;

/* Field by field: the compiler would call memcpy, and there is none. */
static void set(struct stored *to, const struct stored *from) {
    to->slot = from->slot;
    to->length = from->length;
    to->crc = from->crc;
}

static uint8_t open(const struct stored *image) {
    runs_forget();
    return network_open(slot_image(image->slot), image->length);
}

/* A network that cannot be run (firmware and image of different ages) is none. */
static void run_best(void) {
    on_trial = false;
    slots_best(&running);
    if (running.slot != NO_SLOT && open(&running) != NETWORK_FITS) running.slot = NO_SLOT;
}

void upload_restart(void) {
    upload.slot = NO_SLOT;
    sealed.slot = NO_SLOT;
    run_best();
}

static bool is(const struct stored *image, uint32_t length, uint32_t crc) {
    return image->slot != NO_SLOT && image->length == length && image->crc == crc;
}

uint8_t upload_begin(void) {
    uint32_t length = question32(0);
    uint32_t crc = question32(1);
    bool resume = frame.bytes[FRAME_PAYLOAD + 8] & RESUME;
    if (length > SLOT_BYTES - IMAGE_AT) return TOO_LARGE;
    /* A repeated BEGIN, whose answer got lost, must not erase twice. */
    if (!is(&upload, length, crc) || (!resume && written > 0)) {
        struct stored active;
        set(&active, &running);
        if (on_trial || active.slot == NO_SLOT) slots_best(&active);
        /* A network on trial lies where the new one will. */
        if (on_trial) run_best();
        sealed.slot = NO_SLOT;
        upload.slot = active.slot == 0;
        upload.length = length;
        upload.crc = crc;
        written = 0;
        slots_clear(upload.slot, length);
    }
    answer32(written);
    return OK;
}

uint8_t upload_data(unsigned length) {
    uint32_t offset = question32(0);
    uint32_t count = length - 4u;
    uint8_t status = OK;
    if (upload.slot == NO_SLOT) return NOTHING_BEGUN;
    if (offset != written) {
        status = WRONG_PLACE;
    } else if (count > upload.length - written) {
        return TOO_LARGE;
    } else if (!slots_write(slot_image(upload.slot) + offset, frame.bytes + FRAME_PAYLOAD + 4, count)) {
        upload.slot = NO_SLOT;
        return FLASH_FAILED;
    } else {
        written += count;
    }
    answer32(written);
    return status;
}

uint8_t upload_commit(void) {
    uint32_t length = question32(0);
    uint32_t crc = question32(1);
    uint8_t status = OK;
    if (upload.slot == NO_SLOT) {
        /* The answer to an earlier COMMIT got lost. */
        if (!is(sealed.slot != NO_SLOT ? &sealed : &running, length, crc)) return NOTHING_BEGUN;
    } else if (!is(&upload, length, crc)) {
        return NOTHING_BEGUN;
    } else if (written != length) {
        crc = written;
        status = WRONG_PLACE;
    } else {
        crc = crc32_flash(slot_image(upload.slot), length);
        if (crc != upload.crc) {
            status = DIFFERS;
        } else {
            if (!slots_seal(&upload)) return FLASH_FAILED;
            set(&sealed, &upload);
        }
        upload.slot = NO_SLOT;
    }
    answer32(crc);
    return status;
}

uint8_t upload_trial(void) {
    uint32_t crc = question32(0);
    struct stored *candidate = sealed.slot != NO_SLOT ? &sealed : &running;
    uint32_t steps = 0;
    if (candidate->slot == NO_SLOT || candidate->crc != crc) return NOTHING_BEGUN;
    uint8_t fault = open(candidate);
    if (fault == NETWORK_FITS && runs_golden(&steps)) {
        network_reset();
        if (candidate == &sealed) {
            set(&running, &sealed);
            on_trial = true;
        }
        answer32(steps);
        return OK;
    }
    if (running.slot != NO_SLOT) open(&running);
    if (fault == NETWORK_FITS) return SELF_TEST_FAILED;
    frame.bytes[FRAME_BODY] = fault;
    frame.length = 1;
    return IMAGE_REFUSED;
}

uint8_t upload_confirm(void) {
    uint32_t crc = question32(0);
    if (running.slot == NO_SLOT || running.crc != crc) return NOTHING_BEGUN;
    if (on_trial && !slots_confirm(running.slot)) {
        run_best();
        return FLASH_FAILED;
    }
    on_trial = false;
    sealed.slot = NO_SLOT;
    return OK;
}
