/** The verification of a native spiking network: float neurons, integers and board on the same samples, spike by spike. */
import { SpikecError } from "../../errors/error.ts";
import { compileSpiking } from "../../graph/compile-spiking.ts";
import type { PresetName } from "../../graph/discretization.ts";
import { sizeOf } from "../../graph/graph.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import { chooseDiscretization } from "../../import/nir/timestep.ts";
import type { Network } from "../../network/network.ts";
import { formatTable } from "../../report/table.ts";
import { sampleInput } from "../../simulate/encode.ts";
import { silenceOf } from "../../simulate/silence.ts";
import type { Target } from "../../target/target.ts";
import { comparisonText } from "../boards/board-run.ts";
import { provenanceOption } from "../boards/place-network.ts";
import type { Context } from "../command.ts";
import type { ScaledSamples } from "../samples.ts";
import { accuracyText, percentText, proseText } from "../text.ts";
import {
  createOperationCounter,
  energyOf,
  energyText,
  neurobenchText,
} from "../verification/counted-operations.ts";
import { accuracyOf, agreementOf, classOf, runIntegers } from "../verification/evaluate.ts";
import { silenceText } from "../verification/measure-network.ts";
import { type Verification, type VerifyOptions, verifyOnBoard } from "../verification/verify-network.ts";
import { createFloatBeside, type LayerAgreement } from "./spiking-agreement.ts";

/** As of a network of activations: `ann` is of the float neurons, layers are compared step by step. */
export interface SpikingVerification extends Omit<Verification, "layers" | "board"> {
  readonly layers: readonly LayerAgreement[];
  /** null: the target has no program for such neurons. */
  readonly board: Verification["board"] | null;
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
  { terminal, signal }: Context,
  network: Network,
  graph: SpikingGraph,
  samples: ScaledSamples,
  options: VerifyOptions,
): Promise<SpikingVerification> {
  const dt = provenanceOption(network, "dt");
  const preset = provenanceOption(network, "preset") as PresetName | null;
  const choice = { dt: dt === null ? undefined : Number(dt), preset: preset ?? undefined };
  const { discretization } = chooseDiscretization(graph, choice);
  const run = compileSpiking(graph, discretization);
  const beside = createFloatBeside(network, run, discretization, samples);
  const counter = createOperationCounter(network);
  const integers = await runIntegers(network, samples, {
    signal,
    progress: terminal.progress("floats and integers", "samples"),
    engine: options.engine,
    threads: options.threads,
    onRun: (run, index) => {
      beside.add(run, index);
      counter.add(run.train);
    },
  });
  const operations = counter.counted();
  const { target, picojoulesPerSynop = null } = options;
  if (integers.note !== null) terminal.log(integers.note);
  // A reading of floats has the sign and the order of the integers' one.
  const inFloats: Network = { ...network, readout: { ...network.readout, scale: 1, offset: 0 } };
  const float = Int32Array.from(beside.readings, (reading) => classOf(inFloats, reading, null).label);
  const [predicted] = integers.predicted;
  return {
    samples: samples.count,
    timesteps: network.timesteps,
    ann: { accuracy: accuracyOf(float, samples.labels) },
    snn: { accuracy: accuracyOf(predicted, samples.labels) },
    agreement: agreementOf(float, predicted),
    layers: beside.layers(),
    synops: integers.synops,
    operations,
    energy: energyOf(target.chip, network, integers.synops, operations, picojoulesPerSynop),
    silence: silenceOf(network, integers.layers),
    board: await boardOf({ terminal, signal }, network, samples, options),
  };
}

/** The generic chip's program lacks most of the law: then there is no board to compare with, and that is said. */
async function boardOf(
  context: Pick<Context, "terminal" | "signal">,
  network: Network,
  samples: ScaledSamples,
  options: VerifyOptions,
): Promise<Verification["board"] | null> {
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
