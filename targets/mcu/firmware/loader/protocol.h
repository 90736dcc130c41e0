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
    START = 0x10,
    LOAD = 0x11,
    STEP = 0x12,
    END = 0x13,
    MEMBRANES = 0x14
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

enum { RESUME = 1 };

#endif
