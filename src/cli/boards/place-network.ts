/** Placement as commands do it: what was converted for another chip seldom fits, and then the way out is to convert it again. */
import type { Network } from "../../network/network.ts";
import type { Placement, PlaceOptions, Target } from "../../target/target.ts";
import type { Terminal } from "../terminal.ts";

/** An option of the conversion that made the network; null where it was not given, or another program made it. */
export function provenanceOption(network: Network, name: string): string | null {
  const [, value] = network.provenance.options.find(([option]) => option === name) ?? [name, null];
  return value;
}

/** Throws SPK-04xx as the target does. */
export function placeNetwork(
  target: Target,
  network: Network,
  terminal: Terminal,
  options: PlaceOptions = {},
): Placement {
  try {
    return target.place(network, options);
  } catch (error) {
    const converted = provenanceOption(network, "target");
    if (converted !== null && converted !== target.name)
      terminal.log(
        `note: ${network.name} was converted for ${converted}; convert the model again with --target ${target.name}`,
      );
    throw error;
  }
}
