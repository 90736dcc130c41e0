/** Files made to hurt, or damaged: an error of ours in bounded time, or a network that was checked. Never a crash. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSpikingGraph } from "../../../src/graph/check-spiking.ts";
import { complaintOf, read, small } from "./small-text.ts";

/** Milliseconds on a machine that does other things, too. */
const soon = 10_000;

async function quickComplaint(text: string | Uint8Array): Promise<string> {
  const start = performance.now();
  const complaint = await complaintOf(text);
  expect(performance.now() - start).toBeLessThan(soon);
  return complaint;
}

describe("a file that nests without end", () => {
  const deep: [string, string][] = [
    ["lists", "["],
    ["maps", "{a: "],
    ["lists in lines", "- "],
    ["keys of keys", "? "],
    ["values of values", "a: "],
  ];
  it.each(deep)("of %s is refused before anything recurses", async (_, unit) => {
    expect(await quickComplaint(unit.repeat(20_000))).toContain("nests deeper than 100 levels");
    expect(await quickComplaint(`format: snn/1\nnodes: ${unit.repeat(20_000)}`)).toContain("SPK-0120");
  });
});

describe("aliases", () => {
  it("that grow by multiplication are refused", async () => {
    const rows = [..."abcdefghi"].map((letter, i) => {
      const before = i === 0 ? "x" : `*${"abcdefghi"[i - 1]}`;
      return `${letter}: &${letter} [${Array(9).fill(before).join(", ")}]`;
    });
    expect(await quickComplaint(`${rows.join("\n")}\n`)).toContain("SPK-0120");
  });

  it("that go round are refused, and so are those of nothing", async () => {
    expect(await quickComplaint("a: &a [*a]\n")).toContain("SPK-0120");
    expect(await quickComplaint("a: *b\n")).toContain("nothing before it is named &b");
  });

  it("stand for what they name", async () => {
    const text = small
      .replace("tau: 0.01", "tau: &slow 0.01")
      .replace("  output:", "  lif2: {type: LIF, tau: *slow, r: 10}\n  output:")
      .replace("lif, output", "lif, lif2, output");
    const { graph } = await read(text);
    const taus = graph.nodes.flatMap((node) => (node.type === "LIF" ? [node.tau.data[0]] : []));
    expect(taus).toEqual([0.01, 0.01]);
  });
});

describe("a file that is no text of one network", () => {
  const cases: [string, string | Uint8Array, string][] = [
    ["nothing", "", "the file is empty"],
    ["blanks", " \n\n", "the file is empty"],
    ["zeros", new Uint8Array(1000), "SPK-01"],
    ["bytes that are no UTF-8", new Uint8Array([0x66, 0xff, 0xfe]), "not text in UTF-8"],
    ["too much", new Uint8Array(2 ** 19 + 1).fill(32), "keep large weights in .npz files"],
    ["two documents", `${small}---\n${small}`, "SPK-0120 net.snn.yaml:9: a second document begins"],
    ["a number", "42\n", "a group of keys is needed"],
    ["a list", "- 1\n", "a group of keys is needed"],
    ["tags", "format: !!binary abc\n", "tags have no meaning here"],
    ["a tab", "a:\n\tb: 1\n", "SPK-0120 net.snn.yaml:2"],
    ["many keys", Array.from({ length: 5_000 }, (_, i) => `k${i}: 1`).join("\n"), "SPK-0121"],
    ["many anchors", "&x ".repeat(5_000), "SPK-0120"],
  ];
  it.each(cases)("(%s) is refused", async (_, text, complaint) => {
    expect(await quickComplaint(text)).toContain(complaint);
  });
});

describe("hostile names", () => {
  it("are names like any other", async () => {
    const text = small
      .replace("  lif:", "  __proto__:")
      .replace("fc, lif, output", "fc, __proto__, constructor, toString, output")
      .replace("  output:", "  constructor: {type: IF}\n  toString: {type: IF}\n  output:");
    const { graph } = await read(text);
    expect(graph.nodes.map(({ name }) => name)).toEqual([
      "input",
      "fc",
      "__proto__",
      "constructor",
      "toString",
      "output",
    ]);
  });
});

/** Values that a schema may not expect where they stand. */
const strange = [
  "null",
  "true",
  "-1",
  "0",
  "1e400",
  "-0",
  "1e-320",
  ".inf",
  "[]",
  "{}",
  "[[]]",
  "[0]",
  "[1, [2]]",
  "[[[[0]]]]",
  "''",
  "__proto__",
  "constructor",
  "toString",
  "99999999999",
  "{file: a}",
  "{type: LIF}",
  "{MaxSpike: 0}",
  "{values: x}",
  "{__proto__: 1}",
  "&a 1",
  "*a",
  "<<",
];

const oneTensor = async () => ({ shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) });

/** A network of many kinds of nodes. */
const everyNode = `format: snn/1
time: {preset: norse, dt: 1e-3, v_floor: null}
nodes:
  input: {type: Input, shape: [1, 6, 6]}
  conv: {type: Conv2d, weight: [[[[1, 2, 1], [1, 0.5, 1], [1, 2, 1]]]], bias: [0.5], padding: same, input_shape: [6, 6]}
  lif: {type: CubaLIF, tau_syn: 0.01, tau_mem: [[[0.1]]], r: 10, v_init: 0.5, reset: subtract, time: {compare: ge}}
  pool: {type: AvgPool2d, kernel_size: 2, stride: 2, padding: 0}
  flat: {type: Flatten, start_dim: 0, end_dim: -1}
  fc: {type: Affine, weight: {values: [[1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9]], dtype: float32}}
  leaky: {type: RLeaky, beta: 0.9, recurrent_weight: [[0, 1], [1, 0]], reset_mechanism: zero, state_quant: [0, 1]}
  alif: {type: SinabsALIF, tau_mem: 20, tau_adapt: 5, spike_fn: {MaxSpike: 3}, reset_fn: {MembraneReset: 0.5}}
  sub: {type: NIRGraph, nodes: {i: {type: Input, shape: [2]}, l: {type: Lapicque, R: 5, C: 1}, o: {type: Output}}, chain: [i, l, o]}
  back: {type: Linear, weight: {file: w.npy}}
  output: {type: Output}
chain: [input, conv, lif, pool, flat, fc, leaky, alif, sub, output]
edges: [{from: alif, to: back, delay: 2}, [back, leaky]]
stimulus: {steps: 12, drive: [{value: 1, every: 2, from: 1, to: 9}, {at: [1, 2]}, {values: [1, 2, 3]}]}
metadata: {a: [1, 2], b: {c: d}}
`;

describe("a damaged file", () => {
  const whole = `${small}stimulus: {steps: 9, drive: [{value: 1, every: 2}]}\nmetadata: {a: [1, 2], b: {c: text}}\n`;

  it("cut at any byte is refused, or is a network that was checked", async () => {
    const bytes = new TextEncoder().encode(whole);
    let refused = 0;
    for (let end = 0; end < bytes.length; end++) {
      const complaint = await complaintOf(bytes.subarray(0, end));
      if (complaint === "read") checkSpikingGraph((await read(bytes.subarray(0, end))).graph);
      else refused++;
    }
    expect(refused).toBeGreaterThan(bytes.length / 2);
  });

  it("with bytes changed is refused, or is a network that was checked", async () => {
    const bytes = new TextEncoder().encode(whole);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const broken = bytes.slice();
          for (const [at, value] of changes) broken[at] = value;
          if ((await complaintOf(broken)) === "read") checkSpikingGraph((await read(broken)).graph);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("with words in place of other words is refused, or is a network that was checked", async () => {
    const words = everyNode.match(/[A-Za-z_][\w./]*|-?[\d.]+(?:e-?\d+)?|\s+|[^\s\w]/g)!;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(words.length - 1),
        fc.constantFrom(...strange, ...new Set(words)),
        async (at, word) => {
          const text = words.with(at, word).join("");
          if ((await complaintOf(text, oneTensor)) === "read")
            checkSpikingGraph((await read(text, oneTensor)).graph);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("of random bytes is refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await complaintOf(bytes)).toMatch(/^SPK-012[01] net\.snn\.yaml/);
      }),
      { numRuns: 150 },
    );
  });
});
