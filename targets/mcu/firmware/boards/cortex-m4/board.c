/*
 * STM32F405: USART1 on PA9 (sends) and PA10 (receives), the pins of its boot loader; TIM2 counts microseconds. RM0090, chapters 7
 * (RCC), 8 (GPIO), 18 (TIM2), 30 (USART).
 */
#include "../../loader/board.h"
#include "clocks.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define TIMER(offset) REGISTER(0x40000000u + (offset))
#define UART(offset) REGISTER(0x40011000u + (offset))
#define PINS(offset) REGISTER(0x40020000u + (offset))
#define RCC(offset) REGISTER(0x40023800u + (offset))
#define INTERRUPT_ENABLE(number) REGISTER(0xe000e100u + (number) / 32 * 4)

enum { STATE = 0x00, DATA = 0x04, DIVIDER = 0x08, CONTROL = 0x0c };
enum { RECEIVED = 1 << 5, SENT = 1 << 6, ROOM = 1 << 7 };
enum { TIMER_CONTROL = 0x00, TIMER_EVENT = 0x14, TIMER_COUNT = 0x24, TIMER_PRESCALER = 0x28, TIMER_RELOAD = 0x2c };
enum { CLOCK_PINS = 0x30, CLOCK_FIRST_BUS = 0x40, CLOCK_SECOND_BUS = 0x44 };
enum { PIN_MODE = 0x00, PIN_FUNCTION_HIGH = 0x24 };

void uart_interrupt(void) {
    while (UART(STATE) & RECEIVED) wire_put((uint8_t)UART(DATA));
}

void board_start(void) {
    clocks_start();
    RCC(CLOCK_PINS) |= 1;
    RCC(CLOCK_FIRST_BUS) |= 1;
    RCC(CLOCK_SECOND_BUS) |= 1 << 4;
    PINS(PIN_FUNCTION_HIGH) = (PINS(PIN_FUNCTION_HIGH) & ~0xff0u) | 0x770u;
    PINS(PIN_MODE) = (PINS(PIN_MODE) & ~(0xfu << 18)) | 0xau << 18;
    TIMER(TIMER_PRESCALER) = TIMER_CLOCK / 1000000 - 1;
    TIMER(TIMER_RELOAD) = 0xffffffffu;
    TIMER(TIMER_EVENT) = 1;
    TIMER(TIMER_CONTROL) = 1;
    INTERRUPT_ENABLE(UART_INTERRUPT) = 1u << UART_INTERRUPT % 32;
}

void board_send(uint8_t byte) {
    while (!(UART(STATE) & ROOM)) {}
    UART(DATA) = byte;
}

void board_set_baud_rate(uint32_t rate) {
    while (!(UART(STATE) & SENT)) {}
    UART(DIVIDER) = (UART_CLOCK + rate / 2) / rate;
    UART(CONTROL) = 1u << 13 | 1u << 5 | 1u << 3 | 1u << 2; /* on, interrupts for what was received, sends, receives */
}

uint32_t board_clock(void) { return TIMER(TIMER_COUNT); }
