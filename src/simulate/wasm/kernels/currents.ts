/**
 * What an analog input brings: weights times values, once a sample. The products are added to the layer's drive, which comes
 * in with the spikes of every step.
 */
import { type DensePlan, type GatherPlan, groupsAtOnce, type IncomingPlan } from "../incoming.ts";
import { add, type Bytes, load32, set, times } from "../instructions.ts";
import { type Block, blocksOf, neuronsOf, neuronsPerGroup } from "../layout.ts";
import { tableAddress } from "../spike-list.ts";
import { lanesOfBytes, loadVector, storeVector } from "../vectors.ts";
import { createGather, moveGather, startGather, sumGather } from "./gather.ts";
import type { Kernel } from "./kernel.ts";
import { blockWeights, overPlaces } from "./map.ts";
import { spreadSparse } from "./sparse.ts";
import { clearSums, createSums, firstGroups, gatherSpikes, type Sums } from "./sums.ts";

/** drive[neurons at the membrane pointer, from `group`] += sums */
function addToDrive({ layer, membrane }: Kernel, sums: Sums, group: number): Bytes {
  const { drive, membrane: start, stateBytes } = layer.lanes;
  const offset = drive! - start + group * neuronsPerGroup * stateBytes;
  const lanes = lanesOfBytes(stateBytes);
  return sums.groups
    .flat()
    .map((sum, i) =>
      storeVector(membrane, lanes.add(loadVector(membrane, offset + 16 * i), sum), offset + 16 * i),
    );
}

/** What a flat layer gets: blocks of outputs, one row of weights a value. */
function denseCurrents(kernel: Kernel, plan: DensePlan, sums: Sums, blocks: readonly Block[]): Bytes {
  const { scope, layer, step } = kernel;
  const [from, to] = [scope.integer(), scope.integer()];
  const entries = neuronsOf(plan.list.seen);
  return blocks.map(({ firstGroup, groups }) => {
    const some = firstGroups(sums, groups);
    const rowBytes = groups * neuronsPerGroup * plan.weightBytes;
    const weights = plan.weights + entries * firstGroup * neuronsPerGroup * plan.weightBytes;
    const rowOf = (entry: Bytes) => add(times(entry, rowBytes), weights);
    return [
      set(kernel.membrane, layer.lanes.membrane),
      clearSums(some),
      set(to, tableAddress(plan.list, step, 0)),
      set(from, load32(to)),
      set(to, load32(to, plan.list.endOffset)),
      gatherSpikes(scope, some, { incoming: plan, from, to, rowOf }),
      addToDrive(kernel, some, firstGroup),
    ];
  });
}

/** What a map gets through a convolution, place by place. */
function gatheredCurrents(kernel: Kernel, plan: GatherPlan, sums: Sums, blocks: readonly Block[]): Bytes {
  const { scope, layer } = kernel;
  const { layout, membrane, stateBytes } = layer.lanes;
  const [y, x] = [scope.integer(), scope.integer()];
  const gather = createGather(scope, plan);
  const place = [
    moveGather(gather, y, x),
    blocks.map((block) => {
      const some = firstGroups(sums, block.groups);
      return [
        clearSums(some),
        sumGather(scope, some, gather, blockWeights(plan, block)),
        addToDrive(kernel, some, block.firstGroup),
      ];
    }),
    set(kernel.membrane, add(kernel.membrane, layout.groups * neuronsPerGroup * stateBytes)),
  ];
  return [
    startGather(gather, kernel),
    set(kernel.membrane, membrane),
    overPlaces({ kernel, y, x }, place, { startRow: [], endWindow: [], endRow: [] }),
  ];
}

/** The analog inputs of one delay. */
export function addCurrents(kernel: Kernel, delay: number): Bytes {
  const { scope, layer, step } = kernel;
  const { layout, stateBytes } = layer.lanes;
  const blocks: Block[] = blocksOf(layout.groups, groupsAtOnce);
  const sums = createSums(scope, blocks[0].groups, stateBytes);
  const currentsOf = (plan: IncomingPlan): Bytes => {
    if (plan.kernel === "dense") return denseCurrents(kernel, plan, sums, blocks);
    if (plan.kernel === "gather") return gatheredCurrents(kernel, plan, sums, blocks);
    if (plan.kernel === "sparse")
      return spreadSparse(scope, plan, tableAddress(plan.list, step, 0), stateBytes);
    throw new Error("analog inputs are gathered");
  };
  return layer.analog.filter((plan) => plan.delay === delay).map(currentsOf);
}
