/**
 * The avr328p's firmware in avr8js: the same bytes that go onto an Uno. Its boot section is Optiboot 8 as far as the firmware uses
 * it: the version in the last byte, and do_spm behind the second word (targets/mcu/firmware/boards/avr328p/board.c says more).
 */

import { createFlashMemory } from "../board/flash-memory.ts";
import type { BoardModel } from "../device.ts";
import { type FirmwareImage, firmwareBytes } from "../firmware/image.ts";
import {
  createEmulatedBoard,
  type EmulatedBoard,
  mostInstructions,
  type Processor,
  ProcessorLost,
} from "./processor.ts";

const flashBytes = 32_768;
const memoryBytes = 2048;
/** Registers of processor and peripherals lie in front of the memory. */
const memoryStart = 0x100;
const bootSection = flashBytes - 512;
const frequency = 16e6;
const spmAt = bootSection + 2;
const pageBytes = 128;
/** A page takes 3.7 to 4.5 ms to erase or to write (ATmega328P data sheet, 28.5). */
const pageCycles = 0.004 * frequency;
const opcodes = { sleep: 0x9588, return: 0x9508 } as const;
const commands = { fill: 1, erase: 3, write: 5 } as const;
/** Register pairs by the compiler's calling convention: first argument in r25:r24, second in r22, third in r21:r20. */
const registers = { address: 24, command: 22, data: 20 } as const;
/** UCSR0A and its bit RXC0: a byte waits to be taken. */
const [state, byteWaits] = [0xc0, 0x80];

/** Throws where avr8js is not installed. */
export async function createEmulatedAvr(model: BoardModel, image: FirmwareImage): Promise<EmulatedBoard> {
  const { AVRTimer, AVRUSART, CPU, avrInstruction, timer1Config, usart0Config } = await import("avr8js");
  const { slotsAt } = image;
  const program = new Uint8Array(flashBytes).fill(0xff);
  program.set(firmwareBytes(image));
  const view = new DataView(program.buffer);
  view.setUint16(spmAt, opcodes.return, true);
  view.setUint16(flashBytes - 2, 0x0803, true);
  const flash = createFlashMemory({ slots: 2, ...model.flash }, program.subarray(slotsAt, bootSection));
  const page = new Uint8Array(pageBytes).fill(0xff);

  function powerUp(): Processor {
    const cpu = new CPU(new Uint16Array(program.buffer), memoryBytes);
    const usart = new AVRUSART(cpu, usart0Config, frequency);
    new AVRTimer(cpu, timer1Config);
    let sent: number[] = [];
    usart.onByteTransmit = (byte) => sent.push(byte);
    let instructions = 0;

    function selfProgram(): void {
      const address = cpu.dataView.getUint16(registers.address, true);
      const command = cpu.data[registers.command];
      if (command === commands.fill) {
        page[address % pageBytes] = cpu.data[registers.data];
        page[(address % pageBytes) + 1] = cpu.data[registers.data + 1];
        return;
      }
      cpu.cycles += pageCycles;
      if (command === commands.erase) flash.erase(address - slotsAt, pageBytes);
      if (command === commands.write) flash.write(address - slotsAt, page.slice());
      page.fill(0xff);
    }

    const isAsleep = () => cpu.progMem[cpu.pc] === opcodes.sleep && (cpu.data[state] & byteWaits) === 0;

    function run(): void {
      if (cpu.pc * 2 === spmAt) selfProgram();
      avrInstruction(cpu);
      cpu.tick();
      if (++instructions > mostInstructions) throw new ProcessorLost("the firmware runs and runs");
    }

    return {
      memory: cpu.data.subarray(memoryStart),
      /** The adapter holds bytes back until the board waits for them: real ones come at their own rate. */
      exchange(bytes) {
        instructions = 0;
        while (!isAsleep()) run();
        for (const byte of bytes) {
          usart.writeByte(byte, true);
          do run();
          while (!isAsleep());
        }
        const answer = sent;
        sent = [];
        return answer;
      },
    };
  }

  return createEmulatedBoard(flash, powerUp);
}
