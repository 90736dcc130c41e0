/**
 * Samples that are events of a camera or a recording: one file, or a folder with a file a sample. Binned to steps, cropped and
 * pooled to the network's input.
 */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { binEvents } from "../../data/events/bin-events.ts";
import { badEvents, type EventStream } from "../../data/events/event-stream.ts";
import { isEventFile, readEvents } from "../../data/events/read-events.ts";
import { maximumValues } from "../../data/number-array.ts";
import { SpikecError } from "../../errors/error.ts";
import { isFolder, readBytes } from "../files.ts";

/** How events become steps; `binWidth` says that a file holds events. */
export interface EventOptions {
  /** Length of a step in the unit of the file's times. */
  readonly binWidth?: number | undefined;
  /** Steps of a sample. */
  readonly steps?: number | undefined;
  /** First pixel [y, x] of what the network sees. */
  readonly crop?: readonly [number, number] | undefined;
  /** Pixels [vertical, horizontal] that share an input. */
  readonly pool?: readonly [number, number] | undefined;
  /** One spike a step at most, however many events. */
  readonly binary?: boolean | undefined;
}

export interface EventInput {
  /** Of the network's input: [neurons], or [channels, height, width]. */
  readonly shape: readonly number[];
  /** The network's; null: as many as the events need. */
  readonly steps: number | null;
}

export interface EventSamples {
  /** Samples that there are; those beyond `limit` are not read. */
  readonly total: number;
  readonly count: number;
  readonly timesteps: number;
  /** [count, timesteps, ...shape]: events of each step. */
  readonly values: Float32Array;
  readonly leftOut: number;
  readonly hash: string;
}

/** Whether the samples are events. Throws SPK-0002 for options that would do nothing, SPK-0613 without a bin width. */
export function holdsEvents(input: string, options: EventOptions): boolean {
  const { binWidth, ...others } = options;
  if (binWidth !== undefined) return true;
  const idle = (["steps", "crop", "pool", "binary"] as const).find((name) => others[name] !== undefined);
  if (idle !== undefined)
    throw new SpikecError("SPK-0002", `--${idle} is for events, and there is no --bin-width`);
  if (!isEventFile(input)) return false;
  throw new SpikecError("SPK-0613", "how long a step is in the file's unit of time is not known", {
    where: input,
    advice: "Give --bin-width, 1000 for steps of a millisecond in a file of microseconds.",
  });
}

/** Throws SPK-0613, SPK-0604 and SPK-0606, SPK-0901. */
export async function readEventSamples(
  input: string,
  { binWidth = 1, steps: asked, crop, pool, binary = false }: EventOptions,
  { shape, steps: own }: EventInput,
  limit: number | undefined,
): Promise<EventSamples> {
  const files = await eventFiles(input);
  const read = files.slice(0, limit);
  const hash = createHash("sha256");
  const streams: EventStream[] = [];
  for (const file of read) {
    const bytes = await readBytes(file);
    hash.update(bytes);
    streams.push(readEvents(bytes, file));
  }
  const timesteps =
    asked ?? own ?? streams.reduce((most, stream) => Math.max(most, stepsOf(stream, binWidth)), 1);
  const size = timesteps * shape.reduce((product, extent) => product * extent, 1);
  if (size * read.length > maximumValues)
    throw new SpikecError(
      "SPK-0606",
      `${read.length} samples of ${timesteps} steps are ${size * read.length} values`,
      {
        where: input,
        advice: "Give a larger --bin-width, fewer --steps, or a --limit.",
      },
    );
  const values = new Float32Array(size * read.length);
  let leftOut = 0;
  for (const [sample, stream] of streams.entries()) {
    const place = { corner: crop ?? ([0, 0] as const), pool: pool ?? ([1, 1] as const) };
    const binned = binEvents(stream, { binWidth, steps: timesteps, shape, binary, ...place }, read[sample]);
    values.set(binned.data, sample * size);
    leftOut += binned.leftOut;
  }
  return { total: files.length, count: read.length, timesteps, values, leftOut, hash: hash.digest("hex") };
}

/** As `EventSamples.hash` of all of them. Throws SPK-0613 for a folder without files, SPK-0901. */
export async function hashOfEvents(input: string): Promise<string> {
  const hash = createHash("sha256");
  for (const file of await eventFiles(input)) hash.update(await readBytes(file));
  return hash.digest("hex");
}

/** Times ascend. */
function stepsOf({ times }: EventStream, binWidth: number): number {
  return times.length === 0 ? 1 : Math.floor(times[times.length - 1] / binWidth) + 1;
}

/** The files of a folder in the order of their names, or the one file. */
async function eventFiles(input: string): Promise<string[]> {
  if (!(await isFolder(input))) return [input];
  const entries = await readdir(input, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ name }) => name);
  if (names.length === 0) throw badEvents("the folder holds no files", input);
  return names.sort().map((name) => join(input, name));
}

/** "12 of the events of gestures lie ...": for the log; null where all were used. */
export function leftOutText(input: string, { leftOut }: EventSamples): string | null {
  if (leftOut === 0) return null;
  return `note: ${leftOut} events of ${basename(input)} lie outside the steps or the crop, and are left out`;
}
