/* Numbers of the loader protocol: docs/protocol.md, "Operations" and "Statuses". */
#ifndef PROTOCOL_H
#define PROTOCOL_H

enum operation {
    HELLO = 0x01,
    PING = 0x02,
    INFO = 0x03,
    BEGIN = 0x04,
    DATA = 0x05,
    COMMIT = 0x06,
    TRIAL = 0x07,
    CONFIRM = 0x08,
    SET_BAUD_RATE = 0x09,
    RESTART = 0x0a,
    START = 0x0b,
    STEP = 0x0c,
    END = 0x0d,
    STATE = 0x0e
};

enum status {
    OK = 0,
    DIFFERS = 1,
    WRONG_PLACE = 2,
    TOO_LARGE = 3,
    NO_NETWORK = 4,
    UNKNOWN_OPERATION = 5,
    MALFORMED = 6,
    FLASH_FAILED = 7,
    IMAGE_REFUSED = 8,
    SELF_TEST_FAILED = 9,
    NOTHING_BEGUN = 10,
    UNSUPPORTED = 11
};

/* Flags of BEGIN and of STEP; STEP has those of network_enter, too. */
enum { RESUME = 1, STEP_MORE = 4 };

#endif
