/**
 * The host's side of the board's protocol: flash a program, and run stimuli as a Device.
 *
 * The board has no flow control: its receive FIFO holds 1024 bytes, and reading from it stalls while a step runs
 * (packet_interface.sv:95-102, upduino_uart_top.sv). So bytes in flight stay within a window of half of it, counted
 * down by acknowledgements (configuration) and time packets (steps).
 */
import { SpikecError } from "../../src/errors/error.ts";
import type { Link } from "../../src/link/link.ts";
import { openSession, type Session } from "../../src/link/session.ts";
import type {
  ChipEvents,
  Device,
  FlashResult,
  Image,
  Stimulus,
  WireOptions,
} from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import { programName } from "./emit.ts";
import { advance, charge, clearActivity, neuronCommandLength, synapseCommandLength } from "./packets.ts";
import { createReplyParser, describeReply, type Reply, type ReplyParser } from "./replies.ts";
import { synchronise } from "./synchronise.ts";

/** Bytes that may be on their way, not known to have been read by the chip. */
const window = 512;

interface Conversation {
  readonly session: Session;
  readonly parser: ReplyParser;
}

/** The replies that the next bytes complete; none is possible. */
async function nextReplies({ session, parser }: Conversation): Promise<readonly Reply[]> {
  return parser.push(await session.receive());
}

function unexpected(conversation: Conversation, reply: Reply, wanted: string): SpikecError {
  const what = `the board sent ${describeReply(reply)} where ${wanted} was due`;
  return new SpikecError("SPK-0508", what, { where: conversation.session.name });
}

/** Lengths of the commands that a program may hold, by opcode. */
const programCommands: ReadonlyMap<number, number> = new Map([
  [0x05, 1],
  [0x08, neuronCommandLength],
  [0x10, synapseCommandLength],
]);

function programOf(image: Image): Uint8Array {
  if (image.target !== chip.name) {
    throw new SpikecError("SPK-0404", `the image is for ${image.target}, the board is a ${chip.name}`);
  }
  const program = image.artifacts.find(({ name }) => name === programName);
  if (program === undefined) throw new SpikecError("SPK-0404", `the image holds no ${programName}`);
  return program.bytes;
}

/** The program cut into commands: each is acknowledged by itself. */
function commandsOf(program: Uint8Array): Uint8Array[] {
  const commands: Uint8Array[] = [];
  for (let at = 0; at < program.length; at += commands[commands.length - 1].length) {
    const length = programCommands.get(program[at]);
    if (length === undefined || at + length > program.length) {
      throw new SpikecError("SPK-0404", `byte ${at} starts no complete configuration command`, {
        where: programName,
      });
    }
    commands.push(program.subarray(at, at + length));
  }
  return commands;
}

/** The reply that acknowledges a configuration command. */
function acknowledgementOf(command: Uint8Array): Reply["kind"] {
  return command[0] === 0x05 ? "cleared" : "configured";
}

/** As many of parts[from..] as the window takes; always one when nothing is in flight. */
function nextBatch(
  parts: readonly Uint8Array[],
  from: number,
  inFlight: number,
): { bytes: Uint8Array; end: number } {
  let end = from;
  let length = 0;
  while (end < parts.length && (inFlight + length === 0 || inFlight + length + parts[end].length <= window)) {
    length += parts[end++].length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts.slice(from, end)) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, end };
}

/**
 * Sends the parts in order, keeping the bytes in flight within the window. `settles` judges each reply: true when it
 * says that the oldest unsettled part, number `part`, was read by the chip.
 */
async function sendSettled(
  conversation: Conversation,
  parts: readonly Uint8Array[],
  settles: (reply: Reply, part: number) => boolean,
  onSettled: (bytes: number) => void = () => {},
): Promise<void> {
  let sent = 0;
  let settled = 0;
  let bytesSent = 0;
  let bytesSettled = 0;
  while (settled < parts.length) {
    const { bytes, end } = nextBatch(parts, sent, bytesSent - bytesSettled);
    await conversation.session.send(bytes);
    sent = end;
    bytesSent += bytes.length;
    for (const reply of await nextReplies(conversation)) {
      if (!settles(reply, settled)) continue;
      if (settled >= sent) throw unexpected(conversation, reply, "silence");
      bytesSettled += parts[settled++].length;
    }
    onSettled(bytesSettled);
  }
}

async function converse<T>(
  link: Link,
  options: WireOptions,
  talk: (c: Conversation) => Promise<T>,
): Promise<T> {
  const session = openSession(link, options);
  try {
    await synchronise(session);
    return await talk({ session, parser: createReplyParser() });
  } finally {
    session.release();
  }
}

/** Sends the Image's configuration and counts an acknowledgement for every command of it. */
export async function flash(link: Link, image: Image, options: WireOptions = {}): Promise<FlashResult> {
  const program = programOf(image);
  const commands = commandsOf(program);
  const report = (bytesSent: number) => options.onProgress?.({ bytesSent, bytesTotal: program.length });
  return converse(link, options, async (conversation) => {
    report(0);
    const settles = (reply: Reply, command: number): boolean => {
      const wanted = command < commands.length ? acknowledgementOf(commands[command]) : reply.kind;
      if (reply.kind !== wanted) throw unexpected(conversation, reply, `the acknowledgement "${wanted}"`);
      return true;
    };
    await sendSettled(conversation, commands, settles, report);
    return { bytes: program.length, verified: "acknowledged", acknowledgements: commands.length };
  });
}

/** The bytes of each step, its charges before it; and one step more (see `runSteps`). */
function stepCommands(stimulus: Stimulus, steps: number): Uint8Array[] {
  return Array.from({ length: steps + 1 }, (_, step) => {
    const charges = step < steps ? (stimulus.charges[step] ?? []) : [];
    for (const [neuron, value] of charges) checkCharge(neuron, value);
    return Uint8Array.from([...charges.flatMap(([neuron, value]) => charge(neuron, value)), ...advance(1)]);
  });
}

function checkCharge(neuron: number, value: number): void {
  const isByte = Number.isInteger(value) && value >= 0 && value <= 255;
  if (isByte && Number.isInteger(neuron) && neuron >= 0 && neuron < chip.limits.inputIds) return;
  throw new SpikecError(
    "SPK-0403",
    `a charge of ${value} for neuron ${neuron}: charges are 0..255, for ids 0..127`,
  );
}

/**
 * Runs from chip time `startTime` and collects fires by step.
 *
 * A time packet precedes the fires of its own step, and goes out when the step begins; nothing marks the end of the
 * last step's fires. One step more does: it cannot begin before they were sent (step_done needs output_fire_waiting to
 * be low, ucaspian_core.sv:550). Its own fires, and any before the first time packet, belong to nobody.
 * Charges sent ahead cannot reach a wrong step: the chip stops reading while a step is due (packet_interface.sv:95-102).
 */
async function runSteps(
  conversation: Conversation,
  stimulus: Stimulus,
  steps: number,
  startTime: number,
): Promise<ChipEvents> {
  const addresses: number[][] = Array.from({ length: steps }, () => []);
  const commands = stepCommands(stimulus, steps);
  let begun = 0;
  await sendSettled(conversation, commands, (reply, step) => {
    if (reply.kind === "fire") {
      if (begun > 0) addresses[begun - 1]?.push(reply.neuron);
      return false;
    }
    const due = startTime + step + 1;
    if (reply.kind !== "time" || reply.time !== due) throw unexpected(conversation, reply, `time ${due}`);
    begun = step + 1;
    return true;
  });
  return { steps, addresses };
}

/** Sends the clear and waits for it; fires and times of a run before it are dropped. */
async function clear(conversation: Conversation): Promise<void> {
  await conversation.session.send(Uint8Array.from(clearActivity()));
  for (;;) {
    for (const reply of await nextReplies(conversation)) {
      if (reply.kind === "cleared") return;
      if (reply.kind !== "fire" && reply.kind !== "time") {
        throw unexpected(conversation, reply, "the clear acknowledgement");
      }
    }
  }
}

/**
 * A Device on a flashed board. reset() is the chip's own clear: charges, delays and time to 0, configuration kept.
 * Without a reset a run goes on from the state of the one before it, one step later (the step that ends a run).
 */
export async function openDevice(link: Link, image: Image, options: WireOptions = {}): Promise<Device> {
  programOf(image);
  const session = openSession(link, options);
  const conversation: Conversation = { session, parser: createReplyParser() };
  try {
    await synchronise(session);
  } catch (error) {
    session.release();
    throw error;
  }
  let time = 0;
  return {
    async reset() {
      await clear(conversation);
      time = 0;
    },
    async run(stimulus, steps) {
      const events = await runSteps(conversation, stimulus, steps, time);
      time += steps + 1;
      return events;
    },
    async close() {
      session.release();
    },
  };
}
