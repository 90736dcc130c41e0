/** A network on an emulated chip or a board, beside the simulation, every spike compared. */
import { runLength } from "../network/latency.ts";
import type { Network } from "../network/network.ts";
import { encodeSample, sampleInput, sampleSize } from "../simulate/encode.ts";
import { createEngine } from "../simulate/engine.ts";
import { addComparisons, type Comparison, compareTrains, noComparison } from "../target/compare.ts";
import type { Device, Target } from "../target/target.ts";

/**
 * Places the network, configures the chip from the bytes of its image alone, and runs every sample on it. The result counts
 * spikes and mismatches at equal absolute steps, and says where the first difference lies.
 *
 * @param values [samples, ...input shape] in the units of the network's input
 * @param device a board that holds the image already; default: the emulated chip
 * @throws FitError (SPK-0401) with every reason why it does not fit; SPK-04xx and SPK-05xx as the target does
 */
export async function runOnChip(
  network: Network,
  target: Target,
  values: Float32Array,
  device?: Device,
): Promise<Comparison> {
  const placement = target.place(network, { observe: "all" });
  const chip = device ?? (await target.open(await target.emit(placement)));
  const engine = createEngine(network);
  const size = sampleSize(sampleInput(network), network.timesteps);
  let comparison: Comparison = noComparison;
  try {
    for (let start = 0; start + size <= values.length; start += size) {
      const input = encodeSample(network, values.subarray(start, start + size));
      await chip.reset();
      const events = await chip.run(target.stimulus(placement, input), runLength(network));
      const found = target.readings(placement, events);
      comparison = addComparisons(
        comparison,
        compareTrains(engine.run(input).train, found, placement.observed),
      );
    }
  } finally {
    if (device === undefined) await chip.close();
  }
  return comparison;
}
