/*
 * Reading flash. Most processors see it as memory; an AVR needs an instruction of its own. All numbers are little endian and lie
 * at multiples of their size, as docs/protocol.md has it.
 */
#ifndef FLASH_H
#define FLASH_H
#include <stdint.h>

#ifdef __AVR__
#include <avr/pgmspace.h>
#define IN_FLASH PROGMEM
#define flash8(address) pgm_read_byte(address)
#define flash16(address) pgm_read_word(address)
#define flash32(address) pgm_read_dword(address)
#define flash_pointer(address) pgm_read_ptr(address)
#elif defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* may_alias: the image is bytes to whoever stores it, and words to us. */
typedef uint16_t __attribute__((may_alias)) flash_half;
typedef uint32_t __attribute__((may_alias)) flash_word;
#define flash8(address) (*(const uint8_t *)(address))
#define flash16(address) (*(const flash_half *)(const void *)(address))
#define flash32(address) (*(const flash_word *)(const void *)(address))
#else
/* Compilers and byte orders of which nothing is known: byte by byte. */
#define flash8(address) (*(const uint8_t *)(address))
#define flash16(address) ((uint16_t)(flash8(address) | flash8((address) + 1) << 8))
#define flash32(address) ((uint32_t)flash16(address) | (uint32_t)flash16((address) + 2) << 16)
#endif

/* A half of what was received: in memory, everywhere. */
#ifdef __AVR__
#define entry_half(address) (*(const uint16_t *)(const void *)(address))
#else
#define entry_half(address) flash16(address)
#endif

#ifndef flash_pointer
#define flash_pointer(address) (*(address))
#endif

/* Constants that shall lie in flash wherever that has to be asked for. */
#ifndef IN_FLASH
#define IN_FLASH
#endif

#endif
