/** Which layers of a network a raster shows, in the order of the road. */

import { type Network, neverFires, sizeOf } from "../../network/network.ts";
import type { DrawnLayer } from "../../report/raster.ts";

/** Spiking inputs and populations; an analog input has no spikes to draw. */
export function drawnLayers(network: Network): DrawnLayer[] {
  const inputs = network.inputs.filter(({ encoder }) => encoder.kind !== "analog");
  const populations = network.populations.filter((population) => !neverFires(population));
  return [...inputs, ...populations].map(({ name, shape }) => ({ name, neurons: sizeOf(shape) }));
}
