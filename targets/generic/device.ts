/**
 * The generic chip: an integrate-and-fire machine that knows nothing but the bytes of its program. Each step it first takes
 * the charges of its inputs, then its neurons in order of address; a synapse of delay 0 reaches a later neuron in the same
 * step. Sums are int32 words, saturating at the end of the sum.
 */
import { SpikecError } from "../../src/errors/error.ts";
import type { ChipEvents, Device, Image, Stimulus } from "../../src/target/target.ts";
import {
  type DecodedProgram,
  decodeProgram,
  fires,
  largest,
  observed,
  resetsToZero,
  shown,
  strictly,
  tap,
} from "./program.ts";

const highest = 2 ** 31 - 1;
const lowest = -(2 ** 31);

interface Memory {
  readonly membrane: Int32Array;
  /** The largest total that taps told a neuron. */
  readonly told: Int32Array;
  /** Rows of weighted sums by step modulo (longest delay + 1); int32 holds sums below 2^31, checked on the way in. */
  readonly sums: Float64Array[];
}

function createMemory(program: DecodedProgram): Memory {
  const rows = program.longestDelay + 1;
  return {
    membrane: new Int32Array(program.neurons),
    told: new Int32Array(program.neurons),
    sums: Array.from({ length: rows }, () => new Float64Array(program.neurons)),
  };
}

function saturate(value: number): number {
  return value > highest ? highest : value < lowest ? lowest : value;
}

export function createGenericDevice(image: Image): Device {
  const artifact = image.artifacts.find(({ name }) => name === "program.bin");
  if (artifact === undefined)
    throw new SpikecError("SPK-0404", "the image has no program.bin", { where: image.target });
  const program = decodeProgram(artifact.bytes);
  const neurons = Array.from({ length: program.neurons }, (_, i) => program.neuron(i));
  const memory = createMemory(program);
  let time = 0;

  function send(source: number, step: number, times: number): void {
    const { sums } = memory;
    program.eachSynapse(source, (target, weight, delay) => {
      sums[(step + delay) % sums.length][target] += weight * times;
    });
  }

  /** A tap's total grows, and every neuron over it hears of it. */
  function stepTap(index: number, sum: number): void {
    const { membrane, told } = memory;
    membrane[index] = saturate(membrane[index] + sum);
    program.eachSynapse(program.inputs + index, (target) => {
      told[target] = Math.max(told[target], membrane[index]);
    });
  }

  /** By how much the largest total has grown. */
  function stepLargest(index: number): number {
    const { membrane, told } = memory;
    const growth = told[index] - membrane[index];
    membrane[index] = told[index];
    return growth;
  }

  /** One neuron's step; how often it fires. */
  function stepNeuron(index: number, sum: number): number {
    const { threshold, bias, flags } = neurons[index];
    if (flags & largest) return stepLargest(index);
    if (flags & tap) {
      if (sum !== 0) stepTap(index, sum);
      return 0;
    }
    const v = saturate(memory.membrane[index] + sum + bias);
    const reached = flags & strictly ? v > threshold : v >= threshold;
    const fired = (flags & fires) !== 0 && reached;
    memory.membrane[index] = !fired ? v : flags & resetsToZero ? 0 : v - threshold;
    return fired ? 1 : 0;
  }

  function step(at: number, charges: Stimulus["charges"][number]): number[] {
    const fired: number[] = [];
    for (const [address, value] of charges) send(address, at, value);
    const sums = memory.sums[at % memory.sums.length];
    for (let index = 0; index < neurons.length; index++) {
      const sum = sums[index];
      sums[index] = 0;
      const spikes = at < neurons[index].firstStep ? 0 : stepNeuron(index, sum);
      if (spikes === 0) continue;
      send(program.inputs + index, at, spikes);
      if (neurons[index].flags & observed)
        for (let spike = 0; spike < spikes; spike++) fired.push(program.inputs + index);
    }
    return fired;
  }

  function start(): void {
    time = 0;
    for (const row of memory.sums) row.fill(0);
    memory.told.fill(0);
    neurons.forEach(({ vInit }, index) => {
      memory.membrane[index] = vInit;
    });
  }

  async function run(stimulus: Stimulus, steps: number): Promise<ChipEvents> {
    const addresses = Array.from({ length: steps }, (_, at) => step(time++, stimulus.charges[at] ?? []));
    const membranes = neurons.flatMap(({ flags }, index) =>
      flags & shown ? [[program.inputs + index, memory.membrane[index]] as const] : [],
    );
    return { steps, addresses, membranes };
  }

  start();
  return { reset: async () => start(), run, close: async () => {} };
}
