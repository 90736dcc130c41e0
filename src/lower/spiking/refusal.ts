/** What the neuron law cannot say: refused by node, with the reason and a way out, before anything is lowered wrongly. */
import { SpikecError } from "../../errors/error.ts";
import { formatOrigin } from "../../graph/shapes.ts";
import type { SpikingNode } from "../../graph/spiking.ts";

/** SPK-0306. what: a sentence about the node; advice: what to use instead. */
export function refusal(
  node: Pick<SpikingNode, "name" | "origin">,
  what: string,
  advice: string,
): SpikecError {
  const origin = formatOrigin(node.origin);
  const where = origin.includes(node.name) ? origin : `${node.name} (${origin})`;
  return new SpikecError("SPK-0306", what, { where, advice });
}
