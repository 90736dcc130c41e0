/** What was chosen for a network: a kernel for each projection, an order of neurons for each layer. choose.ts chooses. */
import type { Shape } from "../../network/network.ts";
import type { Layout } from "./layout.ts";
import type { Margin } from "./spike-list.ts";

export interface Choice {
  readonly kernel: "dense" | "gather" | "grid" | "sparse";
  /** Neurons and channels that the connection sees after the pools. */
  readonly seen: { readonly sources: number; readonly channels: number };
  /** The source's list is already pooled. */
  readonly pooled: boolean;
  readonly sourceShape: Shape;
  /** The shape that the connection leads to. */
  readonly targetShape: Shape;
}

export interface Choices {
  /** Of inputs and populations, as their spikes are seen. */
  readonly layouts: ReadonlyMap<string, Layout>;
  /** Of what projections lead to, where that is not the population itself: the taps of a count pool. */
  readonly taps: ReadonlyMap<string, Layout>;
  /** Inputs and populations whose spikes may have values. */
  readonly graded: ReadonlySet<string>;
  readonly margins: ReadonlyMap<string, Margin>;
  readonly choices: ReadonlyMap<string, Choice>;
}
