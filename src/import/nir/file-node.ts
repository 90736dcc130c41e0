/** What reading a node of a .nir file gives, before its shapes are settled among its neighbours. */
import type { Shape } from "../../graph/graph.ts";
import type { ShapelessSpikingNode } from "../../graph/spiking.ts";
import type { Place } from "./refusal.ts";

/** A node as it stands in the file. Shapes that the file states are to be compared with what is inferred. */
export interface FileNode {
  readonly node: ShapelessSpikingNode;
  readonly place: Place;
  /** Output: its own; Flatten: that of its input; null where the file says nothing. */
  readonly statedShape: Shape | null;
}
