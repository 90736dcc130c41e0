/**
 * Runs: inputs to the board step by step, spikes back. A STEP says which step it is, and the board keeps as many answers as
 * the window has places: a lost question is asked again, a lost answer is given again, and no step runs twice. At the end a
 * digest of all reported spikes shows that none was lost, doubled or changed.
 */
import { SpikecError } from "../../errors/error.ts";
import { pack, u8, u16, u32, viewOf } from "./bytes.ts";
import type { Answer, LoaderConnection } from "./connection.ts";
import { crc32 } from "./crc32.ts";
import type { BoardDescription } from "./description.ts";
import { frameOverhead } from "./frame.ts";
import { bitmapFlag, holdFlag, operations, statuses, valuedFlag } from "./protocol.ts";
import { atLeast, bodyOf, refusal } from "./refusal.ts";

/** What enters at one step: [input address, value]. */
export type StepInput = readonly (readonly [address: number, value: number])[];

/** The spikes of one step: neurons by population, ascending; populations without any are absent. */
export type StepSpikes = ReadonlyMap<number, readonly number[]>;

export interface RunRequest {
  readonly steps: number;
  readonly inputs: (step: number) => StepInput;
  /** Populations whose spikes are reported. */
  readonly observed: readonly number[];
  /** Number of populations of the network. */
  readonly populations: number;
}

export interface RunResult {
  readonly spikes: readonly StepSpikes[];
  /** Milliseconds that the board computed; null where it has no clock. */
  readonly computed: number | null;
}

/** The bytes over which the digest of a step is taken: u16 population and neuron of each spike, then 0xffff and the step. */
export function digestStep(before: number, spikes: StepSpikes, step: number): number {
  let count = 1;
  for (const neurons of spikes.values()) count += neurons.length;
  const view = new DataView(new ArrayBuffer(4 * count));
  let at = 0;
  const add = (first: number, second: number) => {
    view.setUint16(at, first, true);
    view.setUint16(at + 2, second, true);
    at += 4;
  };
  for (const [population, neurons] of spikes) for (const neuron of neurons) add(population, neuron);
  add(0xffff, step & 0xffff);
  return crc32(new Uint8Array(view.buffer), before);
}

/** Reads an answer's blocks: u16 population (bit 15: bitmap), u16 count, then u16 neurons or a bitmap. Null where malformed. */
export function decodeSpikes(bytes: Uint8Array, sizes: (population: number) => number): StepSpikes | null {
  const spikes = new Map<number, readonly number[]>();
  const view = viewOf(bytes);
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return null;
    const head = view.getUint16(at, true);
    const count = view.getUint16(at + 2, true);
    const population = head & ~bitmapFlag;
    const size = sizes(population);
    at += 4;
    const length = (head & bitmapFlag) === 0 ? 2 * count : Math.ceil(size / 8);
    if (at + length > bytes.length || spikes.has(population)) return null;
    const neurons: number[] = [];
    if ((head & bitmapFlag) === 0)
      for (let i = 0; i < count; i++) neurons.push(view.getUint16(at + 2 * i, true));
    else for (let i = 0; i < size; i++) if ((bytes[at + (i >> 3)] >> (i & 7)) & 1) neurons.push(i);
    if (neurons.length !== count || neurons.some((neuron) => neuron >= size)) return null;
    spikes.set(population, neurons);
    at += length;
  }
  return spikes;
}

function sameInput(a: StepInput, b: StepInput): boolean {
  return (
    a === b ||
    (a.length === b.length && a.every(([address, value], i) => address === b[i][0] && value === b[i][1]))
  );
}

/** Entries of a LOAD or STEP. */
function entriesOf(input: StepInput, valued: boolean): Uint8Array {
  return pack(
    input.flatMap(([address, value]) => (valued ? [u16(address), u16(value & 0xffff)] : [u16(address)])),
  );
}

/** STEP's payload; where the inputs are those of the step before it says so instead. */
function stepPayload(step: number, input: StepInput, previous: StepInput | null): Uint8Array {
  if (previous !== null && input.length > 0 && sameInput(input, previous))
    return pack([u32(step), u8(holdFlag), u8(0)]);
  const valued = input.some(([, value]) => value !== 1);
  return pack([u32(step), u8(valued ? valuedFlag : 0), u8(0)], entriesOf(input, valued));
}

export interface StreamBoard extends Pick<BoardDescription, "maxFrame" | "window"> {
  /** Neurons of each population. */
  readonly sizes: readonly number[];
}

/** Back to the initial state; from now on these populations' spikes are reported. */
export async function start(
  connection: LoaderConnection,
  { observed, populations }: RunRequest,
): Promise<void> {
  const mask = new Uint8Array(Math.ceil(populations / 8));
  for (const population of observed) mask[population >> 3] |= 1 << (population & 7);
  bodyOf(await connection.ask(operations.start, mask), "starting a run", connection.name);
}

/** Inputs of one step that are too many for a STEP go ahead in LOADs, one by one: a lost one must not go unnoticed. */
async function load(
  connection: LoaderConnection,
  step: number,
  input: StepInput,
  maxFrame: number,
): Promise<void> {
  const doing = `loading the inputs of step ${step}`;
  const most = Math.floor((maxFrame - frameOverhead - 4) / 4);
  for (let from = 0; from < input.length; from += most) {
    const entries = entriesOf(input.slice(from, from + most), true);
    bodyOf(await connection.ask(operations.load, pack([u32(step)], entries)), doing, connection.name);
  }
}

/** Steps [from, to) in one pipeline. */
async function runSteps(
  connection: LoaderConnection,
  board: StreamBoard,
  payloads: readonly Uint8Array[],
  first: number,
  take: (step: number, spikes: StepSpikes) => void,
): Promise<void> {
  const { name } = connection;
  const received: boolean[] = new Array(payloads.length).fill(false);
  let needed = 0;
  await connection.pipeline({
    count: payloads.length,
    window: board.window,
    question: (index) => ({ operation: operations.step, payload: payloads[index] }),
    accept(index, answer) {
      const step = first + index;
      // A question that was repeated too early: its answer came meanwhile, and the board may have gone on since.
      if (received[index]) return needed;
      if (answer.status === statuses.wrongPlace) return placeOf(answer, step);
      take(step, spikesOf(answer, step));
      received[index] = true;
      while (received[needed]) needed++;
      return needed;
    },
  });

  /** The board is behind (a question was lost), or so far ahead that it cannot give this answer again. */
  function placeOf({ body }: Answer, step: number): number {
    const due = atLeast(body, 4, `running step ${step}`, name).getUint32(0, true);
    if (due <= step && due >= first) return Math.min(needed, due - first);
    throw new SpikecError("SPK-0518", `the board is at step ${due} and step ${step} was not received`, {
      where: name,
    });
  }

  function spikesOf(answer: Answer, step: number): StepSpikes {
    const doing = `running step ${step}`;
    const body = bodyOf(answer, doing, name);
    const view = atLeast(body, 6, doing, name);
    const dropped = view.getUint16(4, true);
    if (view.getUint32(0, true) !== step)
      throw refusal({ ...answer, status: statuses.wrongPlace }, doing, name);
    if (dropped > 0)
      throw new SpikecError(
        "SPK-0518",
        `${dropped} spikes of step ${step} had no room in the board's answer`,
        {
          where: name,
        },
      );
    const spikes = decodeSpikes(body.subarray(6), (population) => board.sizes[population] ?? 0);
    if (spikes !== null) return spikes;
    throw new SpikecError("SPK-0508", `the spikes of step ${step} are malformed`, { where: name });
  }
}

/** Ends the run and compares digests. Throws SPK-0518 where spikes were lost, doubled or changed. */
async function end(connection: LoaderConnection, steps: number, digest: number): Promise<number | null> {
  const doing = "ending a run";
  const body = bodyOf(await connection.ask(operations.end), doing, connection.name);
  const view = atLeast(body, 12, doing, connection.name);
  const [ran, found, ticks] = [0, 4, 8].map((at) => view.getUint32(at, true));
  if (ran !== steps || found !== digest)
    throw new SpikecError(
      "SPK-0518",
      `the board's ${ran} steps and their digest are not the ${steps} received`,
      {
        where: connection.name,
      },
    );
  return ticks === 0 ? null : ticks / 1000;
}

/**
 * Goes on from step `first` (0 after start()). Throws SPK-0515 without a network on the board, SPK-0518 where spikes were lost.
 */
export async function run(
  connection: LoaderConnection,
  board: StreamBoard,
  request: RunRequest,
): Promise<RunResult> {
  await start(connection, request);
  const spikes: StepSpikes[] = [];
  let digest = 0;
  const take = (step: number, found: StepSpikes) => {
    spikes[step] = found;
  };
  const room = board.maxFrame - frameOverhead;
  let payloads: Uint8Array[] = [];
  let first = 0;
  let previous: StepInput | null = null;
  for (let step = 0; step < request.steps; step++) {
    const input = request.inputs(step);
    let payload = stepPayload(step, input, previous);
    if (payload.length > room) {
      await runSteps(connection, board, payloads, first, take);
      await load(connection, step, input, board.maxFrame);
      payload = pack([u32(step), u8(0), u8(0)]);
      [payloads, first] = [[], step];
    }
    payloads.push(payload);
    previous = input;
  }
  await runSteps(connection, board, payloads, first, take);
  spikes.forEach((found, step) => {
    digest = digestStep(digest, found, step);
  });
  return { spikes, computed: await end(connection, request.steps, digest) };
}

/** Membranes of a whole population after the last step. */
export async function membranes(
  connection: LoaderConnection,
  population: number,
  count: number,
): Promise<Int32Array> {
  const doing = "reading membranes";
  const values = new Int32Array(count);
  for (let first = 0; first < count; ) {
    const question = pack([u16(population), u16(first)]);
    const body = bodyOf(await connection.ask(operations.membranes, question), doing, connection.name);
    const view = atLeast(body, 4, doing, connection.name);
    const read = Math.min(count - first, Math.floor(body.length / 4));
    for (let i = 0; i < read; i++) values[first + i] = view.getInt32(4 * i, true);
    first += read;
  }
  return values;
}
