/** --quantizer: the ways of a chip's own tools from native spiking networks to integers. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { failureOf, resultOf } from "./in-process.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const model = fileURLToPath(new URL("../golden/nir/digits/digits_lif.nir", import.meta.url));

const convert = (target: string, ...more: string[]) => [
  ...["convert", model, "-o", `${scratch}/net.spk`, "--target", target],
  ...["--timesteps", "8", "--dt", "1e-4", "--preset", "snntorch", ...more],
];

describe("convert --quantizer", () => {
  it("is the chip's standard one where none is asked for, and the one asked for otherwise", async () => {
    const noteOf = ({ notes }: { notes: { where: string; text: string }[] }) =>
      notes.find(({ where }) => where === "quantizer")?.text;
    expect(noteOf(await resultOf(convert("xylo-audio3")))).toMatch(/^own: /);
    expect(noteOf(await resultOf(convert("xylo-audio3", "--quantizer", "rockpool-global")))).toMatch(
      /^rockpool-global: /,
    );
    expect(noteOf(await resultOf(convert("loihi2", "--quantizer", "lava-dl")))).toMatch(/^lava-dl: /);
    expect(noteOf(await resultOf(convert("loihi2")))).toBeUndefined();
  });

  it("names those that there are where it does not know the one asked for", async () => {
    const failure = await failureOf(convert("xylo-audio3", "--quantizer", "best"));
    expect(JSON.stringify(failure)).toMatch(/SPK-0002.*has no quantizer.*rockpool-channel/);
    expect(JSON.stringify(await failureOf(convert("generic", "--quantizer", "best")))).toContain(
      "this target has none",
    );
  });

  it("is for native networks", async () => {
    const activations = fileURLToPath(new URL("../../models/digits_mlp.onnx", import.meta.url));
    const failure = await failureOf([
      "convert",
      activations,
      "-o",
      `${scratch}/net.spk`,
      "--quantizer",
      "own",
    ]);
    expect(JSON.stringify(failure)).toContain("--quantizer is for native spiking networks");
  });

  it("shows in what is known of the chip", async () => {
    const { quantizers } = await resultOf(["targets", "xylo-imu"]);
    expect(quantizers.map(({ name }: { name: string }) => name)).toEqual([
      "own",
      "rockpool-channel",
      "rockpool-global",
      "rockpool-global-fuzzy",
    ]);
  });
});
