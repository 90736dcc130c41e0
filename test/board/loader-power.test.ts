/** What a model board keeps when its power goes, at any byte that it receives and at any byte of its flash work. */
import { beforeAll, describe, expect, it } from "vitest";
import { pack, u8, u32 } from "../../src/link/loader/bytes.ts";
import { crc32 } from "../../src/link/loader/crc32.ts";
import { type BoardDescription, decodeDescription } from "../../src/link/loader/description.ts";
import { createFrameReader, encodeFrame } from "../../src/link/loader/frame.ts";
import { operations } from "../../src/link/loader/protocol.ts";
import { dataSize } from "../../src/link/loader/upload.ts";
import { memoryLinks } from "../../src/link/memory.ts";
import { serve } from "../../src/link/serve.ts";
import type { Image } from "../../src/target/target.ts";
import { boards } from "../../targets/mcu/chip.ts";
import { createBoard, type ModelBoard } from "../../targets/mcu/device.ts";
import { mcuTarget } from "../../targets/mcu/index.ts";
import { converted } from "../targets/mcu/networks.ts";

const model = boards.find(({ name }) => name === "rp2040")!;
const target = mcuTarget("rp2040");

let images: readonly [Image, Image];
let bytes: readonly [Uint8Array, Uint8Array];

beforeAll(async () => {
  const networks = [await converted("digits_mlp", 16), await converted("digits_mlp", 8, { input: "rate" })];
  const [a, b] = await Promise.all(networks.map((network) => target.emit(target.place(network))));
  images = [a, b];
  bytes = [a.artifacts[0].bytes, b.artifacts[0].bytes];
}, 60_000);

function describeSelf(board: ModelBoard): BoardDescription {
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

describe("200 power cuts at random moments of an upload", () => {
  it("leave the old network or the new one, whole, and never none", () => {
    const board = createBoard(model);
    const roll = dice(7);
    board.receive(conversation(bytes[0], describeSelf(board)));
    let current = 0;
    const kept = { old: 0, new: 0 };
    for (let cut = 0; cut < 200; cut++) {
      const next = 1 - current;
      const sent = conversation(bytes[next], describeSelf(board));
      const inFlash = cut % 2 === 1;
      // Every fourth cut or so comes too late: the new network is there.
      const at = roll(1.25 * sent.length);
      if (inFlash) board.mishaps.cutPowerInFlash(roll(1.25 * (2 * model.flash.sector + bytes[next].length)));
      const starts = board.starts();
      board.receive(inFlash ? sent : sent.subarray(0, at));
      if (board.starts() === starts) board.mishaps.cutPower();
      const { active, trial } = describeSelf(board);
      const found = bytes.findIndex((image) => crc32(image) === active?.crc);
      expect(active, `cut ${cut}`).not.toBeNull();
      expect([current, next], `cut ${cut}`).toContain(found);
      expect(trial, `cut ${cut}`).toBe(false);
      kept[found === current ? "old" : "new"]++;
      current = found;
    }
    expect(kept.old + kept.new).toBe(200);
    expect(kept.old).toBeGreaterThan(50);
    expect(kept.new).toBeGreaterThan(10);
  });
});

describe("flash that takes nothing any more", () => {
  it("is reported, and the board keeps its network", async () => {
    const board = createBoard(model);
    const [host, far] = memoryLinks();
    void serve(board, far);
    await target.wire!.flash(host, images[0]);
    board.mishaps.wearOutFlash(model.flash.sector * 2 + 1500);
    await expect(target.wire!.flash(host, images[1])).rejects.toMatchObject({
      code: "SPK-0514",
      exitCode: 8,
    });
    expect(describeSelf(board).active?.crc).toBe(crc32(bytes[0]));
    await expect(target.wire!.device(host, images[1])).rejects.toMatchObject({
      code: "SPK-0515",
      exitCode: 8,
    });
    await host.close();
  });
});
