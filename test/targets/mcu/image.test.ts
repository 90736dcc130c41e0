/** The network image: what fits, what is refused and why, and that no bytes can crash the board that reads them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Network, Population } from "../../../src/network/network.ts";
import { mcuTarget } from "../../../targets/mcu/index.ts";
import { ImageFault } from "../../../targets/mcu/machine/image-reader.ts";
import { createMachine } from "../../../targets/mcu/machine/machine.ts";
import { readProgram } from "../../../targets/mcu/machine/program.ts";
import { analogIn, dense, networkOf, population, spikesIn } from "../../simulate/small-networks.ts";
import { draws, randomNetwork } from "../../simulate/wasm/random-network.ts";
import { converted } from "./networks.ts";

const wide = (neurons: number, inputs = 64): Network =>
  networkOf({
    timesteps: 16,
    inputs: [spikesIn(inputs)],
    populations: [population("wide", {}, neurons)],
    projections: [dense("input", "wide", new Array(neurons * inputs).fill(3))],
  });

describe("a network for a small board", () => {
  it("is refused with every reason when flash and RAM are too small for it", () => {
    const reasons = [
      { layer: "network", resource: "flash bytes", limit: 7936 },
      { layer: "network", resource: "RAM bytes", limit: 896 },
      { layer: "wide", resource: "bytes of spikes a step" },
    ];
    expect(() => mcuTarget("avr328p").place(wide(2000))).toThrowError(
      expect.objectContaining({
        code: "SPK-0401",
        exitCode: 4,
        reasons: reasons.map((one) => expect.objectContaining(one)),
      }),
    );
  });

  it("takes 4 bytes of RAM a neuron, and a bit a neuron for each step that is kept", () => {
    const { report } = mcuTarget("rp2040").place(wide(320, 32));
    // 32 inputs of 16 bits; 320 neurons with one row of spikes.
    expect(report.uses).toContainEqual({ resource: "RAM bytes", used: 64 + 4 * 320 + 40, limit: 196_608 });
  });

  it("is refused when a sum could leave a 32-bit word, and taken when its state saturates", () => {
    const { law, ...rest } = population("steep", {}, 1);
    const steep = (overflowV: typeof law.overflowV): Network =>
      networkOf({
        timesteps: 1000,
        inputs: [analogIn(1)],
        populations: [{ ...rest, law: { ...law, overflowV } }],
        projections: [dense("input", "steep", [100_000])],
      });
    expect(() => mcuTarget("rp2040").place(steep(null))).toThrowError(
      expect.objectContaining({ code: "SPK-0401", message: expect.stringContaining("largest sum") }),
    );
    const saturating = steep({ low: -(2 ** 30), high: 2 ** 30 - 1, overflow: "saturate" });
    expect(mcuTarget("rp2040").place(saturating).report.uses).toHaveLength(2);
  });

  it("is refused when it has more layers, or more pools in a row, than the firmware takes", () => {
    const names = Array.from({ length: 257 }, (_, i) => `layer ${i}`);
    const deep = networkOf({
      timesteps: 1,
      inputs: [spikesIn(1)],
      populations: names.map((name) => population(name)),
      projections: names.map((name, i) => dense(i === 0 ? "input" : names[i - 1], name, [1])),
    });
    const pool = { kernel: [1, 1], stride: [1, 1], padding: [0, 0, 0, 0] } as const;
    const pooled = networkOf({
      timesteps: 1,
      inputs: [{ ...spikesIn(4), shape: [1, 2, 2] }],
      populations: [population("only")],
      projections: [{ ...dense("input", "only", [1, 1, 1, 1]), pools: [pool, pool, pool] }],
    });
    const refused = (network: Network, reason: object) =>
      expect(() => mcuTarget("rp2040").place(network)).toThrowError(
        expect.objectContaining({ code: "SPK-0401", reasons: [expect.objectContaining(reason)] }),
      );
    refused(deep, { resource: "layers", need: 257, limit: 256 });
    refused(pooled, { resource: "pools in a row", need: 3, limit: 2 });
  });

  it("is refused by name for what the firmware does not compute", () => {
    const beyond: readonly [Partial<Parameters<typeof population>[1]>, string][] = [
      [{ maxSpikes: 3 }, "maxSpikes 3"],
      [{ refractory: 2 }, "refractory 2"],
      [{ decayV: { kind: "constant", amount: Int32Array.of(1), towardZero: true } }, "decayV constant"],
    ];
    for (const [law, what] of beyond) {
      const network = networkOf({
        timesteps: 4,
        inputs: [spikesIn(1)],
        populations: [population("special", law)],
        projections: [dense("input", "special", [1])],
      });
      expect(() => mcuTarget("rp2040").place(network)).toThrowError(
        expect.objectContaining({ code: "SPK-0402", message: expect.stringContaining(what) }),
      );
    }
  });

  it("is refused when it pools by counts", () => {
    const network = wide(4);
    const pool: Population = {
      kind: "maxCount",
      name: "pool",
      shape: [1, 1, 1],
      taps: [1, 2, 2],
      window: { kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] },
      spikeValue: new Float64Array(0),
      origin: [],
    };
    const pooling: Network = {
      ...network,
      populations: [...network.populations, pool],
      projections: [...network.projections, dense("wide", "pool", new Array(16).fill(1))],
    };
    expect(() => mcuTarget("rp2040").place(pooling)).toThrowError(
      expect.objectContaining({ code: "SPK-0402" }),
    );
  });
});

describe("an image", () => {
  it("is the same bytes for the same network, with a manifest and a report of every layer", async () => {
    const target = mcuTarget("cortex-m0");
    const network = await converted("digits_mlp", 16);
    const [first, second] = await Promise.all([0, 1].map(() => target.emit(target.place(network))));
    expect(first).toEqual(second);
    const [, , report] = first.artifacts;
    const text = new TextDecoder().decode(report.bytes);
    for (const { name } of network.populations) expect(text).toContain(`| ${name} |`);
  });

  it("that is damaged anywhere is run or refused, and never more than that", () => {
    fc.assert(
      fc.property(
        draws,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
        fc.nat(),
        (draw, damage, cut) => {
          const target = mcuTarget("cortex-m3");
          let bytes: Uint8Array;
          try {
            bytes = (target.place(randomNetwork(draw)) as unknown as { bytes: Uint8Array }).bytes.slice();
          } catch {
            return;
          }
          // Tables lie in front of the weights: half of the damage goes there.
          damage.forEach(([at, value], i) => {
            bytes[at % (i % 2 === 0 ? Math.min(400, bytes.length) : bytes.length)] = value;
          });
          const image = cut % 5 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
          try {
            const machine = createMachine(readProgram(image, 262_144));
            for (let step = 0; step < 3; step++) machine.run();
          } catch (error) {
            expect(error).toBeInstanceOf(ImageFault);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
