/**
 * SpikingGraph: a native spiking network in floats, as plain, immutable data. It is the Graph of files that hold neurons
 * (NIR, the text form), where graph.ts is that of networks of activations. What it is made of stands in
 * spiking-operations.ts (weights, pools) and spiking-neurons.ts (neurons).
 *
 * Edges stand beside the nodes, as in NIR, since such a graph may have cycles, several inputs and several outputs. What
 * several edges bring to one node is added up. An edge of delay d hands on what its source gave d steps ago, and zeros
 * before that; edges of delay 0 form no cycle (evaluation and checks refuse one).
 */
import type { Discretization } from "./discretization.ts";
import type { Note } from "./graph.ts";
import type { SpikingNeuron } from "./spiking-neurons.ts";
import type { Metadata, SpikingNodeBase, Storage } from "./spiking-node.ts";
import type { SpikingOperation } from "./spiking-operations.ts";

export type { Metadata, MetadataValue, SpikingNodeBase, Storage } from "./spiking-node.ts";

/** Takes a sample's values of each step: spikes, counts or currents. */
export interface SpikingInput extends SpikingNodeBase {
  readonly type: "Input";
}

/** Passes on what it is given: what the network gives. */
export interface SpikingOutput extends SpikingNodeBase {
  readonly type: "Output";
}

/** A graph within the graph (NIRGraph). Its ports are its own Input and Output nodes. `flattenGraph` takes it apart. */
export interface Subgraph extends SpikingNodeBase {
  readonly type: "NIRGraph";
  readonly nodes: readonly SpikingNode[];
  readonly edges: readonly SpikingEdge[];
}

export type SpikingNode = SpikingInput | SpikingOutput | Subgraph | SpikingOperation | SpikingNeuron;

export type WithoutShape<Node> = Node extends SpikingNode ? Omit<Node, "shape"> : never;
/** A node before its shape is known. An Input knows its own; the nodes of a nested graph have theirs. */
export type ShapelessSpikingNode = WithoutShape<Exclude<SpikingNode, SpikingInput>> | SpikingInput;

export interface SpikingEdge {
  /** Names of nodes. */
  readonly from: string;
  readonly to: string;
  /** Steps, an integer >= 0. */
  readonly delay: number;
}

export interface SpikingGraph {
  readonly kind: "spiking";
  readonly name: string;
  /** In any order. */
  readonly nodes: readonly SpikingNode[];
  /** No two with the same ends. */
  readonly edges: readonly SpikingEdge[];
  /** What the file says about time, or what was chosen at import; null where it must still be chosen. */
  readonly discretization: Discretization | null;
  /** The `version` that a .nir file bears; null where there is none. */
  readonly formatVersion: string | null;
  readonly metadata: Metadata | null;
  /** Of `metadata`, as that of a node: by path, "metadata/dt". */
  readonly storage?: ReadonlyMap<string, Storage>;
  readonly notes: readonly Note[];
}
