/** A graph by one of a chip's own quantizers, as tests of all of them want it: spikes in, the chip's rules, a network that is whole. */
import type { Discretization } from "../../../src/graph/discretization.ts";
import type { SpikingGraph } from "../../../src/graph/spiking.ts";
import type { SpikingLowering } from "../../../src/lower/spiking/options.ts";
import { quantizeSpiking } from "../../../src/lower/spiking/quantize-spiking.ts";
import { checkNetwork } from "../../../src/network/check.ts";
import type { Target } from "../../../src/target/target.ts";
import { optionsOf } from "./native.ts";

export function quantizedBy(
  { quantizers = [], chip }: Target,
  name: string,
  graph: SpikingGraph,
  discretization: Discretization,
  timesteps: number,
): SpikingLowering {
  const lowering = quantizeSpiking(graph, quantizers.find((one) => one.name === name)!, {
    ...optionsOf(discretization, timesteps),
    rules: chip.rules,
  });
  checkNetwork(lowering.network);
  return lowering;
}
