/** Boards for commands: opened, flashed, handed over and closed again, whatever happens in between. */
import { SpikecError } from "../../errors/error.ts";
import type { Link } from "../../link/link.ts";
import { memoryLinks } from "../../link/memory.ts";
import { openLink } from "../../link/node/open.ts";
import { serve } from "../../link/serve.ts";
import type { Device, FlashResult, Image, Target, Wire } from "../../target/target.ts";
import type { Terminal } from "../terminal.ts";

export interface BoardRequest {
  readonly target: Target;
  /** null: the emulated chip, in this process. */
  readonly port: string | null;
  readonly image: Image;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Take an earlier, broken flash of the same image up again. */
  readonly resume?: boolean;
  /** Flash at this rate, where wire and board can. */
  readonly baudRate?: number;
}

/** The target's wire; throws SPK-0904 for chips without one. */
export function wireOf(target: Target): Wire {
  if (target.wire === undefined)
    throw new SpikecError("SPK-0904", `${target.name} has no board to reach over a wire`);
  return target.wire;
}

/** Opens the port, hands the link over and closes it. */
export async function withLink<Result>(
  target: Target,
  port: string,
  work: (link: Link, wire: Wire) => Promise<Result>,
): Promise<Result> {
  const wire = wireOf(target);
  const link = await openLink(port, { baudRate: wire.baudRate });
  try {
    return await work(link, wire);
  } finally {
    await link.close().catch(() => {}); // The board may be gone already; what happened first is what counts.
  }
}

export interface Flashed extends FlashResult {
  readonly seconds: number;
}

export async function flashOver(
  link: Link,
  wire: Wire,
  request: Omit<BoardRequest, "port" | "target">,
): Promise<Flashed> {
  const { image, terminal, signal, resume, baudRate } = request;
  const progress = terminal.progress("flashing", "bytes");
  const started = performance.now();
  const result = await wire.flash(link, image, {
    signal,
    ...(resume === undefined ? {} : { resume }),
    ...(baudRate === undefined ? {} : { baudRate }),
    onEvent: (event) => {
      terminal.event(event);
      if (event.kind === "testing")
        terminal.log(`self-test on the board: ${event.steps} golden steps passed`);
    },
    onProgress: ({ bytesSent, bytesTotal }) => progress.update(bytesSent, bytesTotal),
  });
  progress.end();
  return { ...result, seconds: (performance.now() - started) / 1000 };
}

/** Flashes an emulated board in this process: a rehearsal that counts what a real one would be sent. */
export async function rehearseFlash(request: Omit<BoardRequest, "port">): Promise<Flashed> {
  const wire = wireOf(request.target);
  const [host, far] = memoryLinks(`emulated ${request.target.name}`);
  const serving = serve(wire.board(), far);
  try {
    return await flashOver(host, wire, request);
  } finally {
    await host.close();
    await serving;
  }
}

/** A Device that holds the image: on the port, flashed first, or emulated. */
export async function withBoard<Result>(
  request: BoardRequest,
  work: (device: Device, flashed: Flashed | null) => Promise<Result>,
): Promise<Result> {
  const { target, port, image, signal } = request;
  if (port === null) {
    const device = await target.open(image);
    return work(device, null).finally(() => device.close());
  }
  return withLink(target, port, async (link, wire) => {
    const flashed = await flashOver(link, wire, request);
    const device = await wire.device(link, image, { signal });
    return work(device, flashed).finally(() => device.close());
  });
}
