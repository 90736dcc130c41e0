/** Lessons in integers: converted, and fed with the stimulus of their own file. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readNpz } from "../../src/data/npz.ts";
import { failureOf, resultOf } from "../cli/in-process.ts";
import { scratchFolder } from "../cli/spikec.ts";

const scratch = scratchFolder();
const fileOf = (lesson: string) =>
  fileURLToPath(new URL(`../../models/lessons/${lesson}.snn.yaml`, import.meta.url));

/** Lesson, and by how many steps a spike may come late: where a membrane grazes the threshold, its rounding decides. */
const lessons = [
  ["06-thresholds", 1],
  ["08-synaptic", 0],
  ["09-alpha", 0],
  ["12-iaf", 0],
] as const;

describe("a lesson in integers", () => {
  it.each(lessons)(
    "%s fires as often as in floats, no spike more than %i step(s) off",
    async (lesson, late) => {
      const [file, network, trace] = [fileOf(lesson), scratch(`${lesson}.spk`), scratch(`${lesson}.npz`)];
      await resultOf(["convert", file, "-o", network, "--input", "current", "--calib", file]);
      await resultOf(["simulate", network, "--input", file, "--trace", trace]);
      const { spikeTimes } = await resultOf(["simulate", file]);
      const traces = readNpz(readFileSync(trace));
      for (const [layer, [steps]] of Object.entries<number[][]>(spikeTimes)) {
        const { data } = traces.get(layer)!;
        const found = Array.from(data).filter((_, i) => i % 3 === 1);
        expect(found, layer).toHaveLength(steps.length);
        for (const [i, step] of found.entries())
          expect(Math.abs(step - steps[i]), `${layer}, spike ${i}`).toBeLessThanOrEqual(late);
      }
    },
  );

  it("is refused where a file has no stimulus to feed", async () => {
    const file = fileOf("12-iaf");
    const network = scratch("silent.spk");
    await resultOf(["convert", file, "-o", network]);
    const silent = scratch("silent.snn.yaml");
    writeFileSync(silent, readFileSync(file, "utf8").replace(/^stimulus:.*$/m, ""));
    await failureOf(["simulate", network, "--input", silent], 3, "SPK-0203");
  });
});
