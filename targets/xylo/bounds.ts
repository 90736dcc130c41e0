/**
 * Where chip and law could differ, and which layers can never fire. The chip saturates at every addition, the law once at the end of
 * a sum, so that they are equal where no sum can leave 16 bits; here that is proven from weights, thresholds and decays, or not.
 *
 * With floor(x / 2^d) > x / 2^d - 1, a trace x = (x + a) - floor((x + a) / 2^d) stays below a (2^d - 1) + 2^d, and a membrane
 * x = x - floor(x / 2^d) + a below (a + 1) 2^d.
 */
import type { XyloConfiguration, XyloSynapse } from "./configuration.ts";

/** What a neuron can be sent in a step, by sign; low <= 0 <= high. */
interface Extremes {
  low: number;
  high: number;
}

const wordHigh = 32767;
const wordLow = -32768;

function addRows(
  into: readonly Extremes[],
  rows: readonly (readonly XyloSynapse[])[],
  spikes: readonly number[],
  shift: number,
): void {
  rows.forEach((row, source) => {
    for (const { target, weight } of row) {
      const charge = weight * 2 ** shift * spikes[source];
      if (charge > 0) into[target].high += charge;
      else into[target].low += charge;
    }
  });
}

/** The largest that a trace can grow to within a run, after it has decayed. */
function mostTrace(charge: number, dash: number, steps: number): number {
  return charge === 0 ? 0 : Math.min(charge * steps, charge * (2 ** dash - 1) + 2 ** dash);
}

function mostMembrane(charge: number, dash: number, steps: number): number {
  return charge === 0 ? 0 : Math.min(charge * steps, (charge + 1) * 2 ** dash);
}

export interface NeuronBounds {
  /** No sum on the way can leave its word. */
  readonly proven: boolean;
  /** Spikes of a step at most: 0 for a neuron that can never reach its threshold. */
  readonly spikes: number;
}

interface Dashes {
  readonly synapse: number;
  readonly membrane: number;
  readonly threshold: number;
  readonly mostSpikes: number;
}

/** What a membrane loses in a step at most. */
const mostLoss = (membrane: number, dash: number) =>
  membrane === 0 ? 0 : Math.max(1, Math.ceil(membrane / 2 ** dash));

function boundsOf(
  { low, high }: Extremes,
  { synapse, membrane, threshold, mostSpikes }: Dashes,
  steps: number,
): NeuronBounds {
  const current = { high: mostTrace(high, synapse, steps), low: -mostTrace(-low, synapse, steps) };
  const reach = mostMembrane(current.high, membrane, steps);
  const spikes =
    reach < threshold ? 0 : Math.min(mostSpikes, Math.floor((threshold - 1 + current.high) / threshold));
  const top = Math.min(wordHigh, reach);
  const bottom = Math.min(-wordLow, mostMembrane(-current.low, membrane, steps));
  // While input arrives a trace holds what it held and what is new. Membranes saturate alike in chip and law; what is added to
  // them must not.
  const proven =
    current.high + high <= wordHigh &&
    current.low + low >= wordLow &&
    current.high + mostLoss(bottom, membrane) <= wordHigh &&
    current.low - mostLoss(top, membrane) >= wordLow;
  return { proven, spikes };
}

/**
 * Bounds of all neurons over a run of `steps`. inputSpikes: by channel, spikes of a step. Feedback counts at the chip's limit;
 * layers come in the order in which they feed one another (`order`: hidden neurons).
 */
export function neuronBounds(
  configuration: XyloConfiguration,
  inputSpikes: readonly number[],
  order: readonly (readonly number[])[],
  steps: number,
): { readonly hidden: readonly NeuronBounds[]; readonly outputs: readonly NeuronBounds[] } {
  const { shifts } = configuration;
  const sent = new Array<number>(configuration.hidden.length).fill(31);
  const hidden: NeuronBounds[] = new Array(configuration.hidden.length);
  const fromInput = configuration.hidden.map((): Extremes => ({ low: 0, high: 0 }));
  addRows(fromInput, configuration.inputSynapses, inputSpikes, shifts.input);
  for (const layer of order) {
    const extremes = fromInput.map((extreme) => ({ ...extreme }));
    addRows(extremes, configuration.hiddenSynapses, sent, shifts.hidden);
    for (const id of layer) {
      const { synapseDashes, membraneDash, threshold, bias } = configuration.hidden[id];
      const dashes = { synapse: synapseDashes[0], membrane: membraneDash, threshold, mostSpikes: 31 };
      const withBias = {
        low: extremes[id].low + Math.min(0, bias),
        high: extremes[id].high + Math.max(0, bias),
      };
      hidden[id] = boundsOf(withBias, dashes, steps);
    }
    for (const id of layer) sent[id] = hidden[id].spikes;
  }
  const onto = configuration.outputs.map((): Extremes => ({ low: 0, high: 0 }));
  addRows(onto, configuration.outputSynapses, sent, shifts.output);
  const outputs = configuration.outputs.map(({ synapseDash, membraneDash, threshold }, id) =>
    boundsOf(onto[id], { synapse: synapseDash, membrane: membraneDash, threshold, mostSpikes: 1 }, steps),
  );
  return { hidden, outputs };
}
