/**
 * The core of ODIN and tinyODIN: neuron memory, synapse memory, the spike FIFO and the controller's order of work. Facts are
 * from their Verilog: ChFrenkel/ODIN 1781931 (src/controller.v, src/scheduler.v, src/fifo.v) and ChFrenkel/tinyODIN 1865653,
 * whose controller waits, pops and visits alike.
 */
import type { AerEvent, ChipModel, Effect } from "./model.ts";

export const neuronCount = 256;
/** 8192 words of 4 bytes: word = source << 5 | target >> 3, byte = target >> 1 & 3, nibble = target & 1. */
const synapseBytes = neuronCount * (neuronCount / 2);
const registerCount = 32;
const gateActivity = 0;
const openLoop = 1;

/** Pops that one input event may cause before the chip counts as busy for ever: closed loops can excite themselves. */
const mostPops = 20_000;

export interface Core {
  /** Configuration registers take effect at once; addresses beyond the last are ignored. */
  writeRegister(address: number, value: number): void;
  /** A mask bit of 1 keeps the old bit. Memories can be reached while the gate is closed (GATE_ACTIVITY 1) only. */
  writeNeuron(neuron: number, byte: number, value: number, mask: number): void;
  readNeuron(neuron: number, byte: number): number;
  writeSynapses(word: number, byte: number, value: number, mask: number): void;
  readSynapses(word: number, byte: number): number;
  /** Why events cannot be served as configured, in words; null: they can. */
  refusal(): string | null;
  /** One event, and everything that it causes: the chip is idle afterwards. Returns the AER output. */
  serve(address: number): readonly number[];
  /** Events of a host that raises the next request as soon as it can: one pop between two events. */
  serveGreedily(addresses: readonly number[]): readonly number[];
}

type Entry = AerEvent & { kind: "spike" | "virtual" };

/** Thrown where a chip would never become idle, or was sent what its emulation refuses. */
export class CoreRefusal extends Error {}

export function createCore(model: ChipModel): Core {
  const { neuronBytes } = model;
  const registers = new Uint32Array(registerCount);
  const neurons = new Uint8Array(neuronCount * neuronBytes);
  const synapses = new Uint8Array(synapseBytes);
  const fifo: Entry[] = [];
  let output: number[] = [];

  const gated = () => (registers[gateActivity] & 1) === 1;

  /** The entry under service stays in the FIFO until its visit ends, and takes room meanwhile (controller.v, POP_NEUR). */
  function push(entry: Entry): void {
    if (fifo.length < model.fifoDepth) fifo.push(entry);
  }

  function spike(neuron: number): void {
    if ((registers[openLoop] & 1) === 0) push({ kind: "spike", neuron });
    if ((registers[model.sourceRegister] & 1) === 0) output.push(neuron);
  }

  function update(neuron: number, effect: Effect): void {
    if (model.update(neurons, neuron * neuronBytes, effect)) spike(neuron);
  }

  function weightOf(source: number, target: number): number {
    const byte = synapses[source * (neuronCount / 2) + (target >> 1)];
    return model.weightOf(target & 1 ? byte >> 4 : byte & 0x0f, source, registers);
  }

  function pop(): void {
    const [entry] = fifo;
    if (entry.kind === "virtual") update(entry.neuron, entry.effect);
    else {
      const last = model.lastNeuron(registers);
      for (let target = 0; target <= last; target++) update(target, weightOf(entry.neuron, target));
      if ((registers[model.sourceRegister] & 1) === 1) output.push(entry.neuron);
    }
    fifo.shift();
  }

  function popAll(): void {
    for (let pops = 0; fifo.length > 0; pops++) {
      if (pops === mostPops) {
        fifo.length = 0;
        throw new CoreRefusal("the neurons excite each other without end");
      }
      pop();
    }
  }

  function accept(address: number): void {
    const event = model.decodeAer(address);
    switch (event.kind) {
      case "refused":
        throw new CoreRefusal(event.what);
      case "synapse":
        update(event.target, weightOf(event.source, event.target));
        break;
      case "leak": {
        const first = event.neuron === "all" ? 0 : event.neuron;
        const last = event.neuron === "all" ? model.lastNeuron(registers) : event.neuron;
        for (let neuron = first; neuron <= last; neuron++) update(neuron, "leak");
        break;
      }
      default:
        push(event);
    }
  }

  function taken(): readonly number[] {
    const given = output;
    output = [];
    return given;
  }

  /** A full FIFO is served before the input (controller.v, WAIT). */
  function makeRoom(): void {
    for (let pops = 0; fifo.length === model.fifoDepth && pops < mostPops; pops++) pop();
  }

  return {
    writeRegister(address, value) {
      if (address < registerCount) registers[address] = value;
    },
    writeNeuron(neuron, byte, value, mask) {
      if (!gated() || byte >= neuronBytes) return;
      const at = neuron * neuronBytes;
      // The write cycle evaluates the old word and, in a closed loop, queues its spike (neuron_core.v, NEUR_EVENT_OUT).
      if (model.fires(neurons, at) && (registers[openLoop] & 1) === 0) push({ kind: "spike", neuron });
      neurons[at + byte] = (neurons[at + byte] & mask) | (value & ~mask);
    },
    readNeuron: (neuron, byte) => (gated() && byte < neuronBytes ? neurons[neuron * neuronBytes + byte] : 0),
    writeSynapses(word, byte, value, mask) {
      const at = word * 4 + byte;
      if (gated()) synapses[at] = (synapses[at] & mask) | (value & ~mask);
    },
    readSynapses: (word, byte) => (gated() ? synapses[word * 4 + byte] : 0),
    refusal() {
      if (gated()) return "GATE_ACTIVITY is 1: the chip serves no events";
      return model.refusal(neurons, registers);
    },
    serve(address) {
      makeRoom();
      accept(address);
      popAll();
      return taken();
    },
    serveGreedily(addresses) {
      for (const address of addresses) {
        makeRoom();
        accept(address);
        if (fifo.length > 0) pop();
      }
      popAll();
      return taken();
    },
  };
}
