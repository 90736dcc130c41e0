/**
 * Event order against a chip that has it: ODIN's core, emulated after its RTL, gives the spikes of the law in the law's own
 * order, input spike by input spike, and ends with its membranes.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkNetwork } from "../../src/network/check.ts";
import { odin } from "../../src/network/presets.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { odinModel } from "../../targets/odin/neuron.ts";
import { createCore } from "../../targets/odin-family/core.ts";
import { firingPopulations } from "../network/firing.ts";
import { dense, networkOf, population, spikesIn } from "./small-networks.ts";

const [inputs, hidden, outputs] = [4, 5, 3];
const gateRegister = 0;
const leakAll = 0x7f;

interface Chosen {
  /** A leak of 0 is no leak on the chip. */
  readonly leaks: readonly [number, number];
  readonly thresholds: readonly number[];
  /** Of input and hidden neurons: the sign is the source's. */
  readonly signs: readonly (1 | -1)[];
  readonly weights: readonly number[];
  readonly spikes: readonly number[];
}

const timesteps = 8;
const many = <T>(value: fc.Arbitrary<T>, length: number) =>
  fc.array(value, { minLength: length, maxLength: length });

const chosen: fc.Arbitrary<Chosen> = fc.record({
  leaks: fc.tuple(fc.nat(3), fc.nat(3)),
  thresholds: many(fc.integer({ min: 1, max: 12 }), hidden + outputs),
  signs: many(fc.constantFrom(1 as const, 1 as const, -1 as const), inputs + hidden),
  weights: many(fc.nat(7), inputs * hidden + hidden * outputs),
  spikes: many(fc.nat(1), inputs * timesteps),
});

function networkFor({ leaks, thresholds, signs, weights }: Chosen) {
  const signed = (first: number, sources: number, targets: number, at: number) =>
    Array.from({ length: sources * targets }, (_, i) => weights[at + i] * signs[first + (i % sources)]);
  const law = (from: number, to: number, leak: number) =>
    odin(Int32Array.from(thresholds.slice(from, to)), leak);
  return networkOf({
    inputs: [spikesIn(inputs)],
    populations: [
      population("hidden", law(0, hidden, leaks[0]), hidden),
      population("outputs", law(hidden, hidden + outputs, leaks[1]), outputs),
    ],
    projections: [
      dense("input", "hidden", signed(0, inputs, hidden, 0)),
      dense("hidden", "outputs", signed(inputs, hidden, outputs, inputs * hidden)),
    ],
    timesteps,
  });
}

/** The chip with inputs at addresses 0.., then hidden neurons, then outputs. */
function programmed({ leaks, thresholds, signs, weights }: Chosen) {
  const core = createCore(odinModel);
  core.writeRegister(gateRegister, 1);
  core.writeRegister(1, 1);
  for (let neuron = 0; neuron < 256; neuron++) {
    const index = neuron - inputs;
    const used = index >= 0 && index < hidden + outputs;
    const threshold = used ? thresholds[index] : 255;
    const leak = used ? leaks[index < hidden ? 0 : 1] : 0;
    const word = 1n | (BigInt(leak) << 1n) | (leak > 0 ? 1n << 8n : 0n) | (BigInt(threshold) << 9n);
    const whole = used ? word : word | (1n << 127n);
    for (let byte = 0; byte < 16; byte++)
      core.writeNeuron(neuron, byte, Number((whole >> BigInt(8 * byte)) & 0xffn), 0);
  }
  const connect = (source: number, target: number, weight: number) => {
    const nibble = 8 | weight;
    const high = (target & 1) === 1;
    core.writeSynapses(
      (source << 5) | (target >> 3),
      (target >> 1) & 3,
      high ? nibble << 4 : nibble,
      high ? 0x0f : 0xf0,
    );
  };
  for (let source = 0; source < inputs; source++)
    for (let target = 0; target < hidden; target++)
      connect(source, inputs + target, weights[target * inputs + source]);
  for (let source = 0; source < hidden; source++)
    for (let target = 0; target < outputs; target++)
      connect(inputs + source, inputs + hidden + target, weights[inputs * hidden + target * hidden + source]);
  for (let register = 0; register < 16; register++) {
    const bits = signs.reduce(
      (sum, sign, i) => (sign < 0 && i >> 4 === register ? sum | (1 << (i & 15)) : sum),
      0,
    );
    core.writeRegister(2 + register, bits);
  }
  core.writeRegister(1, 0);
  core.writeRegister(gateRegister, 0);
  return core;
}

describe("ODIN's core", () => {
  it("gives the law's spikes in the law's order, and its membranes", () => {
    let total = 0;
    const check = fc.property(chosen, (choice) => {
      const network = networkFor(choice);
      checkNetwork(network);
      const names = ["hidden", "outputs"] as const;
      const { train, membranes } = createSimulator(network).run(encodeSample(network, choice.spikes), {
        membranes: new Set(names),
      });
      const core = programmed(choice);
      for (let step = 0; step < timesteps; step++) {
        const out: number[] = [...core.serve(leakAll)];
        for (let source = 0; source < inputs; source++)
          if (choice.spikes[step * inputs + source] > 0) out.push(...core.serve((source << 8) | 0x07));
        const first = { hidden: inputs, outputs: inputs + hidden };
        for (const { name, shape } of firingPopulations(network)) {
          const { offsets, neurons } = train.events.get(name)!;
          const found = [...neurons.subarray(offsets[step], offsets[step + 1])];
          const start = first[name as keyof typeof first];
          const expected = out.filter((at) => at >= start && at < start + shape[0]).map((at) => at - start);
          expect(found, `${name}, step ${step}`).toEqual(expected);
          total += found.length;
        }
      }
      core.writeRegister(gateRegister, 1);
      const membraneOf = (neuron: number) =>
        (core.readNeuron(neuron, 8) >> 6) | ((core.readNeuron(neuron, 9) & 0x3f) << 2);
      const last = names.flatMap((name) => [...membranes.get(name)!.at(-1)!]);
      expect(last).toEqual(last.map((_, i) => membraneOf(inputs + i)));
    });
    fc.assert(check, { numRuns: 100 });
    expect(total).toBeGreaterThan(1000);
  });
});
