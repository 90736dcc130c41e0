/**
 * Pass: a signed input of spikes is a pair of channels, +x and -x; the weights of the second half are the first's, negated.
 * Folded to Folded; networks with unsigned inputs pass unchanged.
 */
import { SpikecError } from "../errors/error.ts";
import { sizeOf } from "../graph/graph.ts";
import type { Input } from "../network/network.ts";
import type { Folded } from "./folded.ts";
import { type Drive, type Operator, operandShape } from "./linear-form.ts";

/** Each row [w] of `length` weights becomes [w, -w]. */
function mirrorRows(weights: Float64Array, length: number): Float64Array {
  const mirrored = new Float64Array(2 * weights.length);
  weights.forEach((weight, i) => {
    const row = Math.floor(i / length);
    mirrored[row * 2 * length + (i % length)] = weight;
    mirrored[row * 2 * length + length + (i % length)] = -weight;
  });
  return mirrored;
}

function mirrored(drive: Drive): Operator {
  const { operator } = drive;
  const shape = operandShape(drive);
  if (operator.kind === "dense") return { ...operator, weights: mirrorRows(operator.weights, sizeOf(shape)) };
  if (operator.kind === "convolution" && operator.groups === 1) {
    const taps = operator.kernel[0] * operator.kernel[1];
    return { ...operator, weights: mirrorRows(operator.weights, shape[0] * taps) };
  }
  throw new SpikecError(
    "SPK-0305",
    "a signed input into a grouped convolution or an element-wise layer cannot become spikes",
    {
      where: drive.source,
      advice: "Use --input analog on a target that takes it.",
    },
  );
}

export function splitPolarity(folded: Folded, input: Input): Folded {
  if (input.polarity === "unsigned") return folded;
  const split = (drive: Drive): Drive =>
    drive.source === input.name ? { ...drive, sourceShape: input.shape, operator: mirrored(drive) } : drive;
  const activations = folded.activations.map((activation) => ({
    ...activation,
    drives: activation.drives.map(split),
  }));
  return { ...folded, inputShape: input.shape, activations };
}
