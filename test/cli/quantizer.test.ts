/** --quantizer: the ways of a chip's own tools from native spiking networks to integers. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { failureOf, resultOf } from "./in-process.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const model = fileURLToPath(new URL("../golden/nir/digits/digits_lif.nir", import.meta.url));

const convert = (target: string, ...more: string[]) => [
  ...["convert", model, "-o", scratch("net.spk"), "--target", target],
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
    const { stderr } = await failureOf(convert("xylo-audio3", "--quantizer", "best"), 2, "SPK-0002");
    expect(stderr).toMatch(/has no quantizer "best"[\s\S]*rockpool-channel/);
    const none = await failureOf(convert("generic", "--quantizer", "best"), 2, "SPK-0002");
    expect(none.stderr).toContain("this target has none");
  });

  it("is for native networks", async () => {
    const activations = fileURLToPath(new URL("../../models/digits_mlp.onnx", import.meta.url));
    const words = ["convert", activations, "-o", scratch("net.spk"), "--quantizer", "own"];
    const { stderr } = await failureOf(words, 2, "SPK-0002");
    expect(stderr).toContain("--quantizer is for native spiking networks");
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
