/**
 * Where chip and network could differ: input sums beyond the chip's 16 bits, membranes that saturate. Bounds from weights,
 * biases and steps prove that most layers never get there; the others are noted.
 */
import { type Input, type Network, type Shape, sizeOf } from "../../src/network/network.ts";
import { afferentsOf } from "../../src/target/synapses.ts";
import type { Chain, ChainLink } from "./chain.ts";
import type { LoihiChip } from "./chip.ts";
import type { PlacedLayer } from "./placement.ts";

/** lava b6822fb: a_in has 16 bits; Loihi 1's accumulators have 22, with the 6 of the unit. */
const inputSumHigh = 2 ** 15 - 1;

export interface InputBounds {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** What one event of a source may carry. */
function valuesOf(input: Input): readonly [low: number, high: number] {
  const { encoder, polarity } = input;
  if (encoder.kind !== "analog" && encoder.kind !== "current") return [0, 1];
  const top = 2 ** (encoder.signed ? encoder.bits - 1 : encoder.bits) - 1;
  return [encoder.signed && polarity === "unsigned" ? -top - 1 : 0, top];
}

/** The least and the most that one step can bring each neuron. */
export function inputBounds(
  network: Network,
  { population, projection, feedback }: ChainLink,
  input: Input,
): InputBounds {
  const size = sizeOf(population.shape as Shape);
  const low = new Float64Array(size);
  const high = new Float64Array(size);
  for (const one of feedback === null ? [projection] : [projection, feedback]) {
    const [least, most] = one.source === input.name ? valuesOf(input) : [0, 1];
    for (const { target, weights } of afferentsOf(one, network)) {
      for (const weight of weights) {
        low[target] += Math.min(weight * least, weight * most);
        high[target] += Math.max(weight * least, weight * most);
      }
    }
  }
  return { low, high };
}

const least = (values: Float64Array) => values.reduce((a, b) => Math.min(a, b), 0);
const most = (values: Float64Array) => values.reduce((a, b) => Math.max(a, b), 0);

/** Notes on the layers of integrate-and-fire neurons. */
export function boundNotes(
  network: Network,
  { input, links }: Chain,
  layers: readonly PlacedLayer[],
  chip: LoihiChip,
): string[] {
  return links.flatMap((link, index) => {
    const layer = layers[index];
    if (layer.neuron?.kind === "SDNN") return [];
    const bounds = inputBounds(network, link, input);
    const notes: string[] = [];
    const note = (text: string) => notes.push(`${layer.name}: not proven: ${text}`);
    const reach = Math.max(most(bounds.high), -least(bounds.low));
    if (reach > inputSumHigh)
      note(`one step could bring ${reach}, and the chip's input sums hold ${inputSumHigh}`);
    notes.push(...membraneNotes(network, layer, bounds, chip));
    return notes;
  });
}

/** Counted in weights; layers in the chip's own units saturate and wrap as their law says. */
function membraneNotes(
  network: Network,
  layer: PlacedLayer,
  { low, high }: InputBounds,
  chip: LoihiChip,
): string[] {
  if (layer.membraneScale === 1) return [];
  const { state } = chip.rules;
  const gain = high.map((value, i) => value + layer.bias[i]);
  const loss = low.map((value, i) => value + layer.bias[i]);
  const steps = network.timesteps;
  const fires = !layer.silent && layer.neuron !== null;
  const lowest = steps * least(loss);
  const highest = fires ? layer.neuron!.vThMant + most(gain) : steps * most(gain);
  const notes: string[] = [];
  if (lowest < state.low)
    notes.push(
      `${layer.name}: not proven: the membrane could fall to ${lowest}, the chip's range ends at ${state.low}`,
    );
  if (highest >= state.high)
    notes.push(
      `${layer.name}: not proven: the membrane could rise to ${highest}, the chip's range ends at ${state.high}`,
    );
  return notes;
}
