/**
 * One node of a flat SpikingGraph as a Stepper.
 */
import type { Discretization } from "../discretization.ts";
import type { Shape } from "../graph.ts";
import type { SpikingNode, Subgraph } from "../spiking.ts";
import { compileNirNeuron } from "./nir-neurons.ts";
import { compileDelay, compilePass, compilePool, compileScale, compileThreshold } from "./pointwise.ts";
import { compileSinabs } from "./sinabs.ts";
import { compileSnnTorch } from "./snntorch.ts";
import { compileAlpha } from "./snntorch-alpha.ts";
import type { Stepper } from "./stepper.ts";
import { compileConv1d, compileConv2d, compileDense } from "./weights.ts";

export type FlatNode = Exclude<SpikingNode, Subgraph>;

/** `input`: the shape of what feeds the node. */
export function compileNode(node: FlatNode, input: Shape, d: Discretization): Stepper {
  switch (node.type) {
    case "Input":
    case "Output":
    case "Flatten":
      return compilePass(node.shape);
    case "Linear":
    case "Affine":
      return compileDense(node);
    case "Conv1d":
      return compileConv1d(node, input);
    case "Conv2d":
      return compileConv2d(node, input);
    case "SumPool2d":
    case "AvgPool2d":
      return compilePool(node, input);
    case "Scale":
      return compileScale(node);
    case "Threshold":
      return compileThreshold(node);
    case "Delay":
      return compileDelay(node, d.dt);
    case "I":
    case "LI":
    case "IF":
    case "LIF":
    case "CubaLI":
    case "CubaLIF":
      return compileNirNeuron(node, d);
    case "Leaky":
    case "RLeaky":
    case "Synaptic":
    case "RSynaptic":
    case "Lapicque":
      return compileSnnTorch(node);
    case "Alpha":
      return compileAlpha(node);
    case "SinabsIAF":
    case "SinabsLIF":
    case "SinabsALIF":
    case "SinabsExpLeak":
      return compileSinabs(node);
  }
}
