import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { importNir } from "../../src/import/nir/import-nir.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { convert, digits, writeNetwork } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const golden = (name: string) =>
  fileURLToPath(new URL(`../golden/nir/conformance/${name}.nir`, import.meta.url));
const nested = golden("nested_recurrent");

describe("inspect of a .nir file", () => {
  it("shows nodes, those of nested graphs too, edges with their delays, and every choice about time", async () => {
    const json = await resultOf(["inspect", nested, "--dt", "1e-3", "--preset", "norse"]);
    expect(json).toMatchObject({
      kind: "spiking",
      parameters: 15 + 3 + 9,
      discretization: { name: "norse", dt: 1e-3, form: "increment", vInit: "leak" },
      reason: "given",
    });
    expect(json.edges).toContainEqual({ from: "rec/lif", to: "rec/w_rec", delay: 1 });
    const { stdout } = await run(["inspect", nested, "--dt", "1e-3", "--preset", "norse"]);
    for (const word of ["rec/w_rec", "preset norse", "0.001 s (given)", ...Object.keys(json.discretization)])
      if (word !== "name") expect(stdout.replaceAll(/\s+/g, " ")).toContain(word);
  });

  it("says that dt must be given where the file does not tell it", async () => {
    const json = await resultOf(["inspect", nested]);
    expect(json).toMatchObject({ discretization: null, reason: expect.stringContaining("--dt SECONDS") });
  });

  it("names the field that is wrong", async () => {
    const file = nested.replace("conformance/nested_recurrent", "conformance_negative/tau_zero");
    await failureOf(["inspect", file], 3, "SPK-0117");
  });
});

describe("export --to nir", () => {
  it("writes a converted ONNX network as IF neurons", async () => {
    const network = writeNetwork(scratch("digits.spk"), await convert(digits, "generic", 4));
    const file = scratch("digits.nir");
    expect(await resultOf(["export", network, "--to", "nir", "-o", file])).toMatchObject({ format: "nir" });
    const graph = await importNir(new Uint8Array(readFileSync(file)), "digits.nir");
    expect(graph.nodes.map(({ type }) => type).sort()).toEqual([
      "Affine",
      "Affine",
      "Flatten",
      "I",
      "IF",
      "Input",
      "Output",
    ]);
  });

  it("keeps the choices about time that are given, for whoever reads the file", async () => {
    const file = scratch("timed.nir");
    await resultOf(["export", nested, "--to", "nir", "-o", file, "--dt", "1e-3", "--preset", "snntorch"]);
    expect(await resultOf(["inspect", file])).toMatchObject({
      discretization: { name: "snntorch", dt: 1e-3 },
      reason: "as the file says",
    });
  });

  it("takes no file of another kind", async () => {
    await failureOf(["export", digits.model, "--to", "nir", "-o", scratch("no.nir")], 3, "SPK-0903");
  });
});

describe("convert", () => {
  it("has no use for --dt on a network of activations", async () => {
    const words = [
      "convert",
      digits.model,
      "-o",
      scratch("no.spk"),
      "--calib",
      digits.calibration,
      "--dt",
      "1e-3",
    ];
    await failureOf(words, 2, "SPK-0002");
  });
});
