/** The bars of the accuracy table: points below the original that a conversion may lose, at T = 4, 8, 16, 32. */

export const barTimesteps: readonly number[] = [4, 8, 16, 32];

const bars: Readonly<Record<string, readonly number[]>> = {
  "digits_mlp, int8": [1, 0.7, 0.5, 0.3],
  "fmnist_mlp, int8": [1, 0.7, 0.5, 0.3],
  "wine_mlp, int8": [1.86, 1.86, 1.86, 1.86], // One of 54.
  "mnist_lenet, int8": [1, 0.5, 0.3, 0.3],
  "fmnist_cnn_bn_max, int8, or pool": [1.5, 1, 0.7, 0.7],
  // Plain neurons: the bar of a chip that cannot count.
  "fmnist_cnn_bn_max, int8, inhibit pool": [1.5, 1, 0.7, 0.7],
  "fmnist_cnn_bn_max, int8, count pool": [0.5, 0.5, 0.3, 0.3],
  "fmnist_resnet, int8": [4, 1.5, 0.7, 0.4],
  "digits_mlp, int4": [Number.POSITIVE_INFINITY, 1, 1, 1],
  "fmnist_mlp, int4": [Number.POSITIVE_INFINITY, 1, 1, 1],
  "fmnist_cnn_bn_max, int4, or pool": [Number.POSITIVE_INFINITY, 2.5, 2.5, 2.5],
  "fmnist_cnn_bn_max, int4, inhibit pool": [Number.POSITIVE_INFINITY, 2.5, 2.5, 2.5],
  "fmnist_cnn_bn_max, int4, count pool": [Number.POSITIVE_INFINITY, 2.5, 2.5, 2.5],
  "fmnist_resnet, int4": [Number.POSITIVE_INFINITY, 2.5, 2.5, 2.5],
};

/** The bar for a model converted in a way ("int8, or pool"), or null where there is none. */
export function barOf(model: string, way: string, timesteps: number): number | null {
  const at = barTimesteps.indexOf(timesteps);
  const bar = bars[`${model}, ${way.replace("spikec, ", "")}`]?.[at];
  return bar === undefined || bar === Number.POSITIVE_INFINITY ? null : bar;
}
