/** Whether an allocation fits the chip: every reason why not, with what would help; and how full the chip is. */
import type { Network } from "../../src/network/network.ts";
import type { FitReason, FitUse } from "../../src/target/target.ts";
import { type Allocation, type ChannelPart, sizeOfParts } from "./allocate.ts";
import type { XyloChip } from "./chips.ts";
import type { XyloConfiguration } from "./configuration.ts";

/** Hidden neurons up to the last that hears an input, and from the first that feeds an output. */
function reachOf({ hidden, first }: Allocation): { fromInput: number; toOutput: number } {
  const total = sizeOfParts(hidden);
  const ends = hidden.filter((part) => part.hearsInput).map(({ name, size }) => first.get(name)! + size);
  const starts = hidden.filter((part) => part.feedsOutput).map(({ name }) => total - first.get(name)!);
  return { fromInput: Math.max(0, ...ends), toOutput: Math.max(0, ...starts) };
}

const channelText = ({ source, delay, size, relay }: ChannelPart) =>
  `${size} of ${source}${relay ? " for a relay" : ""}${delay > 0 ? ` (${delay} steps later)` : ""}`;

/** Sizes: before any synapse is looked at. */
export function sizeReasons(network: Network, allocation: Allocation, { limits }: XyloChip): FitReason[] {
  const { hidden, outputs, channels } = allocation;
  const reach = reachOf(allocation);
  const both = hidden.some((part) => part.hearsInput && part.feedsOutput);
  const reasons: FitReason[] = [];
  const compare = (layer: string, resource: string, need: number, limit: number, help: string) => {
    if (need > limit) reasons.push({ layer, resource, need, limit, help });
  };
  const sample = network.inputs.find(({ encoder }) => encoder.kind !== "always")!;
  const signed = sample.polarity === "signed" ? "a signed input takes two channels a value; " : "";
  compare(
    sample.name,
    `input channels (${channels.map(channelText).join(", ")})`,
    sizeOfParts(channels),
    limits.inputs,
    `${signed}the chip has ${limits.inputs} channels, and biases take one for each layer that has some: use fewer inputs`,
  );
  compare("network", "hidden neurons", sizeOfParts(hidden), limits.hiddenNeurons, "use smaller layers");
  compare(
    outputs.map(({ name }) => name).join(", "),
    "output neurons",
    sizeOfParts(outputs),
    limits.outputs,
    "read out fewer classes",
  );
  const layersOf = (chosen: "hearsInput" | "feedsOutput") =>
    hidden
      .filter((part) => part[chosen])
      .map(({ name }) => name)
      .join(", ");
  const squeezed = both
    ? "; a layer that hears the input and feeds the output, or a bias of the output, binds both ends"
    : "";
  compare(
    layersOf("hearsInput"),
    "hidden neurons up to the last with input weights",
    reach.fromInput,
    limits.inputNeurons,
    `make the layers next to the input smaller: input weights reach the first ${limits.inputNeurons} hidden neurons${squeezed}`,
  );
  compare(
    layersOf("feedsOutput"),
    "hidden neurons from the first with output weights",
    reach.toOutput,
    limits.outputSourceNeurons,
    `make the layers next to the output smaller: output weights leave the last ${limits.outputSourceNeurons} hidden neurons${squeezed}`,
  );
  return reasons;
}

/** A hidden spike acts in the next step, neither sooner nor later. */
function delayReasons(network: Network, stages: Allocation["stages"]): FitReason[] {
  return network.projections
    .filter(({ source, delay }) => stages.has(source) && delay !== 1)
    .map(({ name, delay }) => ({
      layer: name,
      resource: "delay (exactly 1)",
      need: delay,
      limit: 1,
      help:
        delay < 1
          ? "convert the model for this target"
          : "spikes of hidden neurons act one step later: a connection that skips a layer has no place here",
    }));
}

/** Connections that the chip has no place for. */
export function wayReasons(network: Network, { stages }: Allocation): FitReason[] {
  return [...delayReasons(network, stages), ...stageReasons(network, stages)];
}

function stageReasons(network: Network, stages: Allocation["stages"]): FitReason[] {
  const reasons: FitReason[] = [];
  const always = new Set(
    network.inputs.filter(({ encoder }) => encoder.kind === "always").map(({ name }) => name),
  );
  for (const { name, source, target, delay } of network.projections) {
    if (stages.has(source) || stages.get(target) !== "output") continue;
    if (!always.has(source))
      reasons.push({
        layer: name,
        resource: "projections from the input to an output",
        need: 1,
        limit: 0,
        help: "output neurons hear hidden neurons alone: put a hidden layer in between",
      });
    else if (delay < 1)
      reasons.push({
        layer: name,
        resource: "steps less than 1 that a bias of an output takes",
        need: 1,
        limit: 0,
        help: "convert the model for this target: its relay takes one step",
      });
  }
  const { population } = network.readout;
  if (stages.get(population) === "hidden")
    reasons.push({
      layer: population,
      resource: "projections that leave the readout",
      need: network.projections.filter(({ source }) => source === population).length,
      limit: 0,
      help: "outputs have no connections of their own, nor to themselves: read a layer behind it",
    });
  return reasons;
}

/** Synapses of hidden neurons: their fan-out, and the words that all of them take. */
export function synapseReasons(
  { hidden, first }: Allocation,
  { hiddenSynapses }: XyloConfiguration,
  { limits }: XyloChip,
): FitReason[] {
  const reasons: FitReason[] = [];
  for (const { name, size } of hidden) {
    const start = first.get(name)!;
    const most = Math.max(0, ...hiddenSynapses.slice(start, start + size).map((row) => row.length));
    if (most > limits.fanOut)
      reasons.push({
        layer: name,
        resource: "synapses of a hidden neuron onto hidden neurons",
        need: most,
        limit: limits.fanOut,
        help: "use a smaller layer behind it, or leave small weights out",
      });
  }
  const total = hiddenSynapses.reduce((sum, row) => sum + row.length, 0);
  if (total > limits.hiddenSynapses)
    reasons.push({
      layer: "network",
      resource: "synapses between hidden neurons",
      need: total,
      limit: limits.hiddenSynapses,
      help: "use smaller hidden layers, or leave small weights out",
    });
  return reasons;
}

export function usesOf(
  allocation: Allocation,
  configuration: XyloConfiguration,
  { limits }: XyloChip,
): FitUse[] {
  const reach = reachOf(allocation);
  const synapses = configuration.hiddenSynapses.reduce((sum, row) => sum + row.length, 0);
  return [
    { resource: "input channels", used: sizeOfParts(allocation.channels), limit: limits.inputs },
    { resource: "hidden neurons", used: sizeOfParts(allocation.hidden), limit: limits.hiddenNeurons },
    { resource: "output neurons", used: sizeOfParts(allocation.outputs), limit: limits.outputs },
    { resource: "hidden neurons with input weights", used: reach.fromInput, limit: limits.inputNeurons },
    {
      resource: "hidden neurons with output weights",
      used: reach.toOutput,
      limit: limits.outputSourceNeurons,
    },
    { resource: "synapses between hidden neurons", used: synapses, limit: limits.hiddenSynapses },
  ];
}
