/** What every node of a SpikingGraph has, whatever it does; spiking.ts says what the nodes are together. */
import type { Origin, Shape, Tensor } from "./graph.ts";

/** What a file holds beside the network: NIR's `metadata` groups. Map keys may be any name, `__proto__` included. */
export type MetadataValue = string | number | boolean | Tensor | Metadata;
export type Metadata = ReadonlyMap<string, MetadataValue>;

/** How a field stood in its file, so that it can be written the same way: "float32", "int64", ...; [] for a scalar. */
export interface Storage {
  readonly type: string;
  readonly shape: Shape;
}

/** What every node of a SpikingGraph has. */
export interface SpikingNodeBase {
  /** Unique within its graph; any text. */
  readonly name: string;
  /** Shape of what it gives each step: no batch and no time axis. */
  readonly shape: Shape;
  readonly origin: Origin;
  /** By the field's name in the file; empty for a node that comes from no file. */
  readonly storage: ReadonlyMap<string, Storage>;
  readonly metadata: Metadata | null;
}
