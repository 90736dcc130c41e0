/** Network to addresses of the generic chip: inputs first, then the populations, in the Network's order, taps of counting ones before their neurons. */
import { latencies } from "../../src/network/latency.ts";
import { type Network, sizeOf } from "../../src/network/network.ts";
import { FitError } from "../../src/target/fit.ts";
import type { FitReason, Placement, PlaceOptions } from "../../src/target/target.ts";
import { beyondNotes } from "./beyond-program.ts";
import { chip } from "./chip.ts";

export interface GenericPlacement extends Placement {
  /** Address of the first neuron of each input and population. */
  readonly first: ReadonlyMap<string, number>;
  /** Address of the first tap of each population that has taps: they lie in front of its neurons. */
  readonly taps: ReadonlyMap<string, number>;
  readonly inputs: number;
  readonly neurons: number;
  readonly latency: ReadonlyMap<string, number>;
}

export function place(network: Network, options: PlaceOptions = {}): GenericPlacement {
  const first = new Map<string, number>();
  const taps = new Map<string, number>();
  let next = 0;
  for (const layer of [...network.inputs, ...network.populations]) {
    if ("taps" in layer) {
      taps.set(layer.name, next);
      next += sizeOf(layer.taps);
    }
    first.set(layer.name, next);
    next += sizeOf(layer.shape);
  }
  const inputs = network.inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const neurons = next - inputs;
  const limit = chip.limits.neurons;
  const help = "use smaller layers: the emulation keeps every neuron in memory";
  const reasons: FitReason[] =
    neurons > limit ? [{ layer: "network", resource: "neurons", need: neurons, limit, help }] : [];
  if (reasons.length > 0) throw new FitError(chip.name, network.name, reasons);
  const all = network.populations.map(({ name }) => name);
  return {
    target: chip.name,
    network,
    observed: options.observe === "all" ? all : [network.readout.population],
    report: { uses: [{ resource: "neurons", used: neurons, limit }], notes: beyondNotes(network) },
    first,
    taps,
    inputs,
    neurons,
    latency: latencies(network),
  };
}
