/** .snn.yaml files in the commands: run with their own stimulus, drawn, inspected, and written as .nir and back. */
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { writeNpy } from "../../src/data/npy.ts";
import { readNpz, writeNpz } from "../../src/data/npz.ts";
import { exportNir } from "../../src/export/nir/export-nir.ts";
import { importNir } from "../../src/import/nir/import-nir.ts";
import { readSvg, textsOf } from "../report/svg-reading.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const lesson = (name: string) =>
  fileURLToPath(new URL(`../../models/lessons/${name}.snn.yaml`, import.meta.url));
const golden = (name: string) => fileURLToPath(new URL(`../golden/nir/${name}`, import.meta.url));

describe("simulate of a .snn.yaml", () => {
  it("feeds the file's own stimulus, and says when neurons fire", async () => {
    const json = await resultOf(["simulate", lesson("06-thresholds")]);
    expect(json).toMatchObject({ samples: 1, timesteps: 200, accuracy: null });
    expect(json.spikeTimes.whole).toEqual([[36, 63, 91, 118, 146, 173]]);
    const { stdout } = await run(["simulate", lesson("06-thresholds")]);
    expect(stdout).toContain("whole fires in 6 steps: 36, 63, 91, 118, 146, 173\n");
  });

  it("takes a file of samples in its place", async () => {
    const values = Float32Array.from({ length: 40 }, (_, step) => (step < 20 ? 1 : 0));
    writeFileSync(scratch("current.npy"), writeNpy({ shape: [1, 40, 1], data: values }));
    const json = await resultOf(["simulate", lesson("12-iaf"), "--input", scratch("current.npy")]);
    expect(json.spikeTimes.single[0]).toEqual(Array.from({ length: 20 }, (_, step) => step));
  });

  it("draws raster, membranes with thresholds and marks, counts and transfer curve", async () => {
    const folder = scratch("lesson");
    await resultOf(["simulate", lesson("10-lif-exercise"), "--plot", folder]);
    expect(readdirSync(folder).sort()).toEqual(["counts.svg", "membranes.svg", "raster.svg", "transfer.svg"]);
    const membranes = readFileSync(scratch("lesson", "membranes.svg"), "utf8");
    expect(textsOf(membranes)).toEqual(expect.arrayContaining(["current", "reaches: membrane", "threshold"]));
    for (const name of readdirSync(folder)) readSvg(readFileSync(scratch("lesson", name), "utf8"));
  });

  it("needs samples where the file brings no stimulus", async () => {
    const { stderr } = await failureOf(
      ["simulate", golden("conformance/linear_cubalif_f64.nir"), "--dt", "1e-3"],
      2,
      "SPK-0002",
    );
    expect(stderr).toContain("--input FILE");
    await failureOf(["simulate", lesson("12-iaf"), "--labels", scratch("no.npy")], 2, "SPK-0002");
  });

  it("tells the line and the key of a mistake", async () => {
    writeFileSync(scratch("wrong.snn.yaml"), "format: snn/1\nnodes:\n  a: {type: Leaky, betta: 0.9}\n");
    const { stderr } = await failureOf(["simulate", scratch("wrong.snn.yaml")], 3, "SPK-0121");
    expect(stderr).toContain('there is no key "betta" here; did you mean beta?');
    expect(stderr).toContain("where: wrong.snn.yaml:3 nodes.a.betta");
  });
});

describe("numbers in files beside a .snn.yaml", () => {
  const text = (weight: string) => `format: snn/1
nodes: {in: {type: Input, shape: [2]}, fc: {type: Linear, weight: ${weight}}, out: {type: Output}}
chain: [in, fc, out]
`;
  const weights = { shape: [1, 2], data: Float32Array.of(0.5, 0.25) };
  const inspect = async (weight: string) => {
    writeFileSync(scratch("net.snn.yaml"), text(weight));
    return resultOf(["inspect", scratch("net.snn.yaml")]);
  };

  it("are read from .npy, from one or several arrays of .npz, and from .nir", async () => {
    writeFileSync(scratch("w.npy"), writeNpy(weights));
    writeFileSync(scratch("one.npz"), writeNpz(new Map([["w", weights]])));
    writeFileSync(
      scratch("two.npz"),
      writeNpz(
        new Map([
          ["w", weights],
          ["v", weights],
        ]),
      ),
    );
    const nir = readFileSync(golden("conformance/linear_cubalif_f64.nir"));
    writeFileSync(scratch("net.nir"), nir);
    for (const weight of ["{file: w.npy}", "{file: one.npz}", '{file: "two.npz#v"}'])
      expect(await inspect(weight)).toMatchObject({ parameters: 2 });
    const graph = await importNir(new Uint8Array(nir), "net.nir");
    const linear = graph.nodes.find((node) => node.type === "Linear")!;
    const [rows, columns] = linear.weight.shape;
    writeFileSync(
      scratch("wide.snn.yaml"),
      text(`{nir: "net.nir#node/nodes/${linear.name}/weight"}`).replace("[2]", `[${columns}]`),
    );
    expect(await resultOf(["inspect", scratch("wide.snn.yaml")])).toMatchObject({
      parameters: rows * columns,
    });
  });

  it("are refused where they are missing, ambiguous, or behind a link out of the folder", async () => {
    const refused = async (weight: string, code: number, error: string) => {
      writeFileSync(scratch("net.snn.yaml"), text(weight));
      const { stderr } = await failureOf(["inspect", scratch("net.snn.yaml")], code, error);
      return stderr;
    };
    expect(await refused("{file: none.npy}", 2, "SPK-0901")).toContain("net.snn.yaml:2 nodes.fc.weight.file");
    expect(await refused("{file: two.npz}", 3, "SPK-0122")).toContain(
      "several arrays: write two.npz#name with one of w, v",
    );
    expect(await refused('{file: "two.npz#x"}', 3, "SPK-0122")).toContain("no array x");
    expect(await refused('{nir: "net.nir#node/nodes"}', 3, "SPK-0122")).toContain("no numbers at");
    symlinkSync(golden("digits/digits_lif__snntorch_head.npz"), scratch("link.npz"));
    expect(await refused('{file: "link.npz#pixels"}', 3, "SPK-0122")).toContain(
      "leaves the network's folder",
    );
    writeFileSync(scratch("broken.npy"), "nothing");
    await refused("{file: broken.npy}", 2, "SPK-0601");
  });
});

describe("inspect of a .snn.yaml", () => {
  it("lists what nodes say of their own integers, and says nothing where none does", async () => {
    const file = scratch("hints.snn.yaml");
    const quantized = `format: snn/1
nodes:
  input: {type: Input, shape: [2]}
  fc: {type: Linear, weight: [[1, -1], [0.5, 2]], quant: {bits: 6, scale: per_layer}}
  if1: {type: IF, shape: [2], r: 1, v_threshold: 1, quant: {state_bits: 20}}
  output: {type: Output, shape: [2]}
chain: [input, fc, if1, output]
`;
    writeFileSync(file, quantized);
    const { nodes } = await resultOf(["inspect", file]);
    const quants = nodes.map(({ name, quant }: { name: string; quant: object }) => [name, quant]);
    expect(quants).toEqual([
      ["input", null],
      ["fc", { bits: 6, scale: "per_layer" }],
      ["if1", { state_bits: 20 }],
      ["output", null],
    ]);
    const { stdout } = await run(["inspect", file]);
    expect(stdout).toMatch(/\nfc +Linear +2 +4 +bits 6, scale per_layer *\n/);
    expect(stdout).toMatch(/\nif1 +IF +2 +state_bits 20 *\n/);
    writeFileSync(file, quantized.replaceAll(/, quant: \{.*\}\}/g, "}"));
    expect((await run(["inspect", file])).stdout).not.toContain("quant ");
  });

  it("shows nodes, time and how long its stimulus lasts", async () => {
    expect(await resultOf(["inspect", lesson("04-firing-by-hand")])).toMatchObject({
      name: "Firing with and without a reset, by hand",
      discretization: { name: "nir", dt: 1e-3, form: "increment", phase: "before" },
      stimulusSteps: 200,
    });
  });
});

describe("export", () => {
  it("writes a .nir as text with large weights beside it, and that text as the same .nir", async () => {
    const file = golden("digits/digits_lif.nir");
    const yaml = scratch("digits.snn.yaml");
    const json = await resultOf(["export", file, "--to", "yaml", "-o", yaml]);
    expect(json.beside).toEqual(["digits.npz"]);
    expect(
      [...readNpz(readFileSync(scratch("digits.npz"))).values()].every(({ dtype }) => dtype === "float32"),
    ).toBe(true);
    await resultOf(["export", yaml, "--to", "nir", "-o", scratch("digits.nir")]);
    const [before, after] = await Promise.all(
      [file, scratch("digits.nir")].map(async (path) =>
        importNir(new Uint8Array(readFileSync(path)), "digits.nir"),
      ),
    );
    const kept = (graph: typeof before) => graph.nodes.map(({ storage: _, ...node }) => node);
    expect(kept(after)).toEqual(kept(before));
    expect(after.edges).toEqual(before.edges);
  });

  it("writes a lesson of NIR's neurons as .nir that python would read, and refuses neurons that NIR has not", async () => {
    await resultOf(["export", lesson("11-lif-in-numpy"), "--to", "nir", "-o", scratch("lif.nir")]);
    const graph = await importNir(new Uint8Array(readFileSync(scratch("lif.nir"))), "lif.nir");
    expect((await exportNir(graph)).notes).toEqual([]);
    expect(graph.discretization).toMatchObject({ form: "increment", compare: "ge" });
    await failureOf(["export", lesson("08-synaptic"), "--to", "nir", "-o", scratch("no.nir")], 3, "SPK-0119");
  });
});

describe("schema", () => {
  it("prints the JSON Schema", async () => {
    const { stdout } = await run(["schema"]);
    expect(JSON.parse(stdout)).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema" });
  });
});
