/**
 * The readout core: it reads channel 4 (k - 1) of the last core as class k, counted from 1 (Speck datasheet, erratum of the
 * readout). So the last layer is widened: the neuron of a class keeps its weights, three channels that never fire stand between.
 */
import type { FitReason } from "../../src/target/target.ts";
import type { SpeckChip } from "./chip.ts";
import { toReadout } from "./configuration.ts";
import type { CoreLayer } from "./core-layer.ts";

const channelsOfAClass = 4;

export function readoutReasons(chip: SpeckChip, { name, neurons, destinations }: CoreLayer): FitReason[] {
  const reasons: FitReason[] = [];
  const [classes, height, width] = neurons;
  const limit = chip.readout?.classes ?? 0;
  if (classes > limit)
    reasons.push({
      layer: name,
      resource: "classes of the readout core",
      need: classes,
      limit,
      help: "use the monitor",
    });
  if (height * width > 1) {
    const help = "end in a fully connected layer, or use the monitor";
    reasons.push({ layer: name, resource: "neurons of a class", need: height * width, limit: 1, help });
  }
  if (destinations.length + 1 > chip.limits.fanOut) {
    const help = "let the last layer feed fewer layers, or use the monitor";
    const need = destinations.length + 1;
    reasons.push({
      layer: name,
      resource: "destinations with the readout",
      need,
      limit: chip.limits.fanOut,
      help,
    });
  }
  return reasons;
}

/** values: `each` of every class; the channels between get `filler`. */
function spread(values: ArrayLike<number>, classes: number, filler: number): Int32Array {
  const each = values.length / classes;
  const channels = channelsOfAClass * (classes - 1) + 1;
  const wide = new Int32Array(channels * each).fill(filler);
  for (let i = 0; i < values.length; i++) {
    const label = Math.floor(i / each);
    wide[label * channelsOfAClass * each + (i % each)] = values[i];
  }
  return wide;
}

export function widen(layer: CoreLayer): CoreLayer {
  const [classes, height, width] = layer.neurons;
  return {
    ...layer,
    neurons: [channelsOfAClass * (classes - 1) + 1, height, width],
    weights: spread(layer.weights, classes, 0),
    biases: layer.biases === null ? null : spread(layer.biases, classes, 0),
    initial: layer.initial === null ? null : spread(layer.initial, classes, 0),
    destinations: [...layer.destinations, { layer: toReadout, pooling: 1 }],
    monitored: false,
  };
}
