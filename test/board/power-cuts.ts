/**
 * Power cuts during uploads: at any byte that a board receives and at any byte of its flash work. Whatever board it is, it must
 * start with the old network or the new one.
 */
import { expect } from "vitest";
import { pack, u8, u32 } from "../../src/link/loader/bytes.ts";
import { crc32 } from "../../src/link/loader/crc32.ts";
import { type BoardDescription, decodeDescription } from "../../src/link/loader/description.ts";
import { createFrameReader, encodeFrame } from "../../src/link/loader/frame.ts";
import { operations } from "../../src/link/loader/protocol.ts";
import { dataSize } from "../../src/link/loader/upload.ts";
import type { Mishaps, VirtualBoard } from "../../src/link/virtual-board.ts";

export interface BoardWithPower extends VirtualBoard {
  readonly mishaps: Mishaps;
  /** Times that the power came. */
  starts(): number;
}

/** What the board answers to HELLO. */
export function describeSelf(board: VirtualBoard): BoardDescription {
  const question = encodeFrame({ operation: operations.hello, sequence: 1, payload: Uint8Array.of(1, 0) });
  const [answer] = createFrameReader(65_535).push(board.receive(Uint8Array.of(0, ...question)));
  return decodeDescription(answer.payload.subarray(1), "board");
}

/** All that a host sends for an upload, in one piece. */
function conversation(image: Uint8Array, description: BoardDescription): Uint8Array {
  const crc = crc32(image);
  const size = dataSize(description);
  const questions: [number, Uint8Array][] = [[operations.begin, pack([u32(image.length), u32(crc), u8(0)])]];
  for (let offset = 0; offset < image.length; offset += size)
    questions.push([
      operations.data,
      pack([u32(offset)], image.subarray(offset, Math.min(image.length, offset + size))),
    ]);
  questions.push([operations.commit, pack([u32(image.length), u32(crc)])]);
  questions.push([operations.trial, pack([u32(crc)])], [operations.confirm, pack([u32(crc)])]);
  const frames = questions.map(([operation, payload], sequence) =>
    encodeFrame({ operation, sequence, payload }),
  );
  return Uint8Array.from(frames.flatMap((frame) => [...frame]));
}

/** A seeded generator: which cuts are tried does not change from run to run. */
function dice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** Uploads both images in turn, each cut off at random; returns how often the old one stayed and the new one was there. */
export function cutPower(
  board: BoardWithPower,
  images: readonly [Uint8Array, Uint8Array],
  { cuts, sector }: { readonly cuts: number; readonly sector: number },
): { readonly old: number; readonly new: number } {
  const roll = dice(7);
  board.receive(conversation(images[0], describeSelf(board)));
  let current = 0;
  const kept = { old: 0, new: 0 };
  for (let cut = 0; cut < cuts; cut++) {
    const next = 1 - current;
    const sent = conversation(images[next], describeSelf(board));
    const inFlash = cut % 2 === 1;
    // Every fourth cut or so comes too late: the new network is there.
    const at = roll(1.25 * sent.length);
    if (inFlash) board.mishaps.cutPowerInFlash(roll(1.25 * (2 * sector + images[next].length)));
    const starts = board.starts();
    board.receive(inFlash ? sent : sent.subarray(0, at));
    if (board.starts() === starts) board.mishaps.cutPower();
    const { active, trial } = describeSelf(board);
    const found = images.findIndex((image) => crc32(image) === active?.crc);
    expect(active, `cut ${cut}`).not.toBeNull();
    expect([current, next], `cut ${cut}`).toContain(found);
    expect(trial, `cut ${cut}`).toBe(false);
    kept[found === current ? "old" : "new"]++;
    current = found;
  }
  return kept;
}
