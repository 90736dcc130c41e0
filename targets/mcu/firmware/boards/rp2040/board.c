/*
 * Raspberry Pi Pico. UART0 on GPIO 0 (sends) and 1 (receives): RP2040 Datasheet, 4.2 (PL011). Flash is written by the boot ROM's
 * own functions, which are found by two letters each: 2.8.3 (bootrom contents).
 */
#include "../../loader/board.h"

#include "registers.h"

enum { DATA = 0x00, FLAGS = 0x18, RATE = 0x24, RATE_64TH = 0x28, LINE = 0x2c, CONTROL = 0x30, INTERRUPTS = 0x38 };
enum { FLAG_RECEIVE_EMPTY = 1 << 4, FLAG_SEND_FULL = 1 << 5, FLAG_BUSY = 1 << 3 };
#define PERIPHERAL_CLOCK 125000000u
#define UART_FUNCTION 2

void uart_interrupt(void) {
    while (!(REGISTER(UART + FLAGS) & FLAG_RECEIVE_EMPTY)) wire_put((uint8_t)REGISTER(UART + DATA));
}

void board_start(void) {
    clocks_start();
    reset_release(RESET_IO_BANK0 | RESET_PADS_BANK0 | RESET_TIMER | RESET_UART0);
    REGISTER(PIN_FUNCTION(0)) = UART_FUNCTION;
    REGISTER(PIN_FUNCTION(1)) = UART_FUNCTION;
    REGISTER(UART + CONTROL) = 1u << 9 | 1u << 8 | 1; /* receives, sends, on */
    REGISTER(UART + INTERRUPTS) = 1u << 6 | 1u << 4;  /* bytes came; and bytes have waited for a while */
    REGISTER(INTERRUPT_ENABLE) = 1u << UART_INTERRUPT;
}

void board_send(uint8_t byte) {
    while (REGISTER(UART + FLAGS) & FLAG_SEND_FULL) {}
    REGISTER(UART + DATA) = byte;
}

/* The divider has 6 bits behind the point: clock / 16 / rate * 64. The rate is taken over when LINE is written. */
bool board_set_baud_rate(uint32_t rate) {
    uint32_t divider = (PERIPHERAL_CLOCK * 8 / rate + 1) / 2;
    while (REGISTER(UART + FLAGS) & FLAG_BUSY) {}
    REGISTER(UART + RATE) = divider / 64;
    REGISTER(UART + RATE_64TH) = divider % 64;
    REGISTER(UART + LINE) = 3u << 5 | 1u << 4; /* 8 bits, queues of 32 bytes */
    return true;
}

uint32_t board_elapsed(void) {
    static uint32_t before;
    uint32_t now = REGISTER(TIMER_RAW_LOW);
    uint32_t elapsed = now - before;
    before = now;
    return elapsed;
}

#define ROM_TABLE (*(const uint16_t *)0x14)
#define ROM_LOOKUP (*(const uint16_t *)0x18)
#define CODE(first, second) ((first) | (second) << 8)
#define FLASH_START 0x10000000u
#define FLASH_ERASE_BLOCK 65536u
#define ERASE_BLOCK_COMMAND 0xd8

typedef void *(*rom_lookup)(const uint16_t *table, uint32_t code);
typedef void (*rom_plain)(void);
typedef void (*rom_erase)(uint32_t offset, uint32_t count, uint32_t block, uint8_t command);
typedef void (*rom_program)(uint32_t offset, const uint8_t *bytes, uint32_t count);

struct rom {
    rom_plain connect, leave_xip, flush, enter_xip;
    rom_erase erase;
    rom_program program;
};

static void *rom_function(uint32_t code) {
    rom_lookup lookup = (rom_lookup)(uintptr_t)ROM_LOOKUP;
    return lookup((const uint16_t *)(uintptr_t)ROM_TABLE, code);
}

/*
 * While the flash is written it cannot be read: this lies in RAM, is called with interrupts off, and calls the ROM alone.
 * Afterwards it is read as the ROM has it (command 03h), slower than boot2 had it but right on every flash.
 */
__attribute__((section(".in_ram"), noinline)) static void change_flash(const struct rom *rom, uint32_t offset, const uint8_t *bytes,
                                                                       uint32_t count) {
    rom->connect();
    rom->leave_xip();
    if (bytes == 0)
        rom->erase(offset, count, FLASH_ERASE_BLOCK, ERASE_BLOCK_COMMAND);
    else
        rom->program(offset, bytes, count);
    rom->flush();
    rom->enter_xip();
}

static void change(const uint8_t *address, const uint8_t *bytes, uint32_t count) {
    struct rom rom = {
        .connect = (rom_plain)rom_function(CODE('I', 'F')),
        .leave_xip = (rom_plain)rom_function(CODE('E', 'X')),
        .flush = (rom_plain)rom_function(CODE('F', 'C')),
        .enter_xip = (rom_plain)rom_function(CODE('C', 'X')),
        .erase = (rom_erase)rom_function(CODE('R', 'E')),
        .program = (rom_program)rom_function(CODE('R', 'P')),
    };
    __asm volatile("cpsid i");
    change_flash(&rom, (uint32_t)address - FLASH_START, bytes, count);
    __asm volatile("cpsie i");
}

void board_erase(const uint8_t *address, uint32_t length) { change(address, 0, length); }

void board_write(const uint8_t *address, const uint8_t *bytes) { change(address, bytes, GRANULE); }
