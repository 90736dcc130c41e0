/**
 * Pass: a signed input on a chip with too few channels for a second one of each value. The encoder adds a zero point, so that no
 * value is negative, and what the zero point brings through the weights is taken off the constants of the layers that hear it.
 * Folded to Folded; networks with other inputs pass unchanged.
 */
import { SpikecError } from "../errors/error.ts";
import { sizeOf } from "../graph/graph.ts";
import type { Input } from "../network/network.ts";
import type { Folded } from "./folded.ts";
import { type Drive, operandShape } from "./linear-form.ts";

/** What every value of the input has too much, in its own units: 0 for an input without a zero point. */
function excessOf({ encoder }: Input): number {
  return "zeroPoint" in encoder && encoder.kind !== "analog" ? encoder.zeroPoint * encoder.scale : 0;
}

/** Sum of the weights onto each neuron. */
function weightSums(drive: Drive): Float64Array {
  const { operator, pools } = drive;
  if (operator.kind !== "dense" || pools.length > 0)
    throw new SpikecError("SPK-0305", "a signed input with a zero point can enter dense layers alone", {
      where: drive.source,
      advice: "Use a target with more input channels, or one that takes analog input.",
    });
  const sources = sizeOf(operandShape(drive));
  const sums = new Float64Array(operator.weights.length / sources);
  operator.weights.forEach((weight, i) => {
    sums[Math.floor(i / sources)] += weight;
  });
  return sums;
}

export function offsetInput(folded: Folded, input: Input): Folded {
  const excess = excessOf(input);
  if (excess === 0) return folded;
  const activations = folded.activations.map((activation) => {
    const constant = Float64Array.from(activation.constant);
    for (const drive of activation.drives) {
      if (drive.source !== input.name) continue;
      weightSums(drive).forEach((sum, neuron) => {
        constant[neuron] -= sum * excess;
      });
    }
    return { ...activation, constant };
  });
  return { ...folded, activations };
}
