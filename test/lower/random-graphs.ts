/**
 * Random convolutional graphs of the kinds that lowering takes: plain and residual blocks, branches that are joined,
 * depthwise layers, pools in every place. A list of block numbers makes the graph, so that failures shrink.
 */
import fc from "fast-check";
import { type Graph, type Shape, sizeOf } from "../../src/graph/graph.ts";
import { type GraphPart, graphOf } from "../graph/small-graphs.ts";
import {
  add,
  affine,
  averagePool,
  concat,
  convolution,
  flatten,
  maxPool,
  normalization,
  pad,
  type Random,
  relu,
  seeded,
} from "./graph-parts.ts";

/** What a block knows of the value it goes on from. */
interface State {
  readonly random: Random;
  readonly shape: Shape;
  /** A source times factors, without pools: a maximum may be taken. */
  readonly spikes: boolean;
  readonly index: number;
  /** Name of the value. */
  readonly last: string;
}

type Block = (state: State) => { parts: GraphPart[]; spikes: boolean } | null;

const around = [1, 1, 1, 1] as const;

const plain: Block = ({ random, shape }) => ({
  parts: [convolution(random, 3, shape[0], { padding: around, stride: [2, 1] }), relu()],
  spikes: true,
});

const normalized: Block = ({ random, shape }) => ({
  parts: [
    convolution(random, 2, shape[0], { kernel: [1, 2], dilation: [1, 2], padding: [0, 1, 1, 1] }),
    normalization(random, 2, {}, true),
    relu({ maximum: 1.5 }),
  ],
  spikes: true,
});

const padded: Block = ({ random, shape }) => ({
  parts: [pad([1, 0, 2, 1]), convolution(random, 2, shape[0]), relu()],
  spikes: true,
});

const depthwise: Block = ({ random, shape }) => ({
  parts: [
    convolution(random, shape[0], shape[0], { padding: around, groups: shape[0] }),
    relu({ maximum: 6 }),
  ],
  spikes: true,
});

const scaled: Block = ({ random, shape, spikes }) => ({ parts: [normalization(random, shape[0])], spikes });

const averaged: Block = () => ({ parts: [averagePool([2, 2], [1, 2], [1, 0, 0, 1])], spikes: false });

const pooled: Block = ({ spikes }) =>
  spikes ? { parts: [maxPool([2, 2], [2, 1], [0, 1, 1, 0])], spikes: true } : null;

/** No window reaches over the border, and some overlap. */
const pooledInside: Block = ({ random, shape, index }) => ({
  parts: [
    convolution(random, 2, shape[0], { padding: [2, 2, 2, 2], stride: [1 + (index % 2), 1] }),
    relu(),
    index % 2 === 0 ? maxPool([2, 2]) : maxPool([2, 3], [1, 2]),
    convolution(random, 2, 2, { padding: around }),
    relu(),
  ],
  spikes: true,
});

const pooledBeforeRelu: Block = ({ random, shape }) => ({
  parts: [convolution(random, 2, shape[0], { padding: around }), maxPool([2, 2]), relu()],
  spikes: true,
});

const averagedConvolution: Block = ({ random, shape }) => ({
  parts: [convolution(random, 2, shape[0], { padding: around }), averagePool([2, 2], [1, 1]), relu()],
  spikes: true,
});

const residual: Block = ({ random, shape, index, last }) => ({
  parts: [
    convolution(random, shape[0], shape[0], { padding: around }),
    relu(),
    convolution(random, shape[0], shape[0], { padding: around }, { name: `branch ${index}` }),
    add([last, `branch ${index}`], `sum ${index}`),
    relu(),
  ],
  spikes: true,
});

const shortcut: Block = ({ random, shape, index, last }) => ({
  parts: [
    convolution(random, 3, shape[0], { padding: around, stride: [1, 2] }),
    normalization(random, 3, { name: `branch ${index}` }),
    convolution(
      random,
      3,
      shape[0],
      { kernel: [1, 1], stride: [1, 2] },
      { name: `shortcut ${index}`, inputs: [last] },
    ),
    add([`branch ${index}`, `shortcut ${index}`], `sum ${index}`),
    relu(),
  ],
  spikes: true,
});

const branched: Block = ({ random, shape, index, last }) => ({
  parts: [
    convolution(random, 2, shape[0], { padding: around }, { inputs: [last] }),
    relu({ name: `left ${index}` }),
    convolution(random, 1, shape[0], { kernel: [1, 1] }, { inputs: [last] }),
    relu({ name: `right ${index}` }),
    concat([`left ${index}`, `right ${index}`], `joined ${index}`),
    convolution(random, 3, 3, { padding: around }),
    relu(),
  ],
  spikes: true,
});

const blocks: readonly Block[] = [
  plain,
  normalized,
  padded,
  depthwise,
  scaled,
  averaged,
  pooled,
  pooledInside,
  pooledBeforeRelu,
  averagedConvolution,
  residual,
  shortcut,
  branched,
];

/** Blocks that do not fit the value before them are left out. */
function graphFrom(choices: readonly number[], seed: number, hidden: boolean): Graph {
  const random = seeded(seed);
  const inputShape = [2, 6, 6];
  const parts: GraphPart[] = [];
  let state: State = { random, shape: inputShape, spikes: false, index: 0, last: "input" };
  for (const choice of choices) {
    const block = blocks[choice % blocks.length](state);
    if (block === null || state.shape[1] < 2 || state.shape[2] < 2) continue;
    parts.push(...block.parts);
    const last = graphOf(inputShape, parts).nodes.at(-1)!;
    state = { random, shape: last.shape, spikes: block.spikes, index: state.index + 1, last: last.name };
  }
  const features = sizeOf(state.shape);
  const head = hidden
    ? [affine(random, 5, features), relu(), affine(random, 3, 5)]
    : [affine(random, 3, features)];
  return graphOf(inputShape, [...parts, flatten(), ...head]);
}

export const arbitraryGraph: fc.Arbitrary<Graph> = fc
  .tuple(fc.array(fc.nat(blocks.length - 1), { minLength: 1, maxLength: 5 }), fc.nat(1_000_000), fc.boolean())
  .map(([choices, seed, hidden]) => graphFrom(choices, seed, hidden));
