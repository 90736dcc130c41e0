/*
 * Raspberry Pi Pico. UART0 on GPIO 0 (sends) and 1 (receives): RP2040 Datasheet, 4.2 (PL011). Flash is written by the boot ROM's
 * own functions, which are found by two letters each: 2.8.3 (bootrom contents).
 */
#include "../../loader/board.h"

#include "registers.h"

/* The linker knows where it is (board.ld): one address for all registers. */
extern volatile struct {
    uint32_t data, receive_status, unused[4], flags, reserved, low_power, rate, rate_64th, line, control, thresholds, interrupts;
} uart;

enum { FLAG_RECEIVE_EMPTY = 1 << 4, FLAG_SEND_FULL = 1 << 5, FLAG_BUSY = 1 << 3 };
#define PERIPHERAL_CLOCK 125000000u
#define UART_FUNCTION 2

void uart_interrupt(void) {
    while (!(uart.flags & FLAG_RECEIVE_EMPTY)) wire_put((uint8_t)uart.data);
}

void board_start(void) {
    clocks_start(RESET_PLL_SYS | RESET_IO_BANK0 | RESET_PADS_BANK0 | RESET_TIMER | RESET_UART0);
    REGISTER(PIN_FUNCTION(0)) = UART_FUNCTION;
    REGISTER(PIN_FUNCTION(1)) = UART_FUNCTION;
    uart.control = 1u << 9 | 1u << 8 | 1;   /* receives, sends, on */
    uart.interrupts = 1u << 6 | 1u << 4;    /* bytes came; and bytes have waited for a while */
    REGISTER(INTERRUPT_ENABLE) = 1u << UART_INTERRUPT;
}

void board_send(uint8_t byte) {
    while (uart.flags & FLAG_SEND_FULL) {}
    uart.data = byte;
}

/*
 * The divider has 6 bits behind the point: clock / 16 / rate * 64. It is counted out: the processor has no division. The rate is
 * taken over when the line is written.
 */
void board_set_baud_rate(uint32_t rate) {
    uint32_t divider = 0;
    for (uint32_t left = PERIPHERAL_CLOCK * 4; left >= rate; left -= rate) divider++;
    while (uart.flags & FLAG_BUSY) {}
    uart.rate = divider / 64;
    uart.rate_64th = divider % 64;
    uart.line = 3u << 5 | 1u << 4; /* 8 bits, queues of 32 bytes */
}

uint32_t board_clock(void) { return REGISTER(TIMER_RAW_LOW); }

#define ROM_TABLE 0x14
#define ROM_LOOKUP 0x18
#define CODE(first, second) ((first) | (second) << 8)
#define FLASH_START 0x10000000u
#define FLASH_ERASE_BLOCK 65536u
#define ERASE_BLOCK_COMMAND 0xd8

typedef void (*rom_function)(uint32_t, uint32_t, uint32_t, uint32_t);
typedef rom_function (*rom_lookup)(uint32_t table, uint32_t code);

/* Finds a function of the ROM and calls it; those that take fewer arguments leave the others alone. */
#define IN_RAM __attribute__((section(".in_ram"), noinline))
IN_RAM static void call_rom(uint32_t code, uint32_t offset, uint32_t second, uint32_t third) {
    const volatile uint16_t *start = 0;
    rom_lookup lookup = (rom_lookup)(uintptr_t)start[ROM_LOOKUP / 2];
    lookup(start[ROM_TABLE / 2], code)(offset, second, third, ERASE_BLOCK_COMMAND);
}

/*
 * While the flash is written it cannot be read: this lies in RAM, has interrupts off, and calls the ROM alone. Afterwards flash is
 * read as the ROM has it (command 03h), slower than boot2 had it but right on every flash.
 */
IN_RAM static void change(uint32_t code, const uint8_t *address, uint32_t second, uint32_t third) {
    /* Connect, leave reading as memory; afterwards flush, read as memory again. */
    static uint16_t codes[] __attribute__((section(".in_ram.codes"))) = {CODE('I', 'F'), CODE('E', 'X'), 0, CODE('F', 'C'), CODE('C', 'X')};
    codes[2] = (uint16_t)code;
    __asm volatile("cpsid i");
    for (unsigned i = 0; i < 5; i++) call_rom(codes[i], (uint32_t)address - FLASH_START, second, third);
    __asm volatile("cpsie i");
}

void board_erase(const uint8_t *address, uint32_t length) { change(CODE('R', 'E'), address, length, FLASH_ERASE_BLOCK); }

void board_write(const uint8_t *address, const uint8_t *bytes, uint32_t length) {
    change(CODE('R', 'P'), address, (uint32_t)bytes, length);
}
