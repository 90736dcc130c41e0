/** The whole road as one function: convert, verify, flash, run. Behind `deploy` and the demo. */
import { openPty } from "../../board/pty.ts";
import { listenTcp } from "../../board/tcp.ts";
import type { Network } from "../../network/network.ts";
import type { Run } from "../../simulate/reference.ts";
import type { Target } from "../../target/target.ts";
import type { Context } from "../command.ts";
import { type Converted, type ConvertOptions, convertModel } from "../conversion/convert-model.ts";
import { readGraph } from "../files.ts";
import { isSpikingFile } from "../native/spiking-files.ts";
import { readGraphSamples, readNetworkSamples, type SampleFiles } from "../samples.ts";
import { accuracyOf } from "../verification/evaluate.ts";
import { type Verification, verifyNetwork } from "../verification/verify-network.ts";
import { type BoardResult, runOnDevice } from "./board-run.ts";
import { placeNetwork } from "./place-network.ts";
import { type Flashed, flashOver, wireOf, withLink } from "./with-board.ts";

export interface DeployRequest {
  readonly file: string;
  readonly target: Target;
  readonly convert: ConvertOptions;
  readonly samples: SampleFiles;
  /** null: a virtual board, on a pseudo-terminal (TCP on Windows). */
  readonly port: string | null;
  /** Samples that the emulated chip runs in the verification, every layer compared. */
  readonly boardSamples: number;
  /** Sees each simulated run of the samples on the board. */
  readonly onRun?: (run: Run, index: number) => void;
}

export interface Deployment {
  readonly network: Network;
  readonly converted: Converted;
  readonly verification: Verification;
  readonly port: string;
  readonly flashed: Flashed;
  readonly board: BoardResult;
  readonly boardAccuracy: number | null;
}

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

/** A conversion may take minutes: samples and labels that do not fit the model are found before it. */
async function refuseBadSamples({ file, samples }: DeployRequest): Promise<void> {
  if (isSpikingFile(file)) return;
  await readGraphSamples(samples, await readGraph(file));
}

export async function deployNetwork(context: Context, request: DeployRequest): Promise<Deployment> {
  const { terminal, signal } = context;
  const { target, onRun } = request;
  wireOf(target);
  await refuseBadSamples(request);
  const converted = await convertModel(context, request.file, target, request.convert);
  const { network, graph } = converted;
  const samples = await readNetworkSamples(request.samples, network, terminal);
  const { boardSamples } = request;
  const verification = await verifyNetwork(context, network, graph, samples, {
    target,
    boardSamples,
    port: null,
  });
  const placement = placeNetwork(target, network, terminal);
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
  return { network, converted, verification, boardAccuracy, ...deployed };
}
