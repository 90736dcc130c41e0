/**
 * The virtual uCaspian: decodes the bytes of the host link and answers with the chip's reply bytes, byte for byte.
 *
 * It is built from the bytes alone and shares no code with the compiler, so that simulate == board is a proof.
 * Commands: packet_interface.sv:70-78 and 112-358; replies: packet_interface.sv:454-555 (ORNL/uCaspian 185c31a).
 */
import type { VirtualBoard } from "../../src/link/virtual-board.ts";
import { type Core, createCore } from "./core.ts";

type Reply = (...bytes: number[]) => void;

interface Command {
  /** Bytes after the opcode. */
  readonly length: number;
  execute(core: Core, opcode: number, operands: readonly number[], reply: Reply): void;
}

const acknowledgeConfiguration = 0x18;
const acknowledgeClear = 0x04;

/** RX_FIRE: the value is unsigned (dendrite_mux.sv:120-122). */
const inputCharge: Command = {
  length: 1,
  execute: (core, opcode, [value]) => core.charge(opcode & 0x7f, value),
};

/**
 * RX_STEP: a time packet goes out for a step with output fires, before them, and for the last step of the run
 * (step_send, packet_interface.sv:466). A run of 0 steps answers nothing.
 */
const advance: Command = {
  length: 1,
  execute(core, _opcode, [steps], reply) {
    for (let remaining = steps; remaining > 0; remaining--) {
      const fired = core.step();
      const time = core.time();
      if (fired.length > 0 || remaining === 1) {
        reply(0x01, time >>> 24, (time >>> 16) & 0xff, (time >>> 8) & 0xff, time & 0xff);
      }
      for (const neuron of fired) reply(0x80, neuron);
    }
  },
};

const readMetric: Command = {
  length: 1,
  execute: (core, _opcode, [address], reply) => reply(0x02, address, core.metrics.read(address)),
};

const clearActivity: Command = {
  length: 0,
  execute(core, _opcode, _operands, reply) {
    core.clearActivity();
    reply(acknowledgeClear);
  },
};

const clearConfiguration: Command = {
  length: 0,
  execute(core, _opcode, _operands, reply) {
    core.clearConfiguration();
    reply(acknowledgeClear);
  },
};

/** RX_CFG_NE: bits 2..0 of the third operand are a leak that this RTL ignores (neuron.sv:162, "TODO"). */
const configureNeuron: Command = {
  length: 6,
  execute(core, _opcode, [neuron, threshold, flags, startHigh, startLow, synapses], reply) {
    core.configureNeuron(neuron, {
      threshold,
      delay: flags >> 4,
      output: (flags & 0x08) !== 0,
      firstSynapse: ((startHigh & 0x0f) << 8) | startLow,
      synapses,
    });
    reply(acknowledgeConfiguration);
  },
};

/** RX_CFG_SYN, for both opcodes: "currently just one" synapse a packet (packet_interface.sv:158-159, 277). */
const configureSynapse: Command = {
  length: 4,
  execute(core, _opcode, [addressHigh, addressLow, weight, target], reply) {
    core.configureSynapse(((addressHigh & 0x0f) << 8) | addressLow, weight, target);
    reply(acknowledgeConfiguration);
  },
};

/** Bytes below 0x80 that are not listed are skipped, as the no-op 0x00 is (packet_interface.sv:160-168). */
const commands: ReadonlyMap<number, Command> = new Map([
  [0x01, advance],
  [0x02, readMetric],
  [0x04, clearActivity],
  [0x05, clearConfiguration],
  [0x08, configureNeuron],
  [0x10, configureSynapse],
  [0x11, configureSynapse],
]);

function commandOf(opcode: number): Command | undefined {
  return opcode & 0x80 ? inputCharge : commands.get(opcode);
}

/** A board just powered up: memory 0, time 0. Commands may be cut anywhere between calls of receive(). */
export function createBoard(): VirtualBoard {
  const core = createCore();
  /** Opcode and operands of the command that is not complete yet. */
  let partial: number[] = [];

  return {
    receive(bytes) {
      const replies: number[] = [];
      const reply: Reply = (...packet) => replies.push(...packet);
      for (const byte of bytes) {
        const command = commandOf(partial.length > 0 ? partial[0] : byte);
        if (command === undefined) continue;
        partial.push(byte);
        if (partial.length <= command.length) continue;
        const [opcode, ...operands] = partial;
        partial = [];
        command.execute(core, opcode, operands, reply);
      }
      return Uint8Array.from(replies);
    },
  };
}
