/**
 * What the golden vectors do not tell apart, recorded from the same RTL: `04`, `05` between runs, opcode `11`, runs of
 * many steps, wraps, the clamp, block-wise evaluation, ranges of synapses past 4095. How: targets/ucaspian/README.md.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createBoard } from "../../../targets/ucaspian/device.ts";
import { bytesOfHex, firstDifference } from "../../../targets/ucaspian/proof.ts";

interface Stream {
  readonly name: string;
  readonly parts: readonly string[];
  readonly board_to_host: string;
  /** The RTL's counter of active clock cycles at the end. */
  readonly active_clocks: number;
}

const { streams } = JSON.parse(readFileSync(new URL("rtl-streams.json", import.meta.url), "utf8")) as {
  streams: readonly Stream[];
};

function played({ parts }: Stream) {
  const board = createBoard();
  const reply = parts.flatMap((part) => [...board.receive(bytesOfHex(part))]);
  return { board, reply: Uint8Array.from(reply) };
}

describe("the virtual uCaspian and further streams of the simulated RTL", () => {
  it("is compared with 21 streams", () => {
    expect(streams).toHaveLength(21);
  });

  for (const stream of streams) {
    it(`answers byte for byte: ${stream.name}`, () => {
      expect(firstDifference(played(stream).reply, bytesOfHex(stream.board_to_host))).toBeNull();
    });
  }

  it("estimates the active clock cycles of long streams within a factor of two", () => {
    const long = streams.filter(({ active_clocks }) => active_clocks >= 1000);
    expect(long.length).toBeGreaterThan(5);
    for (const stream of long) {
      const reply = [...played(stream).board.receive(bytesOfHex("0209020a020b020c"))];
      const estimate = [2, 5, 8, 11].reduce((sum, at) => sum * 256 + reply[at], 0);
      expect(estimate / stream.active_clocks, stream.name).toBeGreaterThan(0.5);
      expect(estimate / stream.active_clocks, stream.name).toBeLessThan(2);
    }
  });
});
