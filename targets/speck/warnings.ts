/** What a network that fits may still do badly on the chip: one line each. */
import type { CoreLayer } from "./core-layer.ts";
import type { SimulatorName } from "./manifest.ts";

const lowestFloor = -(2 ** 15);

const simulatorNotes: Readonly<Record<SimulatorName, string>> = {
  timestep:
    "simulator: timestep, sinabs' time-stepped model; the chip compares after every event (simulator event), which differs by 0.4 to 8 % of spikes",
  event:
    "simulator: event, one comparison an event as on the chip; biases are a leak of the slow clock, here one tick a step. sinabs' time-stepped model (simulator timestep) differs by 0.4 to 8 % of spikes",
};

function largestWeight({ weights }: CoreLayer): number {
  let largest = 0;
  for (let i = 0; i < weights.length; i++) largest = Math.max(largest, Math.abs(weights[i]));
  return largest;
}

/** Nothing can ever bring a neuron of the layer to its threshold. */
function isDead({ weights, biases, initial, thresholdHigh }: CoreLayer): boolean {
  const rises = (values: ArrayLike<number> | null, above: number) =>
    values !== null && Array.prototype.some.call(values, (value) => value > above);
  return !rises(weights, 0) && !rises(biases, 0) && !rises(initial, thresholdHigh - 1);
}

/** Lines for the fit report. */
export function warningsOf(layers: readonly CoreLayer[], simulator: SimulatorName): string[] {
  const notes = [simulatorNotes[simulator]];
  for (const layer of layers) {
    const largest = largestWeight(layer);
    if (largest > layer.thresholdHigh)
      notes.push(
        `${layer.name}: warning: a weight of ${largest} is above the threshold of ${layer.thresholdHigh}; on the chip a neuron fires once an event, and what is left adds up`,
      );
    if (isDead(layer))
      notes.push(`${layer.name}: warning: dead, no weight, bias or initial value is above 0`);
  }
  const unset = layers.filter(({ thresholdLow }) => thresholdLow === lowestFloor).map(({ name }) => name);
  if (unset.length > 0)
    notes.push(
      `warning: the floor is not set for ${unset.join(", ")}: threshold_low is ${lowestFloor}, the end of the range; the vendor's quantizer would scale weights down to fit it`,
    );
  return notes;
}
