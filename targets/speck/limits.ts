/** Every limit of a layer that is no memory, each with what would help. The vendor's open tool lets most of them pass. */
import type { FitReason } from "../../src/target/target.ts";
import type { SpeckChip } from "./chip.ts";
import type { CoreLayer } from "./core-layer.ts";
import { addressBits } from "./memory.ts";

function listed(values: readonly number[]): string {
  return `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}

export function limitReasons(chip: SpeckChip, layer: CoreLayer): FitReason[] {
  const { limits, strides } = chip;
  const { name, input, neurons, kernel, stride, padding, destinations } = layer;
  const reasons: FitReason[] = [];
  const atMost = (resource: string, need: number, limit: number, help: string) => {
    if (need > limit) reasons.push({ layer: name, resource, need, limit, help });
  };
  const largest = (values: readonly number[]) => Math.max(...values);
  atMost(
    "rows or columns of the input",
    largest(input.slice(1)),
    limits.inputExtent,
    "pool or crop in front of it",
  );
  atMost(
    "rows or columns of the output",
    largest(neurons.slice(1)),
    limits.outputExtent,
    "use a larger stride",
  );
  atMost("features", largest([input[0], neurons[0]]), limits.features, "use fewer channels");
  atMost("kernel size", largest(kernel), limits.kernel, "use a smaller kernel, or pool in front of it");
  atMost("padding", largest(padding), limits.padding, "pad less");
  atMost("destinations", destinations.length, limits.fanOut, "let it feed fewer layers");
  const bits = neurons.reduce((sum, extent) => sum + addressBits(extent), 0);
  atMost(
    "bits of a neuron's address",
    bits,
    limits.neuronAddressBits,
    "use fewer channels, or a smaller map",
  );
  for (const steps of new Set(stride))
    if (!strides.includes(steps)) {
      const help = `use a stride of ${listed(strides)}`;
      reasons.push({
        layer: name,
        resource: `stride (${listed(strides)})`,
        need: steps,
        limit: strides.at(-1)!,
        help,
      });
    }
  return reasons;
}
