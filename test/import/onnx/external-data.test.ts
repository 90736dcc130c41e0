/**
 * External data: read from the model's folder, and from nowhere else.
 */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { importOnnx } from "../../../src/import/onnx/import-onnx.ts";
import type { TensorProto } from "../../../src/import/onnx/proto.ts";
import { readOnnxModel } from "../../../src/import/onnx/read-model.ts";
import { buildModel, node } from "./model-builder.ts";

const weights = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const data = new Uint8Array(weights.buffer);

function modelWith(entries: Readonly<Record<string, string>>): Uint8Array {
  const w: TensorProto = {
    name: "w",
    dims: [2, 4],
    dataType: 1,
    dataLocation: 1,
    externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
  };
  return buildModel({ nodes: [node("Gemm", ["input", "w"], "output", { transB: 1 })], constants: [w] });
}

let folder: string;
beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), "spikec-"));
  folder = join(root, "model");
  await mkdir(join(folder, "sub"), { recursive: true });
});
afterEach(() => rm(join(folder, ".."), { recursive: true }));

async function read(entries: Readonly<Record<string, string>>): Promise<number[]> {
  await writeFile(join(folder, "net.onnx"), modelWith(entries));
  const [, layer] = (await readOnnxModel(join(folder, "net.onnx"))).nodes;
  return layer.type === "Affine" ? [...layer.weight.data] : [];
}

describe("external data in the model's folder is read", () => {
  it("whole", async () => {
    await writeFile(join(folder, "w.bin"), data);
    expect(await read({ location: "w.bin" })).toEqual([...weights]);
  });
  it("from an offset, in a folder below, with other data around it", async () => {
    await writeFile(join(folder, "sub", "w.bin"), new Uint8Array([9, 9, 9, ...data, 9]));
    expect(await read({ location: "sub/w.bin", offset: "3", length: "32" })).toEqual([...weights]);
  });
  it("through a link that stays inside", async () => {
    await writeFile(join(folder, "sub", "w.bin"), data);
    await symlink(join(folder, "sub", "w.bin"), join(folder, "link.bin"));
    expect(await read({ location: "link.bin" })).toEqual([...weights]);
  });
  it("by a callback, where there are no files", async () => {
    const graph = await importOnnx(modelWith({ location: "w.bin" }), {
      file: "net.onnx",
      readExternal: () => data,
    });
    expect(graph.nodes[1]).toMatchObject({ weight: { shape: [2, 4] } });
  });
});

describe("data that is missing or does not fit is an error that names it", () => {
  it("no such file", () =>
    expect(read({ location: "w.bin" })).rejects.toMatchObject({
      code: "SPK-0108",
      exitCode: 3,
      message: "w.bin cannot be read: there is no such file",
      where: "net.onnx, external data w.bin",
    }));
  it("a folder", () => expect(read({ location: "sub" })).rejects.toMatchObject({ code: "SPK-0108" }));
  it("no location", () => expect(read({})).rejects.toMatchObject({ code: "SPK-0108" }));
  it("no callback", () =>
    expect(importOnnx(modelWith({ location: "w.bin" }), { file: "net.onnx" })).rejects.toMatchObject({
      code: "SPK-0108",
    }));
  it.each([
    [{ offset: "8" }, "SPK-0106"],
    [{ length: "31" }, "SPK-0106"],
    [{ offset: "8", length: "32" }, "SPK-0108"],
    [{ offset: "-4" }, "SPK-0108"],
    [{ length: "1e9" }, "SPK-0108"],
    [{ offset: "99999999999999999999" }, "SPK-0108"],
  ])("%j", async (entries, code) => {
    await writeFile(join(folder, "w.bin"), data);
    await expect(read({ location: "w.bin", ...entries })).rejects.toMatchObject({ code });
  });
});

describe("a location outside the model's folder is refused", () => {
  it.each([
    "../w.bin",
    "sub/../../w.bin",
    "..\\w.bin",
    "/etc/passwd",
    "\\\\server\\w.bin",
    "C:\\w.bin",
    "file:w.bin",
    "w\u0000.bin",
  ])("%j", async (location) => {
    await writeFile(join(folder, "..", "w.bin"), data);
    await expect(read({ location })).rejects.toMatchObject({ code: "SPK-0109", exitCode: 3 });
  });
  it("also behind a link", async () => {
    await writeFile(join(folder, "..", "w.bin"), data);
    await symlink(join(folder, "..", "w.bin"), join(folder, "w.bin"));
    await expect(read({ location: "w.bin" })).rejects.toMatchObject({ code: "SPK-0109" });
  });
});

it("a model file that is not there is an error that names the path", () =>
  expect(readOnnxModel(join(folder, "none.onnx"))).rejects.toMatchObject({
    code: "SPK-0102",
    where: join(folder, "none.onnx"),
  }));
