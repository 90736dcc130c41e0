/** The part of a verification that a chip has: the first samples on the board or its emulation, every layer compared. */
import type { Network } from "../../network/network.ts";
import type { Target } from "../../target/target.ts";
import { type BoardResult, runOnDevice } from "../boards/board-run.ts";
import { placeNetwork } from "../boards/place-network.ts";
import { withBoard } from "../boards/with-board.ts";
import type { Context } from "../command.ts";
import type { EngineChoice } from "../options.ts";
import type { ScaledSamples } from "../samples.ts";
import { accuracyOf } from "./evaluate.ts";

export interface VerifyOptions extends Partial<EngineChoice> {
  readonly target: Target;
  readonly boardSamples: number;
  /** null: the emulated chip. */
  readonly port: string | null;
  /** The user's own cost of a synaptic operation, in place of what is published. */
  readonly picojoulesPerSynop?: number | undefined;
}

export interface VerifiedBoard {
  readonly where: string;
  readonly accuracy: number | null;
  readonly result: BoardResult;
}

/** `board` of `verify --json`; null: none was run. */
export function verifiedBoardJson(board: VerifiedBoard | null) {
  if (board === null) return null;
  const { samples, comparison } = board.result;
  const { spikes, mismatches } = comparison;
  return { samples, accuracy: board.accuracy, spikes, mismatchedSpikes: mismatches };
}

export function firstOf(samples: ScaledSamples, count: number): ScaledSamples {
  if (count >= samples.count) return samples;
  const size = samples.values.length / samples.count;
  const labels = samples.labels?.subarray(0, count) ?? null;
  return { ...samples, count, values: samples.values.subarray(0, count * size), labels };
}

/** Throws SPK-04xx as the target does, and SPK-05xx where the port or the board fails. */
export async function verifyOnBoard(
  { terminal, signal }: Pick<Context, "terminal" | "signal">,
  network: Network,
  samples: ScaledSamples,
  { target, port, boardSamples }: VerifyOptions,
): Promise<VerifiedBoard> {
  const boarded = firstOf(samples, boardSamples);
  const placement = placeNetwork(target, network, terminal, { observe: "all" });
  const image = await target.emit(placement);
  const result = await withBoard({ target, port, image, terminal, signal }, (device) =>
    runOnDevice(target, placement, device, boarded, {
      signal,
      progress: terminal.progress("board", "samples"),
    }),
  );
  const where = port === null ? "the emulated" : `${port}, a`;
  return { where, accuracy: accuracyOf(result.predicted, boarded.labels), result };
}
