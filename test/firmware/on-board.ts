/** Networks through a board that speaks the loader protocol, beside the simulator: flashed, run, compared spike by spike. */
import type { Link } from "../../src/link/link.ts";
import { memoryLinks } from "../../src/link/memory.ts";
import { serve } from "../../src/link/serve.ts";
import type { VirtualBoard } from "../../src/link/virtual-board.ts";
import type { Network } from "../../src/network/network.ts";
import { classify } from "../../src/simulate/classify.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createEngine } from "../../src/simulate/engine.ts";
import { readTrain } from "../../src/simulate/readout.ts";
import { addComparisons, type Comparison, compareTrains, noComparison } from "../../src/target/compare.ts";
import type { Target } from "../../src/target/target.ts";

export interface SideBySide {
  readonly comparison: Comparison;
  /** Steps that ran on the board. */
  readonly steps: number;
  /** Neurons of the readout whose membranes differ after a sample. */
  readonly otherMembranes: number;
  readonly classes: { readonly simulated: readonly number[]; readonly board: readonly number[] };
  /** Milliseconds that the board computed, as it says itself. */
  readonly computed: number;
}

export function linkTo(board: VirtualBoard): Link {
  const [host, far] = memoryLinks();
  void serve(board, far);
  return host;
}

/** observe: as in PlaceOptions. Membranes are compared where the readout is one. */
export async function sideBySide(
  network: Network,
  target: Target,
  link: Link,
  samples: readonly Float32Array[],
  observe: "readout" | "all" = "all",
): Promise<SideBySide> {
  const placement = target.place(network, { observe });
  const image = await target.emit(placement);
  await target.wire!.flash(link, image);
  const device = await target.wire!.device(link, image);
  const engine = createEngine(network);
  const { read } = network.readout;
  let comparison: Comparison = noComparison;
  let [steps, computed, otherMembranes] = [0, 0, 0];
  const classes = { simulated: [] as number[], board: [] as number[] };
  for (const sample of samples) {
    const input = encodeSample(network, sample);
    const { train, readings } = engine.run(input);
    const found = target.readings(
      placement,
      await device.run(target.stimulus(placement, input), train.steps),
    );
    comparison = addComparisons(comparison, compareTrains(train, found, placement.observed));
    steps += train.steps;
    computed += device.computed?.() ?? 0;
    const board = readTrain(network, found);
    if (read === "membrane") otherMembranes += board.filter((value, i) => value !== readings[0][i]).length;
    classes.simulated.push(classify(readings[0], null).label);
    classes.board.push(classify(board, null).label);
  }
  await device.close();
  return { comparison, steps, otherMembranes, classes, computed };
}

/** The share of samples whose class is the label. */
export function shareOf(labels: ArrayLike<number>, classes: readonly number[]): number {
  return classes.filter((label, i) => label === labels[i]).length / classes.length;
}
