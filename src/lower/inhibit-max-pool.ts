/**
 * Pass: a MaxPool as plain integrate-and-fire neurons that inhibit each other, for targets without populations that count
 * (docs/conversion.md, MaxPool). The k-th neuron of a window stands for what the k-th value adds to the largest before it,
 *
 *   D_k = max(x_1 .. x_k) - max(x_1 .. x_(k-1)) = relu(z_k - D_1 - ... - D_(k-1)),      x_k = relu(z_k),
 *
 * because D_1 + ... + D_k is the largest so far. So it hears what position k of the map heard, less what those before it fire,
 * and whoever reads the pool hears all of them with the same weights. The neurons are as many as the map had, the pool is none.
 */
import type { Pair } from "../graph/graph.ts";
import { driveAt, type Positions, valuesAt } from "./every-nth.ts";
import type { Activation, Folded, MaxPoolActivation, ReluActivation } from "./folded.ts";
import type { Drive, Operator } from "./linear-form.ts";

const minusOne: Operator = { kind: "oneToOne", weights: Float64Array.of(-1) };

function usersOf(activations: readonly Activation[], name: string): Activation[] {
  return activations.filter(({ drives }) => drives.some(({ source }) => source === name));
}

/** What position `start` of every window adds to those of `earlier`; null where its drives have no form of their own. */
function neuronAt(
  relu: ReluActivation,
  pool: MaxPoolActivation,
  start: Pair,
  earlier: readonly string[],
): ReluActivation | null {
  const [{ stride: step }] = pool.drives[0].pools;
  const positions: Positions = { map: relu.shape, shape: pool.shape, start, step };
  const own = relu.drives.map((drive) => driveAt(drive, positions));
  if (own.some((drive) => drive === null)) return null;
  const inhibition = earlier.map(
    (source): Drive => ({ source, sourceShape: pool.shape, pools: [], operator: minusOne }),
  );
  return {
    ...relu,
    name: `${pool.name}:${start.join(",")}`,
    shape: pool.shape,
    drives: [...(own as Drive[]), ...inhibition],
    constant: valuesAt(relu.constant, positions),
    inWindow: { earlier, positions },
  };
}

/** The neurons of a pool's windows in order; null where a window reaches over the border, or the map is bounded above. */
function neuronsOf(relu: ReluActivation, pool: MaxPoolActivation): ReluActivation[] | null {
  const [{ kernel, padding }] = pool.drives[0].pools;
  if (padding.some((extent) => extent > 0) || relu.maximum !== null || relu.inWindow) return null;
  const neurons: ReluActivation[] = [];
  for (let y = 0; y < kernel[0]; y++)
    for (let x = 0; x < kernel[1]; x++) {
      const neuron = neuronAt(
        relu,
        pool,
        [y, x],
        neurons.map(({ name }) => name),
      );
      if (neuron === null) return null;
      neurons.push(neuron);
    }
  return neurons;
}

/** Whoever heard the pool hears its neurons. */
function hearing(activation: Activation, pool: string, neurons: readonly ReluActivation[]): Activation {
  const drives = activation.drives.flatMap((drive) =>
    drive.source === pool ? neurons.map(({ name }) => ({ ...drive, source: name })) : [drive],
  );
  return { ...activation, drives };
}

/** One pool; null where its map is heard by others, too, or has no such form. */
function withoutPool(activations: readonly Activation[], pool: MaxPoolActivation): Activation[] | null {
  const [{ source }] = pool.drives;
  const relu = activations.find(({ name }) => name === source)!;
  if (relu.kind !== "relu" || usersOf(activations, source).length > 1) return null;
  if (usersOf(activations, pool.name).some(({ kind }) => kind === "maxPool")) return null;
  const neurons = neuronsOf(relu, pool);
  return (
    neurons &&
    activations.flatMap((activation) => {
      if (activation === relu) return [];
      return activation.name === pool.name ? neurons : [hearing(activation, pool.name, neurons)];
    })
  );
}

/** chosen: the pools to take apart, by name. Those that have no such form stay. */
export function inhibitMaxPools(folded: Folded, chosen: (pool: string) => boolean): Folded {
  let activations: readonly Activation[] = folded.activations;
  for (const activation of folded.activations) {
    if (activation.kind !== "maxPool" || !chosen(activation.name)) continue;
    activations = withoutPool(activations, activation) ?? activations;
  }
  return { ...folded, activations };
}

/**
 * The maps that hear only populations. Inhibition is a whole activation, as large as all that one integer of an analog input
 * brings 255 times: with few bits of weights nothing is left to the kernels beside it.
 */
export function hearsSpikes({ activations, inputName }: Folded): (pool: string) => boolean {
  const drivesOf = (name: string) => activations.find((activation) => activation.name === name)?.drives ?? [];
  return (pool) => drivesOf(drivesOf(pool)[0].source).every(({ source }) => source !== inputName);
}

/** Name of the first neuron of a pool's windows: a network has it where the pool was taken apart. */
export function firstOfWindow(pool: string): string {
  return `${pool}:0,0`;
}
