/**
 * The text form to SpikingGraph: reads a .snn.yaml file, checks it against its schema, and builds the network that it says,
 * every message with the line and the keys that it is about.
 */
import { checkSpikingGraph } from "../../graph/check-spiking.ts";
import { type Discretization, discretizationOf, type PresetName } from "../../graph/discretization.ts";
import type { Tensor } from "../../graph/graph.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import { inferTimestep } from "../nir/timestep.ts";
import { checkDocument } from "./check-document.ts";
import { parseDocument } from "./document.ts";
import { metadataOf } from "./metadata.ts";
import { below, malformed, type Place } from "./place.ts";
import { buildNetwork, collectNodeTensors, type NodePlaces, withPlaces } from "./read-network.ts";
import type { DocumentText } from "./schema/schema.ts";
import { camelCase } from "./schema/time.ts";
import { type Stimulus, stimulusOf } from "./stimulus.ts";
import { collectTensors, type ReadTensor } from "./tensors.ts";
import { treeOf } from "./tree.ts";

export interface YamlNetwork {
  readonly graph: SpikingGraph;
  /** What the file itself feeds to the network; null where it says nothing. */
  readonly stimulus: Stimulus | null;
}

/**
 * @param file its name, for messages and origins
 * @param readTensor gives numbers that lie in other files; null where there are none to be had
 * @throws SpikecError SPK-0120 for what is no YAML, SPK-0121 and SPK-0122 for what is no network, SPK-02xx for one that
 *   does not fit together
 */
export async function importYaml(
  bytes: Uint8Array,
  file: string,
  readTensor: ReadTensor | null = null,
): Promise<YamlNetwork> {
  const { source, document } = parseDocument(bytes, file);
  const place: Place = { source, tree: treeOf(document, source), path: [] };
  const { document: text, network } = checkDocument(place);
  const read = new Map<string, Tensor>();
  await collectNodeTensors(network, readTensor, read);
  await collectTensors(text.stimulus, below(place, "stimulus"), readTensor, read);
  const places: NodePlaces = new Map();
  const built = buildNetwork(network, "", { read, dt: text.time?.dt ?? null }, places);
  const timeless: SpikingGraph = {
    kind: "spiking",
    name: text.name ?? file.replace(/^.*[/\\]/, "").replace(/(\.snn)?\.ya?ml$/i, ""),
    ...built,
    discretization: null,
    formatVersion: text.nir_version ?? null,
    metadata: metadataOf(place),
    notes: [],
  };
  const graph = { ...timeless, discretization: discretizationIn(text, timeless, place) };
  withPlaces(places, () => checkSpikingGraph(graph));
  const stimulus =
    text.stimulus === undefined ? null : stimulusOf(text.stimulus, graph, below(place, "stimulus"), read);
  return { graph, stimulus };
}

/** A preset with single choices changed; dt may follow from the neurons, as in NIR. */
function discretizationIn({ time }: DocumentText, graph: SpikingGraph, place: Place): Discretization | null {
  if (time === undefined) return null;
  const { preset = "nir", dt: given, ...choices } = time;
  const inferred = given === undefined ? inferTimestep(graph) : { dt: given, reason: "" };
  if (inferred.dt === null)
    throw malformed(below(place, "time"), `dt is needed: ${inferred.reason}`, "SPK-0118");
  const changed = Object.entries(choices)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [camelCase(name), value]);
  return { ...discretizationOf(preset as PresetName, inferred.dt), ...Object.fromEntries(changed) };
}
