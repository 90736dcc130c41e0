/**
 * The parameters of nodes that act neuron by neuron, by name: one place knows them all, for whoever checks or measures.
 */
import type { Tensor } from "./graph.ts";
import type { ShapelessSpikingNode } from "./spiking.ts";

/** [name, values] of every parameter that holds one value or one a neuron; empty for nodes of other kinds. */
export function parametersOf(node: ShapelessSpikingNode): readonly (readonly [string, Tensor])[] {
  const { type } = node;
  switch (type) {
    case "Scale":
      return [["scale", node.scale]];
    case "Delay":
      return [["delay", node.delay]];
    case "Threshold":
      return [["threshold", node.threshold]];
    case "I":
      return named(node, ["r", ...membrane]);
    case "LI":
      return named(node, ["tau", "r", "vLeak", ...membrane]);
    case "IF":
      return named(node, ["r", "vThreshold", "vReset", ...membrane]);
    case "LIF":
      return named(node, ["tau", "r", "vLeak", "vThreshold", "vReset", ...membrane]);
    case "CubaLI":
      return named(node, ["tauSyn", "tauMem", "r", "vLeak", "wIn", ...membrane]);
    case "CubaLIF":
      return named(node, ["tauSyn", "tauMem", "r", "vLeak", "wIn", "vThreshold", "vReset", ...membrane]);
    case "Lapicque":
      return named(node, ["resistance", "capacitance", "timeStep", ...snnTorch]);
    case "Leaky":
    case "RLeaky":
      return named(node, ["beta", ...snnTorch]);
    case "Synaptic":
    case "RSynaptic":
      return named(node, ["alpha", "beta", ...snnTorch]);
    case "Alpha":
      return named(node, ["alpha", "beta", "tauAlpha", ...snnTorch]);
    case "SinabsIAF":
      return named(node, ["threshold", ...sinabs]);
    case "SinabsLIF":
      return named(node, ["alphaMem", "threshold", ...sinabs]);
    case "SinabsALIF":
      return named(node, ["alphaMem", "alphaAdapt", "adaptScale", "threshold", ...sinabs]);
    case "SinabsExpLeak":
      return named(node, ["alphaMem", ...sinabs]);
    default:
      return [];
  }
}

const membrane = ["vInit"] as const;
const snnTorch = ["threshold", "gradedSpikesFactor", ...membrane] as const;
const sinabs = ["minVMem", "alphaSyn", ...membrane] as const;

/** The fields that are there: null ones are left out. */
function named<Field extends string>(
  node: Readonly<Record<Field, Tensor | null>>,
  fields: readonly Field[],
): (readonly [string, Tensor])[] {
  return fields.flatMap((field) => {
    const tensor = node[field];
    return tensor ? [[field, tensor] as const] : [];
  });
}
