/** Numbers that a layer's fields cannot hold: every reason, with what would help. */
import type { FitReason } from "../../src/target/target.ts";
import type { PlacedLayer } from "./placement.ts";

const thresholdHigh = 2 ** 17 - 1;
const biasHigh = 2 ** 12 - 1;
const longestDelay = 63;

function extremes(values: ArrayLike<number>): readonly [low: number, high: number] {
  let [low, high] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  return [low, high];
}

/** 8 bits hold weights of one sign up to 255, of both signs in -128..127, or the even ones in -256..254. */
function weightReason(layer: string, weights: Int32Array): FitReason | null {
  const [low, high] = extremes(weights);
  if (low === 0 && high === 0) {
    const help =
      "every weight of the layer is 0, which lava-dl cannot load: leave the layer out, or scale its weights up";
    return { layer, resource: "largest weight (all are 0, at least 1)", need: 0, limit: 255, help };
  }
  if (low === 0) return high <= 255 ? null : tooLarge(layer, high, 255);
  if (weights.every((weight) => weight < 0) && Number.isInteger(Math.log2(-low))) {
    const help =
      "all weights are negative and the lowest is a power of two, which Lava clips: lower it by 1, or set a weight to 0";
    return { layer, resource: "lowest weight of a negative matrix", need: low, limit: low - 1, help };
  }
  const even = weights.every((weight) => weight % 2 === 0);
  const [lowest, highest] = even ? [-256, 254] : [-128, 127];
  if (low >= lowest && high <= highest) return null;
  return high > highest ? tooLarge(layer, high, highest) : tooLarge(layer, low, lowest);
}

function tooLarge(layer: string, need: number, limit: number): FitReason {
  const help = "convert with --weights 8 or fewer bits; pools that overlap add weights up";
  return { layer, resource: need < 0 ? "negative weight" : "weight", need, limit, help };
}

function firingReasons({ name, neuron, bias }: PlacedLayer): FitReason[] {
  if (neuron === null) return [];
  const reason = (resource: string, need: number, limit: number, help: string): FitReason => {
    return { layer: name, resource, need, limit, help };
  };
  const found: FitReason[] = [];
  const threshold = neuron.vThMant;
  const lowest = neuron.kind === "LIF" ? 1 : 0;
  if (threshold > thresholdHigh || threshold < lowest)
    found.push(
      reason(
        `threshold (${lowest} to ${thresholdHigh})`,
        threshold,
        thresholdHigh,
        "scale the layer's weights and threshold together",
      ),
    );
  if (neuron.kind === "SDNN") return found;
  const [low, high] = extremes(bias);
  if (high > biasHigh)
    found.push(reason("bias", high, biasHigh, "scale the layer's weights, bias and threshold down together"));
  if (low < -biasHigh - 1)
    found.push(
      reason(
        "negative bias",
        low,
        -biasHigh - 1,
        "scale the layer's weights, bias and threshold down together",
      ),
    );
  return found;
}

function delayReasons({ name, weights, delay, recurrentDelay }: PlacedLayer): FitReason[] {
  if (weights === null) return [];
  const found: FitReason[] = [];
  const isLong = weights.kind === "dense" && recurrentDelay === null;
  const limit = isLong ? longestDelay : 1;
  const help = isLong
    ? "a synapse takes one step and up to 62 more"
    : "layers that are convolutions or recurrent have no delays beyond the one step of a synapse";
  for (const steps of [delay, recurrentDelay ?? 1])
    if (steps < 1 || steps > limit)
      found.push({ layer: name, resource: `delay (1 to ${limit})`, need: steps, limit, help });
  return found;
}

/** Reasons of one layer. */
export function rangeReasons(layer: PlacedLayer): FitReason[] {
  const { weights, recurrent } = layer;
  if (weights === null) return firingReasons(layer);
  const all = recurrent === null ? weights.weights : Int32Array.from([...weights.weights, ...recurrent]);
  const weight = weightReason(layer.name, all);
  return [...(weight === null ? [] : [weight]), ...firingReasons(layer), ...delayReasons(layer)];
}
