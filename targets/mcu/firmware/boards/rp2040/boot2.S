/*
 * Second stage of the RP2040's boot: 256 bytes at the start of flash, the last four of them a CRC, which the build puts in. The
 * boot ROM copies them to RAM and jumps there (RP2040 Datasheet, 2.8.1.3.1). They have the flash read as memory, with the plain
 * read command 03h that every flash knows, at a quarter of the system clock (4.10.13, registers of the SSI), and go on at the
 * vector table behind them.
 */
    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .boot2, "ax"
    ldr r3, ssi
    movs r1, #0
    str r1, [r3, #0x08]         /* SSIENR: off while its registers change */
    movs r1, #4
    str r1, [r3, #0x14]         /* BAUDR: divider */
    ldr r1, frames
    str r1, [r3, #0x00]         /* CTRLR0: 32-bit frames, first an address out, then data in */
    ldr r1, command
    ldr r2, spi
    str r1, [r2]                /* SPI_CTRLR0: 8 bits of command 03h, 24 of address */
    movs r1, #0
    str r1, [r3, #0x04]         /* CTRLR1: one frame a read */
    movs r1, #1
    str r1, [r3, #0x08]         /* SSIENR: on */
    ldr r0, vectors
    ldr r1, vector_register
    str r0, [r1]
    ldmia r0!, {r1, r2}
    msr msp, r1
    bx r2
    .align 2
ssi:             .word 0x18000000
spi:             .word 0x180000f4
frames:          .word 0x001f0300 /* DFS_32 31, TMOD 3 (EEPROM read) */
command:         .word 0x03000218 /* XIP_CMD 03h, INST_L 2 (8 bits), ADDR_L 6 (24 bits) */
vectors:         .word 0x10000100
vector_register: .word 0xe000ed08
