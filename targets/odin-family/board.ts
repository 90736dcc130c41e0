/**
 * The virtual board: a serprog programmer whose SPI pins and AER bus lead to an emulated chip. It decodes the bytes of the
 * host and nothing else; each SPI byte is clocked into the chip bit by bit.
 */
import type { VirtualBoard } from "../../src/link/virtual-board.ts";
import { type Core, CoreRefusal, createCore } from "./core.ts";
import type { ChipModel } from "./model.ts";
import { createSpiSlave, type SpiSlave, transfer } from "./spi-slave.ts";
import {
  acknowledge,
  commandMapBytes,
  eventBytes,
  fromLittleEndian,
  largestWrite,
  littleEndian,
  mostEvents,
  nameBytes,
  opcode,
  refuse,
  serialBuffer,
  serprogVersion,
  spiBus,
} from "./wire-protocol.ts";

interface Chip {
  readonly model: ChipModel;
  readonly core: Core;
  readonly slave: SpiSlave;
}

interface Command {
  /** Bytes after the opcode, as far as those that came tell. */
  length(operands: readonly number[]): number;
  execute(chip: Chip, operands: readonly number[]): readonly number[];
}

/** A command of fixed length. */
function fixed(length: number, execute: Command["execute"]): Command {
  return { length: () => length, execute };
}

const answer = (...bytes: number[]) => fixed(0, () => [acknowledge, ...bytes]);

const lengthBytes = 6;
const largestRead = 256;

function spiLengths(operands: readonly number[]): { send: number; receive: number } {
  return {
    send: fromLittleEndian(operands.slice(0, 3)),
    receive: fromLittleEndian(operands.slice(3, lengthBytes)),
  };
}

/** Lengths beyond the board's buffer are refused as soon as they are known: nothing of them is read. */
const spiOperation: Command = {
  length(operands) {
    if (operands.length < lengthBytes) return lengthBytes;
    const { send } = spiLengths(operands);
    return send > largestWrite ? lengthBytes : lengthBytes + send;
  },
  execute({ slave }, operands) {
    const { send, receive } = spiLengths(operands);
    if (send > largestWrite || receive > largestRead) return [refuse];
    transfer(slave, Uint8Array.from(operands.slice(lengthBytes)));
    return [acknowledge, ...transfer(slave, new Uint8Array(receive))];
  },
};

function refusal(reason: string): number[] {
  const text = new TextEncoder().encode(reason).subarray(0, 255);
  return [refuse, 1, text.length, ...text];
}

function serveEvents({ core, model }: Chip, operands: readonly number[]): readonly number[] {
  const reason = core.refusal();
  if (reason !== null) return refusal(reason);
  const reply: number[] = [acknowledge];
  for (let at = 2; at < operands.length; at += eventBytes) {
    const address = fromLittleEndian(operands.slice(at, at + eventBytes));
    if (address >= 2 ** model.aerBits) return refusal(`${model.name} has ${model.aerBits} bits of AER`);
    const outputs = core.serve(address);
    if (outputs.length > 0xffff) return refusal("an event caused more outputs than can be told");
    reply.push(...littleEndian(outputs.length, 2), ...outputs);
  }
  return reply;
}

const aerEvents: Command = {
  length(operands) {
    if (operands.length < 2) return 2;
    const count = fromLittleEndian(operands.slice(0, 2));
    return count > mostEvents ? 2 : 2 + count * eventBytes;
  },
  execute(chip, operands) {
    const count = fromLittleEndian(operands.slice(0, 2));
    if (count > mostEvents) return refusal(`${count} events at once, at most ${mostEvents}`);
    try {
      return serveEvents(chip, operands);
    } catch (error) {
      if (error instanceof CoreRefusal) return refusal(error.message);
      throw error;
    }
  },
};

const queryName = fixed(0, ({ model }) => {
  const name = new TextEncoder().encode(`spikec ${model.name}`);
  return [acknowledge, ...Array.from({ length: nameBytes }, (_, i) => name[i] ?? 0)];
});

const commands: ReadonlyMap<number, Command> = new Map<number, Command>([
  [opcode.noOperation, answer()],
  [opcode.queryInterface, answer(...littleEndian(serprogVersion, 2))],
  [opcode.queryCommandMap, fixed(0, () => [acknowledge, ...commandMap()])],
  [opcode.queryName, queryName],
  [opcode.querySerialBuffer, answer(...littleEndian(serialBuffer, 2))],
  [opcode.queryBusTypes, answer(spiBus)],
  [opcode.queryWriteLength, answer(...littleEndian(largestWrite, 3))],
  [opcode.synchronise, fixed(0, () => [refuse, acknowledge])],
  [opcode.queryReadLength, answer(...littleEndian(largestRead, 3))],
  [opcode.setBusType, fixed(1, (_, [bus]) => [bus === spiBus ? acknowledge : refuse])],
  [opcode.spiOperation, spiOperation],
  [opcode.setSpiFrequency, fixed(4, (_, hertz) => [acknowledge, ...hertz])],
  [opcode.aerEvents, aerEvents],
]);

/** A bit for every opcode that the board knows. */
function commandMap(): number[] {
  const map = new Array<number>(commandMapBytes).fill(0);
  for (const code of commands.keys()) map[code >> 3] |= 1 << (code & 7);
  return map;
}

/** A board and chip just powered up. Commands may be cut anywhere between calls of receive(). */
export function createFamilyBoard(model: ChipModel): VirtualBoard {
  const core = createCore(model);
  const chip: Chip = { model, core, slave: createSpiSlave(core) };
  /** The command that is not complete yet. */
  let code: number | null = null;
  let operands: number[] = [];

  function take(byte: number, replies: number[]): void {
    if (code === null) code = byte;
    else operands.push(byte);
    const command = commands.get(code);
    if (command !== undefined && operands.length < command.length(operands)) return;
    const reply = command === undefined ? [refuse] : command.execute(chip, operands);
    code = null;
    operands = [];
    for (const value of reply) replies.push(value);
  }

  return {
    receive(bytes) {
      const replies: number[] = [];
      for (const byte of bytes) take(byte, replies);
      return Uint8Array.from(replies);
    },
  };
}
