/** The whole road as one function: convert, verify, flash, run. Behind `deploy` and the demo. */
import { openPty } from "../../board/pty.ts";
import { listenTcp } from "../../board/tcp.ts";
import type { Network } from "../../network/network.ts";
import type { Run } from "../../simulate/reference.ts";
import type { Placement, Target } from "../../target/target.ts";
import { type BoardResult, runOnDevice } from "../boards/board-run.ts";
import { placeNetwork } from "../boards/place-network.ts";
import { type Flashed, flashOver, wireOf, withLink } from "../boards/with-board.ts";
import type { Context } from "../command.ts";
import type { ScaledSamples } from "../samples.ts";
import { accuracyOf } from "../verification/evaluate.ts";
import { type PrepareRequest, prepareNetwork, type Verified } from "./prepare-network.ts";

export interface DeployRequest extends PrepareRequest {
  /** null: a virtual board, on a pseudo-terminal (TCP on Windows). */
  readonly port: string | null;
  /** Sees each simulated run of the samples on the board. */
  readonly onRun?: (run: Run, index: number) => void;
}

export type Deployment = Verified & {
  readonly network: Network;
  readonly samples: ScaledSamples;
  readonly placement: Placement;
  readonly port: string;
  readonly flashed: Flashed;
  readonly board: BoardResult;
  readonly boardAccuracy: number | null;
};

/** A virtual board on a port of this machine, for as long as `work` runs. */
async function withVirtualBoard<Result>(
  target: Target,
  work: (port: string) => Promise<Result>,
): Promise<Result> {
  const board = wireOf(target).board();
  if (process.platform === "win32") {
    const face = await listenTcp(board, 0);
    return work(`socket://127.0.0.1:${face.port}`).finally(() => face.close());
  }
  const face = await openPty(board);
  return work(face.path).finally(() => face.close());
}

export async function deployNetwork(context: Context, request: DeployRequest): Promise<Deployment> {
  const { terminal, signal } = context;
  const { target, onRun } = request;
  wireOf(target);
  const { network, samples, verify } = await prepareNetwork(context, request);
  // Before the verification, which takes time: what does not fit goes no further.
  const placement = placeNetwork(target, network, terminal);
  const verified = await verify();
  const image = await target.emit(placement);
  const onPort = (port: string) =>
    withLink(target, port, async (link, wire) => {
      const flashed = await flashOver(link, wire, { image, terminal, signal });
      const device = await wire.device(link, image, { signal });
      const progress = terminal.progress("running", "samples");
      const options = { signal, progress, ...(onRun === undefined ? {} : { onRun }) };
      const board = await runOnDevice(target, placement, device, samples, options).finally(() =>
        device.close(),
      );
      return { port, flashed, board };
    });
  const deployed =
    request.port === null ? await withVirtualBoard(target, onPort) : await onPort(request.port);
  const boardAccuracy = accuracyOf(deployed.board.predicted, samples.labels);
  return { ...verified, network, samples, placement, boardAccuracy, ...deployed };
}
