/**
 * The stages between float neurons and the integers on a chip, each a network of its own that adds one loss to those before it:
 *
 *   law       the finest integers: what the law itself, and its order of steps, does otherwise
 *   weights   weights of as many bits as the network has
 *   states    membranes, thresholds and decays of as few places
 *   chip      the network as it is: what the chip's rules, or its maker's quantizer, take away
 *
 * The first three are lowered anew, for a chip that takes nothing away, with the options that stand in the network's provenance.
 */
import type { SpikingGraph, SpikingNode } from "../../graph/spiking.ts";
import { lowerSpiking } from "../../lower/spiking/lower-spiking.ts";
import type { SpikingInputKind, SpikingLoweringOptions } from "../../lower/spiking/options.ts";
import { faithful, type Profile } from "../../network/fixed-point.ts";
import type { Network } from "../../network/network.ts";
import { sampleInput } from "../../simulate/encode.ts";
import { findTarget } from "../../target/registry.ts";
import { conversionOptionsOf, targetOf } from "../conversion/reconvert.ts";
import type { ScaledSamples } from "../samples.ts";
import type { SpikingConvertOptions } from "./convert-spiking.ts";
import type { FloatNetwork } from "./float-network.ts";
import { profileOf } from "./spiking-options.ts";

export const spikingStages = ["law", "weights", "states", "chip"] as const;
export type SpikingStage = (typeof spikingStages)[number];

/** As fine as options go, with a bit of a decay to spare for factors of nearly 1. */
const finest: Profile = { ...faithful, fractionBits: 20, decayBits: 15 };
const finestWeights = 16;

/** Without what nodes say of their own integers: of all, or of neurons alone. */
function withoutQuantization(nodes: readonly SpikingNode[], of: "all" | "neurons"): SpikingNode[] {
  return nodes.map((node): SpikingNode => {
    if (node.type === "NIRGraph") return { ...node, nodes: withoutQuantization(node.nodes, of) };
    if (!("quantization" in node) || (of === "neurons" && !("vInit" in node))) return node;
    const { quantization, ...plain } = node;
    return quantization === undefined ? node : plain;
  });
}

/** Currents as large as the samples have them. */
function inputKind(network: Network, { values }: ScaledSamples): SpikingInputKind {
  if (sampleInput(network).encoder.kind !== "current") return { kind: "spikes" };
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { kind: "current", largest: largest > 0 ? largest : null };
}

/**
 * @param graph that the network was lowered from
 * @throws SpikecError SPK-0002 for a network that does not say how it was converted
 */
export async function stageNetworks(
  network: Network,
  graph: SpikingGraph,
  { discretization }: FloatNetwork,
  samples: ScaledSamples,
): Promise<ReadonlyMap<SpikingStage, Network>> {
  const asked = conversionOptionsOf(network, "") as SpikingConvertOptions;
  const [generic, target] = [await findTarget("generic"), await targetOf(network)];
  const options: SpikingLoweringOptions = {
    discretization,
    timesteps: network.timesteps,
    weightBits: finestWeights,
    scales: asked.perLayer ? "layer" : "channel",
    profile: finest,
    input: inputKind(network, samples),
    readout: network.readout.read,
    rules: generic.chip.rules,
    provenance: network.provenance,
  };
  const weightBits = Math.min(asked.weights, target.chip.rules.weights.bits);
  const [bare, weighted] = (["all", "neurons"] as const).map((of) => ({
    ...graph,
    nodes: withoutQuantization(graph.nodes, of),
  }));
  return new Map<SpikingStage, Network>([
    ["law", lowerSpiking(bare, options).network],
    ["weights", lowerSpiking(weighted, { ...options, weightBits }).network],
    ["states", lowerSpiking(graph, { ...options, weightBits, profile: profileOf(asked) }).network],
    ["chip", network],
  ]);
}
