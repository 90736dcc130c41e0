/** Flash: the configuration goes to the board command by command, each acknowledged by the chip. */
import { SpikecError } from "../../src/errors/error.ts";
import type { Link } from "../../src/link/link.ts";
import type { FlashResult, Image, WireOptions } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import { converse, sendSettled, unexpected } from "./conversation.ts";
import { programName } from "./emit.ts";
import { neuronCommandLength, synapseCommandLength } from "./packets.ts";
import type { Reply } from "./replies.ts";

/** Lengths of the commands that a program may hold, by opcode. */
const programCommands: ReadonlyMap<number, number> = new Map([
  [0x05, 1],
  [0x08, neuronCommandLength],
  [0x10, synapseCommandLength],
]);

/** The Image's configuration bytes. Throws SPK-0404 when it is for another target, or has none. */
export function programOf(image: Image): Uint8Array {
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

/** Sends the Image's configuration and counts an acknowledgement for every command of it. */
export async function flash(link: Link, image: Image, options: WireOptions = {}): Promise<FlashResult> {
  const program = programOf(image);
  const commands = commandsOf(program);
  const report = (bytesSent: number) => options.onProgress?.({ bytesSent, bytesTotal: program.length });
  const conversation = await converse(link, options);
  try {
    report(0);
    const settles = (reply: Reply, command: number): boolean => {
      const wanted = command < commands.length ? acknowledgementOf(commands[command]) : reply.kind;
      if (reply.kind !== wanted) throw unexpected(conversation, reply, `the acknowledgement "${wanted}"`);
      return true;
    };
    await sendSettled(conversation, commands, settles, report);
    return { bytes: program.length, verified: "acknowledged", acknowledgements: commands.length };
  } finally {
    conversation.session.release();
  }
}
