/** The library in a browser: bundled from the package's own entry, it converts the sample digits to the bytes that Node gives. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as library from "../../src/browser.ts";
import { repository } from "../house/sources.ts";
import { samplePath } from "../sample-models.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "spikec-bundle-"));
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One module with everything in it, as an application's bundler would make it. */
async function bundle(): Promise<string> {
  const entry = join(folder, "entry.js");
  const source = join(repository, "src", "browser.ts");
  writeFileSync(entry, `import * as spikec from ${JSON.stringify(source)}; globalThis.spikec = spikec;`);
  await build({
    root: repository,
    configFile: false,
    logLevel: "error",
    build: {
      outDir: join(folder, "out"),
      target: "es2023",
      minify: false,
      lib: { entry, formats: ["es"], fileName: "bundle" },
      rollupOptions: { output: { codeSplitting: false } },
    },
  });
  return readFileSync(join(folder, "out", "bundle.js"), "utf8");
}

/** What both do: in the page `spikec` is the bundle. */
async function convertDigits(spikec: typeof library, model: number[], calibration: number[]) {
  const graph = await spikec.importOnnx(Uint8Array.from(model), { file: "digits.onnx" });
  const values = Float32Array.from(calibration, (value) => value / 16);
  const target = await spikec.findTarget("generic");
  const given = { values, samples: values.length / 64 };
  const { network } = spikec.convert(graph, { target, timesteps: 8, calibration: given, inputScale: 16 });
  const { classes, synops } = spikec.predict(network, values.subarray(0, 64 * 20));
  const { mismatches, spikes } = await spikec.runOnChip(network, target, values.subarray(0, 64 * 2));
  const page = spikec.reportPage(spikec.survey({ network, graph, target, version: spikec.version }));
  return {
    bytes: [...spikec.encodeNetwork(network)],
    classes: [...classes],
    synops,
    mismatches,
    spikes,
    page: page.length,
  };
}

it("gives the same network, classes and page in Chromium as in Node, and asks nothing of anybody", async () => {
  const model = [...readFileSync(samplePath("digits_mlp.onnx"))];
  const { data } = library.readArray(readFileSync(samplePath("digits.calib_x.npy")), "calibration");
  const calibration = [...data.subarray(0, 100 * 64)];
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => complaints.push(request.url()));
  await page.addScriptTag({ type: "module", content: await bundle() });
  const work = `(${convertDigits})(globalThis.spikec, ${JSON.stringify(model)}, ${JSON.stringify(calibration)})`;
  const found = await page.evaluate(work);
  const expected = await convertDigits(library, model, calibration);
  expect(complaints).toEqual([]);
  expect(found).toEqual(expected);
  expect(expected).toMatchObject({ mismatches: 0 });
  expect(expected.spikes).toBeGreaterThan(100);
});
