/**
 * Lowering a native spiking network: SpikingGraph to Network, as one visible list of passes.
 *
 *   flatten      no graph within the graph (graph/flatten-graph.ts), a delay in every cycle (graph/delay-cycles.ts)
 *   fold         neurons become forms of the law (form-of.ts), all between them weights and delays (fold-spiking.ts)
 *   scale        integers a weight, places of a membrane (scales.ts)
 *   convert      weights, thresholds, decays, biases in integers (convert-population.ts)
 *   constants    what is no bias of a membrane becomes synapses (constant-inputs.ts)
 *   legalise     as of every Network (../legalise), with what needs no calibration
 *   violations   the checker at the end (../violations.ts)
 *
 * It knows numeric rules and no chip. Everything it chose stands in the notes of the Network (notes.ts).
 */

import { SpikecError } from "../../errors/error.ts";
import { delayCycles } from "../../graph/delay-cycles.ts";
import type { Discretization } from "../../graph/discretization.ts";
import { flattenGraph } from "../../graph/flatten-graph.ts";
import type { Note } from "../../graph/graph.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import {
  type Encoder,
  type Input,
  isIntegrateAndFire,
  type Network,
  type Readout,
} from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";
import { alignDelays } from "../legalise/align-delays.ts";
import { alwaysOnBias } from "../legalise/always-on-bias.ts";
import { compareInclusively } from "../legalise/compare-inclusively.ts";
import { compareStrictly } from "../legalise/compare-strictly.ts";
import { refuseViolations } from "../violations.ts";
import { type ConvertedPopulation, convertPopulation } from "./convert-population.ts";
import { currentInput, mixesCurrents } from "./current-input.ts";
import { foldSpiking } from "./fold-spiking.ts";
import type { FoldedSpiking } from "./folded-network.ts";
import { quantizationNotes } from "./node-quantization.ts";
import { formNotes, integerNotes, outputNotes, timeNote } from "./notes.ts";
import type { SpikingLowering, SpikingLoweringOptions } from "./options.ts";

/** Each repairs one kind of violation, and changes no spike. */
export const spikingLegalisations: readonly ((network: Network, rules: NumericRules) => Network)[] = [
  alignDelays,
  compareStrictly,
  compareInclusively,
  alwaysOnBias,
];

/**
 * @throws SpikecError SPK-0306 naming the node that has no form in the law, SPK-0304 with all that the rules do not allow,
 *   SPK-0202 for a graph that contradicts itself
 */
export function lowerSpiking(graph: SpikingGraph, options: SpikingLoweringOptions): SpikingLowering {
  const { rules } = options;
  const { folded, encoder, peak } = foldWithInput(graph, options);
  const readout = chooseReadout(folded, options);
  const converted = folded.populations.map((population) =>
    convertPopulation(population, options, {
      uniform: readout.read === "membrane" && readout.population === population.name,
      powers: mixesCurrents(population, folded.input.name, encoder),
      carries: (source) => (source === folded.input.name ? peak : 1),
    }),
  );
  const assembled = assemble(graph, folded, encoder, converted, readout, options);
  const network = spikingLegalisations.reduce((current, pass) => pass(current, rules), assembled);
  refuseViolations(network, rules);
  return { network, populations: converted.map(({ report }) => report), notes: network.notes };
}

/** Folded, with the input in units of what one event of it carries. */
function foldWithInput(
  graph: SpikingGraph,
  options: SpikingLoweringOptions,
): { readonly folded: FoldedSpiking; readonly encoder: Encoder; readonly peak: number } {
  const { discretization, input } = options;
  const folded = foldGraph(graph, discretization, 1);
  if (input.kind === "spikes") return { folded, encoder: input, peak: 1 };
  const { encoder, peak } = currentInput(folded, input.largest, options);
  return { folded: foldGraph(graph, discretization, encoder.scale), encoder, peak };
}

/** Still floats. inputWorth: what one event of the input is worth. Throws SPK-0306 as `lowerSpiking` does. */
export function foldGraph(graph: SpikingGraph, d: Discretization, inputWorth = 1): FoldedSpiking {
  const flat = flattenGraph(graph);
  const { edges } = delayCycles(flat.nodes, flat.edges);
  return foldSpiking({ ...flat, edges }, d, inputWorth);
}

/** Counts of what fires, membranes of what does not, unless told. */
export function chooseReadout(
  { populations, readout }: FoldedSpiking,
  { readout: wanted, timesteps }: SpikingLoweringOptions,
): Readout {
  const { form } = populations.find(({ name }) => name === readout.population)!;
  const read = wanted ?? (form.firing === null ? "membrane" : "count");
  if (read !== "membrane" && form.firing === null) {
    const what = `the readout "${read}" was asked for, and ${readout.population} never fires`;
    throw new SpikecError("SPK-0305", what, { where: readout.population, advice: "Read its membrane." });
  }
  // A logit is (reading scale + offset) / T: of a membrane at the end, which is one already, T has to be taken back.
  const sums = form.node.type === "Output";
  const scale = read === "count" ? readout.scale : read === "membrane" && !sums ? timesteps : 1;
  return { population: readout.population, read, scale, offset: 0 };
}

function assemble(
  graph: SpikingGraph,
  folded: FoldedSpiking,
  encoder: Encoder,
  converted: readonly ConvertedPopulation[],
  readout: Readout,
  { discretization, timesteps, provenance, rules }: SpikingLoweringOptions,
): Network {
  const constants = converted.flatMap((one) => one.constants);
  const populations = converted.map(({ population }) => population);
  const read = populations.find(({ name }) => name === readout.population)!;
  const unit = readout.read === "membrane" ? folded.readout.scale * read.membraneUnit[0] : 1;
  const sample: Input = { ...folded.input, encoder, polarity: "unsigned" };
  return {
    name: graph.name,
    timesteps,
    inputs: [sample, ...constants.map((one) => one.input)],
    populations,
    projections: converted.flatMap((one) => [
      ...one.projections,
      ...one.constants.map(({ projection }) => projection),
    ]),
    readout: { ...readout, scale: readout.scale * unit },
    provenance,
    notes: [
      ...graph.notes,
      timeNote(discretization),
      ...outputNotes(graph),
      ...formNotes(folded),
      ...quantizationNotes(folded, rules),
      ...notesOf(converted),
    ],
  };
}

function notesOf(converted: readonly ConvertedPopulation[]): Note[] {
  return converted.flatMap(({ report, population }) =>
    isIntegrateAndFire(population) ? integerNotes(report, population.law) : [],
  );
}
