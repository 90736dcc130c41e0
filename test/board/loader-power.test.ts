/** What a model board keeps when its power goes, at any byte that it receives and at any byte of its flash work. */
import { beforeAll, describe, expect, it } from "vitest";
import { crc32 } from "../../src/link/loader/crc32.ts";
import { memoryLinks } from "../../src/link/memory.ts";
import { serve } from "../../src/link/serve.ts";
import type { Image } from "../../src/target/target.ts";
import { boards } from "../../targets/mcu/chip.ts";
import { createBoard } from "../../targets/mcu/device.ts";
import { mcuTarget } from "../../targets/mcu/index.ts";
import { converted } from "../targets/mcu/networks.ts";
import { cutPower, describeSelf } from "./power-cuts.ts";

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

describe("200 power cuts at random moments of an upload", () => {
  it("leave the old network or the new one, whole, and never none", () => {
    const { old, new: taken } = cutPower(createBoard(model), bytes, {
      cuts: 200,
      sector: model.flash.sector,
    });
    expect(old + taken).toBe(200);
    expect(old).toBeGreaterThan(50);
    expect(taken).toBeGreaterThan(10);
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
