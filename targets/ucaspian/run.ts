/** Run: a Device on a flashed board, step by step, several steps in flight. */
import { SpikecError } from "../../src/errors/error.ts";
import type { Link } from "../../src/link/link.ts";
import type { ChipEvents, Device, Image, Stimulus, WireOptions } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import { type Conversation, converse, nextReplies, sendSettled, unexpected } from "./conversation.ts";
import { programOf } from "./flash.ts";
import { advance, charge, clearActivity } from "./packets.ts";

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
  let fires = 0;
  await sendSettled(conversation, commands, (reply, step) => {
    if (reply.kind === "fire" && fires++ < chip.limits.neurons) {
      if (begun > 0) addresses[begun - 1]?.push(reply.neuron);
      return false;
    }
    const due = startTime + step + 1;
    if (reply.kind !== "time" || reply.time !== due) throw unexpected(conversation, reply, `time ${due}`);
    begun = step + 1;
    fires = 0;
    return true;
  });
  return { steps, addresses };
}

/** Sends the clear and waits for it; fires of a run before it are dropped. */
async function clear(conversation: Conversation): Promise<void> {
  await conversation.session.send(Uint8Array.from(clearActivity()));
  // What a run can leave behind: the fires of the step that ended it.
  let fires = 0;
  for (;;) {
    for (const reply of await nextReplies(conversation)) {
      if (reply.kind === "cleared") return;
      if (reply.kind !== "fire" || fires++ >= chip.limits.neurons) {
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
  const conversation = await converse(link, options);
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
      conversation.session.release();
    },
  };
}
