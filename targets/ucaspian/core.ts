/**
 * The uCaspian core in its own words: thresholds, charges, dendrites, axons and synapses, advanced step by step.
 *
 * Facts are from the chip's SystemVerilog, ORNL/uCaspian commit 185c31a; file and line stand beside each rule. The core
 * knows nothing of packets (decoder.ts) and nothing of Networks.
 */
import { createMetrics, type Metrics } from "./metrics.ts";

const neuronCount = 256;
const synapseCount = 4096;
/** Neurons are evaluated in blocks of 16, and only blocks that received something (dendrite.sv:260, 368-381). */
const blockSize = 16;
const blockCount = neuronCount / blockSize;

/** The fields of a neuron's configuration packet (packet_interface.sv:229-263); the leak field is stored nowhere used. */
export interface NeuronConfiguration {
  readonly threshold: number;
  /** Axonal delay D, 0..15. */
  readonly delay: number;
  readonly output: boolean;
  readonly firstSynapse: number;
  readonly synapses: number;
}

export interface Core {
  readonly metrics: Metrics;
  configureNeuron(neuron: number, configuration: NeuronConfiguration): void;
  configureSynapse(address: number, weight: number, target: number): void;
  /** An input charge, 0..255: it adds to the dendrites that the next step evaluates. */
  charge(neuron: number, value: number): void;
  /** Advances one step and returns the neurons with the output flag that fired, ascending. */
  step(): readonly number[];
  /** Steps since the last clear. */
  time(): number;
  clearActivity(): void;
  clearConfiguration(): void;
}

/** Charges that wait for one step. Sums wrap at 16 bits (dendrite.sv:259-283), so the array's own type does it. */
interface Dendrites {
  readonly charge: Int16Array;
  /** One flag a block: a charge of 0 counts as activity too. */
  readonly active: Uint8Array;
}

function createDendrites(): Dendrites {
  return { charge: new Int16Array(neuronCount), active: new Uint8Array(blockCount) };
}

export function createCore(): Core {
  const threshold = new Uint8Array(neuronCount);
  const output = new Uint8Array(neuronCount);
  const axonDelay = new Uint8Array(neuronCount);
  const firstSynapse = new Uint16Array(neuronCount);
  const synapses = new Uint8Array(neuronCount);
  const weight = new Int8Array(synapseCount);
  const target = new Uint8Array(synapseCount);

  const charge = new Int16Array(neuronCount);
  /** Bit k: a fire that is delivered in k + 1 steps (axon.sv:405-447). */
  const pendingFires = new Uint16Array(neuronCount);
  let incoming = createDendrites();
  let outgoing = createDendrites();
  let time = 0;
  const metrics = createMetrics();

  function accumulate(neuron: number, value: number): void {
    incoming.charge[neuron] += value;
    incoming.active[neuron >> 4] = 1;
    metrics.countAccumulate();
  }

  /** Sends a neuron's weights to its targets; the range of addresses wraps at 12 bits (axon.sv:463-474). */
  function deliver(neuron: number): void {
    for (let k = 0; k < synapses[neuron]; k++) {
      const address = (firstSynapse[neuron] + k) % synapseCount;
      accumulate(target[address], weight[address]);
    }
  }

  /** Fires that were waiting in an axon and are due; the others come one step nearer (axon.sv:432-447). */
  function deliverDelayed(): void {
    for (let neuron = 0; neuron < neuronCount; neuron++) {
      const pending = pendingFires[neuron];
      if (pending === 0) continue;
      pendingFires[neuron] = pending >> 1;
      if (pending & 1) deliver(neuron);
    }
  }

  /** A fire at step t with delay D is delivered during step t + D; without delay at once (axon.sv:407-430). */
  function fire(neuron: number): void {
    metrics.countFire();
    if (axonDelay[neuron] === 0) deliver(neuron);
    else pendingFires[neuron] |= 1 << (axonDelay[neuron] - 1);
  }

  /** True when the neuron fires: charge > threshold, strictly; else the charge is clamped to 16 bits (neuron.sv:281-301). */
  function evaluate(neuron: number): boolean {
    const sum = charge[neuron] + outgoing.charge[neuron];
    const fires = sum > threshold[neuron];
    charge[neuron] = fires ? 0 : Math.max(-32768, Math.min(32767, sum));
    return fires;
  }

  function evaluateBlock(block: number, fired: number[]): void {
    metrics.countBlock();
    const end = (block + 1) * blockSize;
    for (let neuron = block * blockSize; neuron < end; neuron++) {
      if (!evaluate(neuron)) continue;
      fire(neuron);
      if (!output[neuron]) continue;
      fired.push(neuron);
      metrics.countOutputFire();
    }
    outgoing.charge.fill(0, block * blockSize, end);
    outgoing.active[block] = 0;
  }

  function clearActivity(): void {
    charge.fill(0);
    pendingFires.fill(0);
    incoming = createDendrites();
    outgoing = createDendrites();
    time = 0;
    // Both clears also zero every counter (ucaspian_core.sv:476-498).
    metrics.clear();
  }

  return {
    metrics,
    configureNeuron(neuron, configuration) {
      threshold[neuron] = configuration.threshold;
      output[neuron] = configuration.output ? 1 : 0;
      axonDelay[neuron] = configuration.delay;
      firstSynapse[neuron] = configuration.firstSynapse;
      synapses[neuron] = configuration.synapses;
    },
    configureSynapse(address, newWeight, newTarget) {
      weight[address] = newWeight;
      target[address] = newTarget;
    },
    charge(neuron, value) {
      accumulate(neuron, value);
      metrics.countCharge();
    },
    step() {
      time = (time + 1) >>> 0;
      metrics.countStep();
      // The buffers swap at the start of a step (dendrite.sv:50-54): what came in before is evaluated now.
      [incoming, outgoing] = [outgoing, incoming];
      deliverDelayed();
      const fired: number[] = [];
      for (let block = 0; block < blockCount; block++) {
        if (outgoing.active[block]) evaluateBlock(block, fired);
      }
      return fired;
    },
    time: () => time,
    clearActivity,
    clearConfiguration() {
      clearActivity();
      // Thresholds and output flags stay: the write enable is never raised for them (neuron.sv:255-260).
      axonDelay.fill(0);
      firstSynapse.fill(0);
      synapses.fill(0);
      weight.fill(0);
      target.fill(0);
    },
  };
}
