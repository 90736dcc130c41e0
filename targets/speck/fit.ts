/** Cores for layers, or everything that stands in the way: a layer that no core can hold, or layers that compete for a few. */
import type { FitReason, FitUse } from "../../src/target/target.ts";
import type { SpeckChip } from "./chip.ts";
import type { CoreLayer } from "./core-layer.ts";
import { type Conflict, mapToCores } from "./mapping.ts";
import { candidatesOf, type MemoryWords, memoryOf } from "./memory.ts";

interface Need {
  readonly layer: CoreLayer;
  readonly words: MemoryWords;
  /** Cores that are large enough. */
  readonly candidates: readonly number[];
}

export type CoreFit =
  | { readonly cores: readonly number[]; readonly uses: readonly FitUse[] }
  | { readonly reasons: readonly FitReason[] };

const memories = ["kernel", "neuron", "bias"] as const;
const helps: Readonly<Record<(typeof memories)[number], string>> = {
  kernel:
    "use a smaller kernel or fewer channels in or out: taps and features count as the next power of two",
  neuron:
    "use fewer channels, a larger stride, or a smaller input: rows and columns count as the next power of two",
  bias: "use fewer channels, or none with a bias",
};

function coresText(cores: readonly number[]): string {
  if (cores.length === 0) return "no core";
  return `${cores.length === 1 ? "core" : "cores"} ${cores.join(", ")}`;
}

function wordsText({ kernel, neuron, bias }: MemoryWords): string {
  return `kernel ${kernel}, neuron ${neuron}, bias ${bias} words`;
}

/** A layer that fits no core: each memory that is too small everywhere, or all where single ones would do. */
function tooLarge(chip: SpeckChip, { layer, words }: Need): FitReason[] {
  const most = (memory: (typeof memories)[number]) => Math.max(...chip.cores.map((core) => core[memory]));
  const short = memories.filter((memory) => words[memory] > most(memory));
  if (short.length > 0)
    return short.map((memory) => ({
      layer: layer.name,
      resource: `words of ${memory} memory`,
      need: words[memory],
      limit: most(memory),
      help: helps[memory],
    }));
  // Cores with more of one memory have less of another.
  const roomy = chip.cores.filter((core) => core.neuron >= words.neuron && core.bias >= words.bias);
  const limit = Math.max(...roomy.map(({ kernel }) => kernel));
  const resource = `words of kernel memory in a core with ${words.neuron} words of neuron memory`;
  return [
    { layer: layer.name, resource, need: words.kernel, limit, help: `${helps.kernel}; or ${helps.neuron}` },
  ];
}

function tooManyLayers({ cores }: SpeckChip, need: number): FitReason {
  const help = "use fewer layers with neurons: each takes a core";
  return { layer: "network", resource: "cores", need, limit: cores.length, help };
}

function conflictReasons(needs: readonly Need[], conflict: Conflict): FitReason[] {
  const names = conflict.layers.map((layer) => needs[layer].layer.name).join(", ");
  const others = needs
    .filter((_, layer) => !conflict.layers.includes(layer))
    .map(
      ({ layer, words, candidates }) => `${layer.name} (${wordsText(words)}) fits ${coresText(candidates)}`,
    );
  const rest = others.length === 0 ? "" : `. The others: ${others.join("; ")}`;
  return conflict.layers.map((index) => {
    const { layer, words, candidates } = needs[index];
    return {
      layer: layer.name,
      resource: `cores for the layers that compete (${wordsText(words)}; fits ${coresText(candidates)})`,
      need: conflict.layers.length,
      limit: conflict.cores.length,
      help: `${names} share ${coresText(conflict.cores)}: make one of them small enough for another core, or leave one out${rest}`,
    };
  });
}

/** layers: in the order of the network, which the mapping depends on. */
export function coreFit(chip: SpeckChip, layers: readonly CoreLayer[]): CoreFit {
  const needs = layers.map((layer): Need => {
    const words = memoryOf(layer);
    return { layer, words, candidates: candidatesOf(words, chip.cores) };
  });
  const unfit = needs
    .filter(({ candidates }) => candidates.length === 0)
    .flatMap((need) => tooLarge(chip, need));
  const tooMany = layers.length > chip.cores.length ? [tooManyLayers(chip, layers.length)] : [];
  if (unfit.length + tooMany.length > 0) return { reasons: [...unfit, ...tooMany] };
  const mapping = mapToCores(
    needs.map(({ candidates }) => candidates),
    chip.cores.length,
  );
  if ("conflict" in mapping) return { reasons: conflictReasons(needs, mapping.conflict) };
  const { cores } = mapping;
  const uses = needs.flatMap(({ layer, words }, index) =>
    memories.map((memory) => ({
      resource: `${layer.name} on core ${cores[index]}: ${memory} words`,
      used: words[memory],
      limit: chip.cores[cores[index]][memory],
    })),
  );
  return { cores, uses: [{ resource: "cores", used: cores.length, limit: chip.cores.length }, ...uses] };
}
