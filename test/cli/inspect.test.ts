import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { textWidth } from "../../src/cli/text.ts";
import type { Network } from "../../src/network/network.ts";
import { samplePath } from "../sample-models.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { convert, digits, writeNetwork } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const folders = ["../../models/", "../golden/models/", "../../../shared/models/"]
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .filter((folder) => existsSync(folder));
const models = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".onnx"))
    .map((name) => join(folder, name)),
);

function expectToFit(text: string): void {
  for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(textWidth);
}

describe("inspect", () => {
  it("tells of every model here what it holds, and what becomes of it", async () => {
    expect(models.length).toBeGreaterThanOrEqual(9);
    for (const model of models) {
      const [json, text] = await Promise.all([resultOf(["inspect", model]), run(["inspect", model])]);
      expect(json, model).toMatchObject({ file: basename(model), kind: "model" });
      expect(text.code, model).toBe(0);
      expectToFit(text.stdout);
      if (json.refused.length > 0) continue;
      expect(json.refusal, model).toBeNull();
      expect(json.parameters, model).toBeGreaterThan(100);
      const { populations } = json;
      expect(populations.at(-1), model).toMatchObject({ kind: "output" });
      for (const { name } of [...json.nodes, ...populations]) expect(text.stdout, model).toContain(name);
    }
  });

  it("gives the shapes and parameters of a network", async () => {
    const { nodes, parameters } = await resultOf(["inspect", digits.model]);
    const shapes = nodes.map(({ shape }: { shape: number[] }) => shape.join("x"));
    expect(shapes).toEqual(["1x8x8", "64", "32", "32", "10"]);
    expect(parameters).toBe(64 * 32 + 32 + 32 * 10 + 10);
  });

  it("says what is taken off or folded", async () => {
    const { stdout } = await run(["inspect", samplePath("digits_mlp.softmax.onnx")]);
    expect(stdout).toContain("head softmax taken off");
  });
});

describe("inspect --strict", () => {
  const refused = samplePath("digits_sigmoid.onnx");

  it("exits 3 where a node would be refused, with the result still printed", async () => {
    const strict = await failureOf(["inspect", refused, "--strict"], 3, "SPK-0104");
    expect(strict.stderr).toContain("/2/Sigmoid (Sigmoid)");
    const lax = await run(["inspect", refused]);
    expect(lax).toEqual({ code: 0, stdout: strict.stdout, stderr: "" });
    expect(lax.stdout).toContain("refused: /2/Sigmoid (Sigmoid): ");
    expect(lax.stdout).toContain("what to do: replace it by ReLU");
  });

  it("prints one object with --json all the same", async () => {
    const { code, stdout } = await run(["inspect", refused, "--strict", "--json"]);
    expect(code).toBe(3);
    const [node] = JSON.parse(stdout).refused;
    expect(node).toMatchObject({ node: "/2/Sigmoid", operator: "Sigmoid" });
    expect(Object.keys(node)).toEqual(expect.arrayContaining(["why", "advice"]));
  });

  it("exits 0 where all would be converted", async () => {
    expect(await run(["inspect", digits.model, "--strict"])).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("inspect of a network", () => {
  let network: Network;
  let path: string;
  beforeAll(async () => {
    network = await convert(digits, "ucaspian", 8);
    path = writeNetwork(scratch("digits.spk"), network);
  });

  it("shows populations, projections, and where it is from", async () => {
    const result = await resultOf(["inspect", path]);
    expect(result).toMatchObject({ file: "digits.spk", kind: "network", name: "digits_mlp", timesteps: 8 });
    expect(result.populations.map((p: { neurons: number }) => p.neurons)).toEqual([32, 10]);
    expect(result.projections.length).toBe(network.projections.length);
    expect(result.readout).toMatchObject({ read: "count" });
    expect(Object.fromEntries(result.provenance.options)).toMatchObject({
      target: "ucaspian",
      timesteps: "8",
    });
  });

  it("prints tables that fit the terminal", async () => {
    const { code, stdout } = await run(["inspect", path]);
    expect(code).toBe(0);
    expect(stdout).toContain("digits_mlp: T = 8, read by count of ");
    expectToFit(stdout);
  });
});

describe("inspect of what is neither", () => {
  it("is refused", async () => {
    await Promise.all([
      failureOf(["inspect", samplePath("digits.test_x.npy")], 3, "SPK-0903"),
      failureOf(["inspect", scratch("none.onnx")], 2, "SPK-0102"),
      failureOf(["inspect", scratch("none.spk")], 2, "SPK-0901"),
    ]);
  });
});
