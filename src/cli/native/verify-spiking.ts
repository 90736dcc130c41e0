/** The verification of a native spiking network: float neurons, integers and board on the same samples, spike by spike. */
import { SpikecError } from "../../errors/error.ts";
import { sizeOf } from "../../graph/graph.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import type { Network } from "../../network/network.ts";
import { formatTable } from "../../report/table.ts";
import { sampleInput } from "../../simulate/encode.ts";
import type { Target } from "../../target/target.ts";
import { comparisonText } from "../boards/board-run.ts";
import type { Context } from "../command.ts";
import type { ScaledSamples } from "../samples.ts";
import { accuracyText, percentText, proseText } from "../text.ts";
import { energyText, neurobenchText } from "../verification/counted-operations.ts";
import { silenceText } from "../verification/measure-network.ts";
import { type VerifiedIntegers, verifyIntegers } from "../verification/verify-integers.ts";
import { type VerifiedBoard, type VerifyOptions, verifyOnBoard } from "../verification/verify-on-board.ts";
import { floatClass, floatNetworkOf } from "./float-network.ts";
import { createFloatBeside, type LayerAgreement } from "./spiking-agreement.ts";

/** As of a network of activations: `ann` is of the float neurons, layers are compared step by step. */
export interface SpikingVerification extends VerifiedIntegers {
  readonly layers: readonly LayerAgreement[];
  /** null: the target has no program for such neurons. */
  readonly board: VerifiedBoard | null;
}

/** Throws SPK-0203 where the model cannot be the one that the network was lowered from. */
export function checkSpikingModel(network: Network, graph: SpikingGraph, file: string): void {
  const taken = sizeOf(sampleInput(network).shape);
  const expected = graph.nodes.find(({ type }) => type === "Input")?.shape ?? [];
  const read = network.readout.population;
  if (taken === sizeOf(expected)) return;
  throw new SpikecError(
    "SPK-0203",
    `the model takes ${expected.join("x")} inputs, the network (${read}) ${taken}`,
    {
      where: file,
      advice: "Give the model that the network was converted from.",
    },
  );
}

export async function verifySpiking(
  { terminal, signal }: Pick<Context, "terminal" | "signal">,
  network: Network,
  graph: SpikingGraph,
  samples: ScaledSamples,
  options: VerifyOptions,
): Promise<SpikingVerification> {
  const beside = createFloatBeside(network, floatNetworkOf(network, graph), samples);
  const float = {
    label: "floats and integers",
    onRun: beside.add,
    observed: samples.count,
    classes: () => beside.readings.map((reading) => floatClass(network, reading)),
  };
  const { verified } = await verifyIntegers({ terminal, signal }, network, samples, float, options);
  const board = await boardOf({ terminal, signal }, network, samples, options);
  return { ...verified, layers: beside.layers(), board };
}

/** The generic chip's program lacks most of the law: then there is no board to compare with, and that is said. */
async function boardOf(
  context: Pick<Context, "terminal" | "signal">,
  network: Network,
  samples: ScaledSamples,
  options: VerifyOptions,
): Promise<VerifiedBoard | null> {
  try {
    return await verifyOnBoard(context, network, samples, options);
  } catch (error) {
    const isNoChip = options.target.name === "generic" && options.port === null;
    if (!isNoChip || !(error instanceof SpikecError) || error.code !== "SPK-0402") throw error;
    context.terminal.log("note: the generic chip has no program for such neurons: no board was run");
    return null;
  }
}

export function spikingVerificationText(verification: SpikingVerification, target: Target): string {
  const { samples, timesteps, ann, snn, agreement, layers, synops, operations, energy, silence, board } =
    verification;
  const rows = layers.map(({ name, perStep, exactTrains, spikes, floatSpikes }) => [
    name,
    percentText(perStep),
    percentText(exactTrains),
    String(floatSpikes),
    String(spikes),
  ]);
  const titles = ["layer", "same per step", "exact trains", "float spikes", "spikes"];
  const percentOf = (accuracy: number | null) => percentText(accuracy ?? 0);
  return [
    formatTable(titles, rows),
    "",
    ...(silence === null ? [] : [proseText(silenceText(silence)), ""]),
    `${samples} samples, T = ${timesteps}: floats ${percentOf(ann.accuracy)}, integers ${percentOf(snn.accuracy)}, same class ${percentText(agreement)}, ${Math.round(synops)} synaptic operations a sample`,
    neurobenchText(operations),
    energyText(target.chip, energy),
    ...(board === null
      ? []
      : [
          `${board.result.samples} samples on ${board.where} ${target.name}${accuracyText(board.accuracy)}`,
          comparisonText(board.result),
        ]),
  ].join("\n");
}
