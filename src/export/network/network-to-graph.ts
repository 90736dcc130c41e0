/**
 * A Network of integers as a SpikingGraph of floats: the same spikes, with weights dequantized. Its Input takes what the
 * encoder emits (spikes, or quantized values of an analog input), since encoders are no part of NIR.
 */
import { SpikecError } from "../../errors/error.ts";
import { checkSpikingGraph } from "../../graph/check-spiking.ts";
import { discretizationOf } from "../../graph/discretization.ts";
import { type Note, type Shape, sizeOf } from "../../graph/graph.ts";
import type { Metadata, SpikingEdge, SpikingGraph, SpikingNode } from "../../graph/spiking.ts";
import { hintsName } from "../../import/nir/format.ts";
import { hintNames, type QuantizationHint } from "../../import/nir/hints.ts";
import type { IntegrateAndFirePopulation, Network, Projection } from "../../network/network.ts";
import { isIntegrateAndFire } from "../../network/network.ts";
import { nirNames } from "../nir/names.ts";
import { connectionNodes } from "./connection-nodes.ts";
import { neuronNode } from "./neuron-node.ts";
import { inUnits, unitOf } from "./unit.ts";

/** Seconds a step, where nobody says: integers know steps only. */
const usualTimestep = 1e-3;

/** @throws SpikecError SPK-0119 for what NIR's neurons and weights cannot say */
export function networkToGraph(network: Network, dt = usualTimestep): SpikingGraph {
  const { name, inputs, populations, projections, readout } = withNirNames(network);
  const file = `${name}.spk`;
  const shapes = new Map([...inputs, ...populations].map((part) => [part.name, part.shape]));
  const notes: Note[] = [];
  const nodes: SpikingNode[] = inputs.map(({ name, shape }) => port("Input", name, shape, file));
  const edges: SpikingEdge[] = [];
  const layers: QuantizationHint["layers"] = [];
  for (const population of populations) {
    if (!isIntegrateAndFire(population))
      throw new SpikecError("SPK-0119", "NIR has no maximum over spike counts", { where: population.name });
    const units = unitOf(population, readout);
    const feeding = projections.filter(({ target }) => target === population.name);
    const biased = biasedProjection(population, feeding);
    const bias = biased ? inUnits(population.law.bias, units, population.shape) : null;
    notes.push(...lostNotes(population));
    for (const projection of feeding) {
      const wholeBias = projection === biased && bias ? spread(bias, population.shape) : null;
      const target = { shape: population.shape, units, bias: wholeBias };
      const row = connectionNodes(projection, shapes.get(projection.source)!, target, file);
      layers.push({ node: projection.name, weightBits: bitsOf(projection), weightScale: [...units] });
      nodes.push(...row);
      const stops = [projection.source, ...row.map((node) => node.name), population.name];
      for (let i = 1; i < stops.length; i++)
        edges.push({ from: stops[i - 1], to: stops[i], delay: i === 1 ? projection.delay : 0 });
    }
    nodes.push(neuronNode(population, units, dt, file));
  }
  const output = freeName("output", new Set(nodes.map((node) => node.name)));
  nodes.push(port("Output", output, shapes.get(readout.population)!, file));
  edges.push({ from: readout.population, to: output, delay: 0 });
  if (projections.some(({ delay }) => delay > 0))
    notes.push({ level: "warning", where: name, text: latencyText });
  const discretization = discretizationOf("nir", dt);
  const metadata = quantizationMetadata({ timesteps: network.timesteps, layers });
  const graph = {
    kind: "spiking",
    name,
    nodes,
    edges,
    discretization,
    formatVersion: null,
    metadata,
    notes,
  } as const;
  checkSpikingGraph(graph);
  return graph;
}

/** The hints name nodes, so names become those of the file here. */
function withNirNames(network: Network): Network {
  const { inputs, populations, projections, readout } = network;
  const names = nirNames([...inputs, ...populations, ...projections], []);
  const named = <T extends { readonly name: string }>(part: T): T => ({
    ...part,
    name: names.get(part.name)!,
  });
  return {
    ...network,
    inputs: inputs.map(named),
    populations: populations.map(named),
    projections: projections.map((projection) => ({
      ...named(projection),
      source: names.get(projection.source)!,
      target: names.get(projection.target)!,
    })),
    readout: { ...readout, population: names.get(readout.population)! },
  };
}

const latencyText =
  "delayed populations start when their first input arrives in a .spk, and at once in NIR: biases and starting membranes act earlier";

function port(type: "Input" | "Output", name: string, shape: Shape, file: string): SpikingNode {
  return {
    type,
    name,
    shape,
    origin: { file, node: name, operator: type },
    storage: new Map(),
    metadata: null,
  };
}

/** The projection whose weights bring the bias along: a matrix or a convolution. */
function biasedProjection(
  { name, law }: IntegrateAndFirePopulation,
  feeding: readonly Projection[],
): Projection | null {
  if (law.bias.every((value) => value === 0)) return null;
  const found = feeding.find(({ connection }) => connection.kind !== "oneToOne") ?? feeding[0];
  if (found === undefined)
    throw new SpikecError("SPK-0119", "it has a bias, and no weights that NIR could hang it on", {
      where: name,
    });
  return found;
}

function spread(values: Float64Array, shape: Shape): Float64Array {
  const size = sizeOf(shape);
  return Float64Array.from({ length: size }, (_, i) => values[Math.floor((i * values.length) / size)]);
}

/** What the integers have and floats need not. */
function lostNotes({ name, law }: IntegrateAndFirePopulation): Note[] {
  if (law.overflowV === null) return [];
  const { low, high, overflow } = law.overflowV;
  return [
    {
      level: "info",
      where: name,
      text: `membranes ${overflow} at ${low} and ${high}; in NIR they have no bounds`,
    },
  ];
}

/** Of a signed integer that holds the weights. */
function bitsOf({ connection: { weights } }: Projection): number {
  let largest = 1;
  for (const weight of weights) largest = Math.max(largest, weight < 0 ? -weight : weight + 1);
  return 1 + Math.ceil(Math.log2(largest));
}

function quantizationMetadata(hint: QuantizationHint): Metadata {
  return new Map([[hintsName, new Map([[hintNames.quantization, JSON.stringify(hint)]])]]);
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
  return name;
}
