import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createBoard } from "../../../targets/ucaspian/device.ts";
import { bytesOfHex, firstDifference, vectorsOf } from "../../../targets/ucaspian/proof.ts";

const file = "test/golden/rtl/ucaspian_vectors.json";
const vectors = vectorsOf(file, readFileSync(file));

/** Reply bytes to a list of commands, in hexadecimal. */
function replies(...commands: string[]): string {
  const bytes = createBoard().receive(bytesOfHex(commands.join("").replaceAll(" ", "")));
  return Buffer.from(bytes).toString("hex");
}

/** A small generator of whole numbers below `limit`, so that failures repeat. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

describe("the virtual uCaspian and the byte streams of the simulated RTL", () => {
  it("is compared with 16 vectors", () => {
    expect(vectors).toHaveLength(16);
  });

  for (const { name, host_to_board, board_to_host } of vectors) {
    it(`answers ${name} byte for byte`, () => {
      const reply = createBoard().receive(bytesOfHex(host_to_board));
      expect(firstDifference(reply, bytesOfHex(board_to_host))).toBeNull();
    });

    it(`answers ${name} the same when its bytes come in pieces of any size`, () => {
      const next = numbers(name.length + host_to_board.length);
      const bytes = bytesOfHex(host_to_board);
      const board = createBoard();
      const reply: number[] = [];
      for (let at = 0; at < bytes.length; ) {
        const size = next(12);
        reply.push(...board.receive(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(firstDifference(Uint8Array.from(reply), bytesOfHex(board_to_host))).toBeNull();
    });
  }
});

describe("commands that the golden vectors do not exercise", () => {
  const outputNeuron = "08 00 00 08 0000 00";

  it("skips unknown bytes below 0x80 without an answer", () => {
    expect(replies("00 03 06 07 09 12 7f", "04")).toBe("04");
  });

  it("takes opcode 0x11 as one synapse, like 0x10", () => {
    const program = (opcode: string) => [
      "08 00 00 00 0000 01",
      `${opcode} 0000 05 01`,
      "08 01 04 08 0000 00",
    ];
    const run = ["80 01", "01 01", "01 01"];
    expect(replies(...program("11"), ...run)).toBe("181818" + "0100000001" + "0100000002" + "8001");
    expect(replies(...program("11"), ...run)).toBe(replies(...program("10"), ...run));
  });

  it("sends time in a run of several steps only for steps with output fires and for the last", () => {
    // Neuron 0 fires at step 1 and, through a synapse to itself with delay 3, at steps 5 and 9.
    const self = ["08 00 00 38 0000 01", "10 0000 01 00"];
    expect(replies(...self, "80 01", "01 0a")).toBe(
      "1818" + "01000000018000" + "01000000058000" + "01000000098000" + "010000000a",
    );
  });

  it("answers nothing to a run of 0 steps", () => {
    expect(replies("01 00", "04")).toBe("04");
  });

  it("sets time and charges to 0 at 04 and keeps the configuration", () => {
    const neuron = "08 00 05 08 0000 00";
    const charged = ["80 05", "01 01"];
    // Charge 5 is not more than 5: no fire; without the clear the second 5 would fire.
    expect(replies(neuron, ...charged, "04", ...charged)).toBe("18" + "0100000001" + "04" + "0100000001");
    expect(replies(neuron, ...charged, ...charged)).toBe("18" + "0100000001" + "0100000002" + "8000");
  });

  it("drops charges and delayed fires at 04", () => {
    const delayed = ["08 00 00 10 0000 01", "10 0000 01 01", "08 01 00 08 0000 00"];
    expect(replies(...delayed, "80 01", "01 01", "04", "01 04")).toBe(
      "181818" + "0100000001" + "04" + "0100000004",
    );
    expect(replies(outputNeuron, "80 01", "04", "01 01")).toBe("18" + "04" + "0100000001");
  });

  it("keeps thresholds and output flags at 05, and clears delays and synapses", () => {
    const program = ["08 00 03 18 0000 01", "10 0000 7f 01", "08 01 00 08 0000 00"];
    // Neuron 0 still needs more than 3 and still reports; its synapse to neuron 1 is gone.
    expect(replies(...program, "05", "80 03", "01 01", "80 01", "01 05")).toBe(
      "181818" + "04" + "0100000001" + "01000000028000" + "0100000006",
    );
  });

  it("wraps the sum of one dendrite at 16 bits", () => {
    // 300 charges of 255 are 76500 = 10964 mod 65536: it fires. 150 are 38250 = -27286: it does not.
    const charges = (count: number) => "80ff".repeat(count);
    expect(replies(outputNeuron, charges(300), "01 01")).toBe("18" + "0100000001" + "8000");
    expect(replies(outputNeuron, charges(150), "01 01")).toBe("18" + "0100000001");
  });

  it("clamps the charge at -32768", () => {
    // Twice -27286 would be -54572; clamped, 32768 + 1 more is enough to fire: 128 * 255 + 129 = 32769.
    const negative = `${"80ff".repeat(150)}0101`;
    const positive = `${"80ff".repeat(128)}8081`;
    expect(replies(outputNeuron, negative, negative, positive, "0101")).toBe(
      "18" + "0100000001" + "0100000002" + "0100000003",
    );
    // 32769 alone wraps to -32767; in two steps of 16384 and 16385 it does not.
    const half = `${"80ff".repeat(64)}8040`;
    const more = `${"80ff".repeat(64)}8041`;
    expect(replies(outputNeuron, negative, negative, half, "0101", more, "0101")).toBe(
      "18" + "0100000001" + "0100000002" + "0100000003" + "0100000004" + "8000",
    );
  });

  it("evaluates a neuron only when its block of 16 received something", () => {
    // Charge 5 under threshold 9, then the threshold falls to 2: it fires when a neighbour in its block is charged.
    const neuron = (threshold: string) => `08 00 ${threshold} 08 0000 00`;
    const quiet = ["80 05", "01 01", neuron("02"), "01 01"];
    expect(replies(neuron("09"), ...quiet)).toBe("18" + "0100000001" + "18" + "0100000002");
    expect(replies(neuron("09"), ...quiet, "90 00", "01 01")).toBe(
      "18010000000118" + "0100000002" + "0100000003",
    );
    expect(replies(neuron("09"), ...quiet, "8f 00", "01 01")).toBe(
      "18010000000118" + "0100000002" + "01000000038000",
    );
  });

  it("counts a delayed fire at once and its synapses when they are delivered", () => {
    const program = ["08 00 00 20 0000 02", "10 0000 01 01", "10 0001 01 02"];
    const metrics = "02 04 02 08";
    // Fire at step 1, one accumulate for the charge; two more during step 3.
    expect(replies(...program, "80 01", "01 01", metrics, "01 02", metrics)).toBe(
      "181818" + "0100000001" + "020401" + "020801" + "0100000003" + "020400" + "020802",
    );
  });

  it("zeroes a counter when its lowest byte is read, and all of them at 04", () => {
    const charged = ["80 00".repeat(3), "02 07", "02 08", "02 08"];
    expect(replies(...charged)).toBe("020700" + "020803" + "020800");
    expect(replies("80 00", "04", "02 08")).toBe("04" + "020800");
  });

  it("answers 0 for metric 1 and for metrics that do not exist", () => {
    expect(replies("80 01", "02 01 02 00 02 0d 02 ff")).toBe("020100" + "020000" + "020d00" + "02ff00");
  });

  it("wraps a neuron's range of synapses at address 4096", () => {
    const program = [
      "08 00 00 00 0fff 02",
      "10 0fff 01 01",
      "10 0000 01 02",
      "08 01 00 08 0000 00",
      "08 02 00 08 0000 00",
    ];
    expect(replies(...program, "80 01", "01 02")).toBe("1818181818" + "010000000280018002");
  });
});
