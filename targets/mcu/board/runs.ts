/**
 * The board's side of a run: START, STEP, END, STATE. The answers to the last steps are kept, as many as the window has places,
 * so that an answer that got lost can be given again: no step runs twice.
 */
import { pack, u32, viewOf } from "../../../src/link/loader/bytes.ts";
import { moreFlag, statuses } from "../../../src/link/loader/protocol.ts";
import { digestRows } from "../machine/digest.ts";
import type { Machine } from "../machine/machine.ts";
import { joined } from "./joined.ts";
import type { Reply } from "./uploads.ts";

export interface Runs {
  start(payload: Uint8Array): Reply;
  step(payload: Uint8Array): Reply;
  end(): Reply;
  state(payload: Uint8Array): Reply;
}

export interface RunLimits {
  readonly window: number;
  /** Bytes of spikes, or of state, that an answer takes. */
  readonly room: number;
}

const malformed: Reply = [statuses.malformed];

/** A run of the machine, from START on. */
export function createRuns(machine: Machine, { window, room }: RunLimits): Runs {
  const populations = machine.program.populations.length;
  const observed = new Array<boolean>(populations).fill(false);
  const kept: Uint8Array[] = [];
  let digest = 0;
  let milliseconds = 0;
  let begun = false;

  /** A row without room is left out: the host misses its bytes. */
  function answer(rows: readonly Uint8Array[]): Uint8Array {
    let left = room;
    return joined(rows.filter((row) => row.length <= left && (left -= row.length) >= 0));
  }

  function run(): Uint8Array {
    const started = performance.now();
    const rows = machine.run().filter((_, population) => observed[population]);
    milliseconds += performance.now() - started;
    digest = digestRows(digest, rows);
    return answer(rows);
  }

  return {
    start(payload) {
      if (payload.length < Math.ceil(populations / 8)) return malformed;
      for (let population = 0; population < populations; population++)
        observed[population] = ((payload[population >> 3] >> (population & 7)) & 1) === 1;
      machine.reset();
      kept.length = 0;
      [digest, milliseconds, begun] = [0, 0, true];
      return [statuses.ok];
    },
    step(payload) {
      if (payload.length < 6) return malformed;
      if (!begun) return [statuses.nothingBegun];
      const due = machine.step();
      const again = due - viewOf(payload).getUint32(0, true);
      if (again > 0 && again <= kept.length) return [statuses.ok, kept[kept.length - again]];
      if (again !== 0) return [statuses.wrongPlace, pack([u32(due)])];
      if (!machine.enter(payload[4], payload.subarray(6))) return malformed;
      if ((payload[4] & moreFlag) !== 0) return [statuses.ok];
      kept.push(run());
      if (kept.length > window) kept.shift();
      return [statuses.ok, kept[kept.length - 1]];
    },
    end() {
      if (!begun) return [statuses.nothingBegun];
      return [statuses.ok, pack([u32(machine.step()), u32(digest), u32(Math.round(milliseconds * 1000))])];
    },
    state(payload) {
      if (payload.length < 4) return malformed;
      const at = viewOf(payload).getUint32(0, true);
      if (at > machine.program.arena) return malformed;
      return [statuses.ok, machine.state(at, room - (room % 4))];
    },
  };
}
