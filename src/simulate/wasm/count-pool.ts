/**
 * Where a count pool finds its taps: for every place of its map the addresses of the tap places in its window, none of them
 * padding. Channels of taps and neurons lie side by side in the same order, so that maxima are taken vector by vector.
 */
import type { MaxCountPopulation } from "../../network/network.ts";
import { coverageOf } from "../windows.ts";
import { type LanePlan, type MaxCountRule, stateArray } from "./lanes.ts";
import { type Layout, lanesOf, lanesOfNeurons, neuronsPerGroup, placeRanks, placesOf } from "./layout.ts";
import type { MemoryPlan } from "./memory.ts";

/** layout: of the neurons. taps: lanes of what they look at. */
export function planWindows(
  { taps: tapShape, shape, window }: MaxCountPopulation,
  { taps, layout }: { readonly taps: LanePlan; readonly layout: Layout },
  memory: MemoryPlan,
): LanePlan {
  const { stateBytes } = taps;
  const initial = stateArray(stateBytes, lanesOf(layout));
  const membrane = memory.reserve(initial.byteLength);
  return {
    layout,
    stateBytes,
    sumBytes: stateBytes,
    membrane,
    initial,
    cleared: [],
    drive: null,
    firing: "several",
    sent: memory.reserve(initial.byteLength),
    laneOf: lanesOfNeurons(layout),
    rule: windowsInOrder(taps, coverageOf(window, tapShape, shape), layout, memory),
  };
}

function windowsInOrder(
  taps: LanePlan,
  { offsets, windows }: { readonly offsets: Int32Array; readonly windows: Int32Array },
  layout: Layout,
  memory: MemoryPlan,
): MaxCountRule {
  const placeBytes = taps.layout.groups * neuronsPerGroup * taps.stateBytes;
  const tapRanks = placeRanks(taps.layout);
  const ranks = placeRanks(layout);
  const tapsOf: number[][] = Array.from({ length: placesOf(layout) }, () => []);
  for (let place = 0; place + 1 < offsets.length; place++)
    for (let at = offsets[place]; at < offsets[place + 1]; at++)
      tapsOf[ranks[windows[at]]].push(taps.membrane + tapRanks[place] * placeBytes);
  const starts = new Int32Array(tapsOf.length + 1);
  for (const [rank, addresses] of tapsOf.entries()) starts[rank + 1] = starts[rank] + 4 * addresses.length;
  const addresses = memory.place(Int32Array.from(tapsOf.flat()));
  return { kind: "maxCount", starts: memory.place(starts.map((start) => addresses + start)) };
}
