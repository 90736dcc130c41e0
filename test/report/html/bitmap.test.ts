import { expect, it } from "vitest";
import { drawPixels } from "../../../src/report/html/bitmap.ts";

/** Pixels of a BMP, top row first, as [red, green, blue]. */
function pixelsOf(address: string): number[][][] {
  const bytes = Buffer.from(address.slice("data:image/bmp;base64,".length), "base64");
  const [start, width, height] = [bytes.readUInt32LE(10), bytes.readInt32LE(18), bytes.readInt32LE(22)];
  const row = Math.ceil((width * 3) / 4) * 4;
  expect(bytes.readUInt32LE(2)).toBe(bytes.length);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const at = start + (height - 1 - y) * row + 3 * x;
      return [bytes[at + 2], bytes[at + 1], bytes[at]];
    }),
  );
}

it("draws one channel in grey, row by row from the top", () => {
  const map = {
    title: "",
    channels: 1,
    height: 2,
    width: 3,
    pixels: [0, 50, 100, 150, 200, 255],
    colour: false,
  };
  const { address, width, height } = drawPixels(map);
  expect([width, height]).toEqual([3, 2]);
  expect(pixelsOf(address)).toEqual([
    [
      [0, 0, 0],
      [50, 50, 50],
      [100, 100, 100],
    ],
    [
      [150, 150, 150],
      [200, 200, 200],
      [255, 255, 255],
    ],
  ]);
});

it("draws three channels of a photograph as red, green and blue", () => {
  const map = { title: "", channels: 3, height: 1, width: 1, pixels: [1, 2, 3], colour: true };
  expect(pixelsOf(drawPixels(map).address)).toEqual([[[1, 2, 3]]]);
});

it("draws other channels side by side, a grey pixel apart", () => {
  const map = { title: "", channels: 2, height: 1, width: 1, pixels: [10, 20], colour: false };
  expect(pixelsOf(drawPixels(map).address)).toEqual([
    [
      [10, 10, 10],
      [128, 128, 128],
      [20, 20, 20],
    ],
  ]);
});
