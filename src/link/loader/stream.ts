/**
 * Runs: inputs to the board step by step, spikes back. A STEP says which step it is, and the board keeps as many answers as
 * the window has places: a lost question is asked again, a lost answer is given again, and no step runs twice. At the end a
 * digest of all reported spikes shows that none was lost, doubled or changed.
 */
import { SpikecError } from "../../errors/error.ts";
import { pack, u8, u16, u32 } from "./bytes.ts";
import type { Answer, LoaderConnection } from "./connection.ts";
import { crc32 } from "./crc32.ts";
import type { BoardDescription } from "./description.ts";
import { frameOverhead } from "./frame.ts";
import { holdFlag, moreFlag, operations, spikeRowBytes, statuses, valuedFlag } from "./protocol.ts";
import { atLeast, bodyOf } from "./refusal.ts";

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

/**
 * Reads an answer to STEP: a row of bits for each reported population, neuron n in bit n % 8 of byte n / 8. sizes: neurons of
 * each of them. Null where the answer has not the bytes of all rows.
 */
export function decodeSpikes(
  bytes: Uint8Array,
  observed: readonly number[],
  sizes: readonly number[],
): StepSpikes | null {
  const spikes = new Map<number, readonly number[]>();
  let at = 0;
  for (const population of observed) {
    const size = sizes[population] ?? 0;
    const row = bytes.subarray(at, at + spikeRowBytes(size));
    at += spikeRowBytes(size);
    if (at > bytes.length) return null;
    const neurons: number[] = [];
    for (let byte = 0; 8 * byte < size; byte++)
      for (let rest = row[byte], bit = 0; rest !== 0; rest >>= 1, bit++)
        if (rest & 1) neurons.push(8 * byte + bit);
    if (neurons.length > 0) spikes.set(population, neurons);
  }
  return at === bytes.length ? spikes : null;
}

function sameInput(a: StepInput, b: StepInput): boolean {
  return (
    a === b ||
    (a.length === b.length && a.every(([address, value], i) => address === b[i][0] && value === b[i][1]))
  );
}

/** Inputs as STEP has them. */
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

/** Inputs of one step that are too many for a frame go ahead, one frame by one: a lost one must not go unnoticed. */
async function load(
  connection: LoaderConnection,
  step: number,
  input: StepInput,
  maxFrame: number,
): Promise<void> {
  const doing = `loading the inputs of step ${step}`;
  const head = [u32(step), u8(valuedFlag | moreFlag), u8(0)];
  const most = Math.floor((maxFrame - frameOverhead - 6) / 4);
  for (let from = 0; from < input.length; from += most) {
    const entries = entriesOf(input.slice(from, from + most), true);
    bodyOf(await connection.ask(operations.step, pack(head, entries)), doing, connection.name);
  }
}

/** Steps [from, to) in one pipeline. */
async function runSteps(
  connection: LoaderConnection,
  board: StreamBoard,
  payloads: readonly Uint8Array[],
  first: number,
  take: (step: number, rows: Uint8Array) => void,
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
      take(step, bodyOf(answer, `running step ${step}`, name));
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
  const rows: Uint8Array[] = [];
  const observed = [...request.observed].sort((a, b) => a - b);
  const take = (step: number, body: Uint8Array) => {
    const found = decodeSpikes(body, observed, board.sizes);
    if (found === null)
      throw new SpikecError("SPK-0518", `spikes of step ${step} had no room in the board's answer`, {
        where: connection.name,
      });
    [spikes[step], rows[step]] = [found, body];
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
  const digest = rows.reduce((before, row) => crc32(row, before), 0);
  return { spikes, computed: await end(connection, request.steps, digest) };
}

/** Words of the board's state, from this offset in its arena on. */
export async function state(connection: LoaderConnection, at: number, count: number): Promise<Int32Array> {
  const doing = "reading the state";
  const values = new Int32Array(count);
  for (let first = 0; first < count; ) {
    const question = pack([u32(at + 4 * first)]);
    const body = bodyOf(await connection.ask(operations.state, question), doing, connection.name);
    const view = atLeast(body, 4, doing, connection.name);
    const read = Math.min(count - first, Math.floor(body.length / 4));
    for (let i = 0; i < read; i++) values[first + i] = view.getInt32(4 * i, true);
    first += read;
  }
  return values;
}
