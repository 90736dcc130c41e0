import { describe, expect, it } from "vitest";
import { createBoard } from "../../../targets/odin/device.ts";
import { odinModel } from "../../../targets/odin/neuron.ts";
import { createCore } from "../../../targets/odin-family/core.ts";
import { frame, writeNeuronByte, writeRegister } from "../../../targets/odin-family/frames.ts";
import { createSpiSlave, transfer } from "../../../targets/odin-family/spi-slave.ts";

/** serprog's SPI operation: opcode 13, lengths of 24 bits, bytes to send. */
const spi = (bytes: readonly number[], read = 0) => [0x13, bytes.length, 0, 0, read, 0, 0, ...bytes];
const send = (board: ReturnType<typeof createBoard>, bytes: readonly number[]) => [
  ...board.receive(Uint8Array.from(bytes)),
];

describe("the SPI port", () => {
  it("reads a byte back as it was written, bits under the mask kept", () => {
    const slave = createSpiSlave(createCore(odinModel));
    const clock = (bytes: readonly number[]) => transfer(slave, Uint8Array.from(bytes));
    clock(writeRegister(0, 1));
    clock(writeNeuronByte(7, 2, 0b1010_1010));
    clock(writeNeuronByte(7, 2, 0b1111_1111, 0b0000_1111));
    expect(clock(frame(0x90207, 0))[4]).toBe(0b1111_1010);
  });

  it("is shifted for ever by one stray clock", () => {
    const slave = createSpiSlave(createCore(odinModel));
    const clock = (bytes: readonly number[]) => transfer(slave, Uint8Array.from(bytes));
    slave.clock(0);
    clock(writeRegister(0, 1));
    clock(writeNeuronByte(7, 2, 0xaa));
    expect(clock(frame(0x90207, 0))[4]).not.toBe(0xaa);
  });

  it("leaves memories alone while the gate is open", () => {
    const slave = createSpiSlave(createCore(odinModel));
    const clock = (bytes: readonly number[]) => transfer(slave, Uint8Array.from(bytes));
    clock(writeRegister(0, 0));
    clock(writeNeuronByte(7, 2, 0xaa));
    clock(writeRegister(0, 1));
    expect(clock(frame(0x90207, 0))[4]).toBe(0);
  });
});

describe("the virtual board", () => {
  it("answers serprog's questions as its protocol says", () => {
    const board = createBoard();
    expect(send(board, [0x00])).toEqual([0x06]);
    expect(send(board, [0x10])).toEqual([0x15, 0x06]);
    expect(send(board, [0x01])).toEqual([0x06, 1, 0]);
    expect(send(board, [0x05])).toEqual([0x06, 0x08]);
    expect(send(board, [0x14, 0x40, 0x42, 0x0f, 0])).toEqual([0x06, 0x40, 0x42, 0x0f, 0]);
    expect(send(board, [0x77])).toEqual([0x15]);
    const map = send(board, [0x02]);
    expect(map).toHaveLength(33);
    expect(map[1 + (0x13 >> 3)] & (1 << (0x13 & 7))).not.toBe(0);
  });

  it("takes commands cut anywhere", () => {
    const board = createBoard();
    const replies = [...spi(writeRegister(0, 1)), ...spi([0x90, 0, 0, 0], 1)].flatMap((byte) =>
      send(board, [byte]),
    );
    expect(replies).toEqual([0x06, 0x06, 0]);
  });

  it("refuses an operation beyond its buffer without waiting for its bytes", () => {
    expect(send(createBoard(), [0x13, 0xff, 0xff, 0xff, 0, 0, 0])).toEqual([0x15]);
  });

  it("refuses Izhikevich neurons, learning and bistability by name", () => {
    const textOf = (reply: readonly number[]) => new TextDecoder().decode(Uint8Array.from(reply.slice(3)));
    const event = (board: ReturnType<typeof createBoard>, address: number) =>
      send(board, [0x40, 1, 0, address & 0xff, (address >> 8) & 0xff, address >> 16]);
    const board = createBoard();
    expect(textOf(event(board, 0x0007))).toContain("Izhikevich");
    send(board, spi(writeRegister(0, 1)));
    expect(textOf(event(board, 0x0007))).toContain("GATE_ACTIVITY");
    for (let neuron = 0; neuron < 256; neuron++) {
      for (const [byte, value] of [
        [0, 1],
        [1, 0xfe],
        [2, 1],
        [15, 0x80],
      ])
        send(board, spi(writeNeuronByte(neuron, byte, value)));
    }
    send(board, spi(writeNeuronByte(3, 2, 3)));
    send(board, spi(writeRegister(0, 0)));
    expect(textOf(event(board, 0x0007))).toContain("neuron 3 learns");
    send(board, spi(writeRegister(0, 1)));
    send(board, spi(writeNeuronByte(3, 2, 1)));
    send(board, spi(writeRegister(0, 0)));
    expect(event(board, 0x0007)).toEqual([0x06, 0, 0]);
    expect(textOf(event(board, 0x0080))).toContain("bistability");
  });
});

describe("the core", () => {
  /** 40 enabled neurons of threshold 1; neuron 0 excites all of them. */
  function exciting(openLoop: number) {
    const core = createCore(odinModel);
    core.writeRegister(0, 1);
    core.writeRegister(1, 1);
    for (let neuron = 0; neuron < 256; neuron++) {
      core.writeNeuron(neuron, 0, 1, 0);
      core.writeNeuron(neuron, 1, neuron < 40 ? 2 : 0xfe, 0);
      core.writeNeuron(neuron, 2, neuron < 40 ? 0 : 1, 0);
      core.writeNeuron(neuron, 15, neuron < 40 ? 0 : 0x80, 0);
    }
    for (let target = 0; target < 40; target += 2)
      core.writeSynapses(target >> 3, (target >> 1) & 3, 0x99, 0);
    core.writeRegister(19, 1);
    core.writeRegister(1, openLoop);
    core.writeRegister(0, 0);
    return core;
  }

  it("drops spikes that find the FIFO of 32 full, the one under service included", () => {
    // All 40 fire at once; with the popped sources at the output, each queued spike shows once.
    const served = exciting(0);
    served.writeRegister(0, 1);
    for (let target = 0; target < 2; target += 2) served.writeSynapses(0, 0, 0x90, 0); // neuron 0 not itself
    served.writeRegister(0, 0);
    expect(served.serve(0x0007)).toHaveLength(1 + 31);
  });

  it("queues nothing of its own in an open loop", () => {
    expect(exciting(1).serve(0x0007)).toEqual([0]);
  });

  it("ends a cascade that feeds itself with a refusal", () => {
    expect(() => exciting(0).serve(0x0007)).toThrow(/without end/);
  });
});
