import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Network } from "../../src/network/network.ts";
import { allTargets } from "../../src/target/registry.ts";
import { repository } from "../house/sources.ts";
import { samplePath } from "../sample-models.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { convert, digits, writeNetwork } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const calib = ["--calib", digits.calibration, "--input-scale", "16"];
let made: Network;
let network: string;

beforeAll(async () => {
  made = await convert(digits, "generic", 4);
  network = writeNetwork(scratch("digits.spk"), made);
}, 60_000);

/** The same network with an always-on input beside the sample's. */
function withAlwaysOn(network: Network): Network {
  const [{ name, shape }] = network.populations;
  const always = { name: "bias", shape: [1], encoder: { kind: "always" }, polarity: "unsigned" } as const;
  const weights = new Int8Array(shape[0]).fill(1);
  const projection = { name: "bias -> first", source: "bias", target: name, delay: 0, pools: [] };
  const connection = { kind: "dense", weights } as const;
  return {
    ...network,
    inputs: [...network.inputs, always],
    projections: [...network.projections, { ...projection, connection }],
  };
}

const pageAt = (name: string) => readFileSync(scratch(name), "utf8");
const sectionsOf = (page: string) => [...page.matchAll(/<section id="([a-z]+)"/g)].map(([, id]) => id);

describe("spikec report", () => {
  it("writes one page with every section that the samples, the model and the chip give", async () => {
    const words = [
      "report",
      network,
      "--model",
      digits.model,
      ...digits.samples,
      "--limit",
      "60",
      "-o",
      scratch("all.html"),
    ];
    const result = await resultOf(words);
    const page = pageAt("all.html");
    expect(sectionsOf(page)).toEqual([
      "network",
      "accuracy",
      "layers",
      "weights",
      "samples",
      "confusion",
      "placement",
      "choices",
      "provenance",
    ]);
    expect(result).toMatchObject({ samples: 60, bytes: Buffer.byteLength(page) });
    const verified = await resultOf(["simulate", network, ...digits.samples, "--limit", "60"]);
    expect(result.snn.accuracy).toBe(verified.accuracy);
    expect(page).toContain("spikec report");
    expect(page).toContain("spikec repeat");
  });

  it("shows what is known without samples, labels or model", async () => {
    await resultOf(["report", network, "-o", scratch("bare.html")]);
    expect(sectionsOf(pageAt("bare.html"))).toEqual([
      "network",
      "weights",
      "placement",
      "choices",
      "provenance",
    ]);
    const unlabelled = digits.samples.filter((_, i) => i !== 2 && i !== 3);
    await resultOf(["report", network, ...unlabelled, "--limit", "1", "-o", scratch("one.html")]);
    expect(sectionsOf(pageAt("one.html"))).toContain("samples");
  });

  it("shows the samples that are asked for", async () => {
    const words = [
      "report",
      network,
      ...digits.samples,
      "--limit",
      "20",
      "--show",
      "3,17",
      "-o",
      scratch("shown.html"),
    ];
    await resultOf(words);
    expect(pageAt("shown.html")).toContain("it was asked for");
    await failureOf([...words.slice(0, -1), scratch("none.html"), "--show", "20"], 2, "SPK-0002");
    await failureOf(["report", network, "-o", scratch("none.html"), "--show", "1"], 2, "SPK-0002");
  });

  it("says why a network does not fit the chip", async () => {
    await resultOf(["report", network, "--target", "odin", "-o", scratch("unfit.html")]);
    expect(pageAt("unfit.html")).toContain("The network does not fit:");
  });
});

describe("--report", () => {
  it("of convert gives the reasons for every choice", async () => {
    await resultOf([
      "convert",
      digits.model,
      "-o",
      scratch("c.spk"),
      ...calib,
      "--timesteps",
      "4",
      "--report",
      scratch("convert.html"),
    ]);
    expect(pageAt("convert.html")).toContain("half of one makes counts round instead of floor");
  });

  it("of a conversion that fails shows what is known, and the failure stays one", async () => {
    const file = scratch("damaged.onnx");
    writeFileSync(file, readFileSync(digits.model).subarray(0, 500));
    const words = ["convert", file, "-o", scratch("x.spk"), ...calib, "--report", scratch("failed.html")];
    const { code } = await run(words);
    expect(code).toBe(3);
    expect(pageAt("failed.html")).toContain("It stopped here: SPK-01");
  });

  it("of verify and deploy says what the board did", async () => {
    const shared = [...digits.samples, "--limit", "5", "--board-samples", "2"];
    await resultOf([
      "verify",
      network,
      "--model",
      digits.model,
      ...shared,
      "--report",
      scratch("verify.html"),
    ]);
    expect(pageAt("verify.html")).toMatch(/0 mismatches \/ \S+( k)? spikes/);
    const deploy = [
      "deploy",
      digits.model,
      "--target",
      "ucaspian",
      "--timesteps",
      "4",
      "--method",
      "max",
      "--no-bias-correct",
      "--calib",
      digits.calibration,
      ...shared,
    ];
    await resultOf([...deploy, "--report", scratch("deploy.html")]);
    expect(sectionsOf(pageAt("deploy.html"))).toContain("board");
  });
});

describe("spikec inspect --html", () => {
  it("draws a model with what is folded and kept", async () => {
    await resultOf(["inspect", digits.model, "--html", scratch("model.html")]);
    const page = pageAt("model.html");
    expect(page).toContain("folded into the weights of /2/Relu");
    expect(page).not.toContain("It stopped here");
  });

  it("draws a network, and a native spiking one", async () => {
    await resultOf(["inspect", network, "--html", scratch("network.html")]);
    expect(sectionsOf(pageAt("network.html"))).toContain("placement");
    await resultOf(["export", network, "--to", "nir", "-o", scratch("digits.nir")]);
    await resultOf(["inspect", scratch("digits.nir"), "--html", scratch("nir.html")]);
    expect(pageAt("nir.html")).toContain("data-box=");
    // Its biases come from inputs of their own, and a sample enters through one.
    await resultOf([
      "export",
      writeNetwork(scratch("always.spk"), withAlwaysOn(made)),
      "--to",
      "nir",
      "-o",
      scratch("b.nir"),
    ]);
    await resultOf(["inspect", scratch("b.nir"), "--html", scratch("refused.html")]);
    expect(pageAt("refused.html")).toMatch(/It stopped here: SPK-\d{4}/);
    expect(sectionsOf(pageAt("refused.html")), "all chips refuse alike").not.toContain("chips");
    const lif = join(repository, "test/golden/nir/digits/digits_lif.nir");
    const words = ["convert", lif, "-o", scratch("lif.spk"), "--preset", "snntorch", "--timesteps", "4"];
    await resultOf([...words, "--report", scratch("lif.html")]);
    expect(pageAt("lif.html")).toContain('data-linked="network1"');
    expect((await resultOf(["repeat", scratch("lif.spk"), "--model", lif])).same).toBe(true);
  });
});

/** Rows of the table of chips: target and verdict. */
function verdictsOf(page: string): Map<string, string> {
  const table = page.slice(page.indexOf('id="chips"'));
  const rows = [
    ...table.matchAll(/<tr[^>]*><t[hd][^>]*>([^<]*)<\/t[hd]><td[^>]*>[^<]*<\/td><td[^>]*>([^<]*)</g),
  ];
  return new Map(rows.map(([, target, verdict]) => [target, verdict]));
}

describe("spikec inspect --html asks every chip", () => {
  const names = async () => (await allTargets()).map(({ name }) => name);

  it("that a native spiking network could be for, as convert would answer", async () => {
    const lif = join(repository, "test/golden/nir/digits/digits_lif.nir");
    await resultOf(["inspect", lif, "--html", scratch("chips.html")]);
    const verdicts = verdictsOf(pageAt("chips.html"));
    expect([...verdicts.keys()]).toEqual(await names());
    const expected = { generic: "fits", loihi2: "fits", rp2040: "fits", ucaspian: "refused" };
    expect(Object.fromEntries(verdicts)).toMatchObject({ ...expected, "xylo-audio3": "does not fit" });
    expect(pageAt("chips.html")).toContain("decayV is multiply, allowed: none");
    expect(pageAt("chips.html")).not.toContain("It stopped here");
  });

  it("that a network of activations could be for, by its rules", async () => {
    await resultOf(["inspect", digits.model, "--html", scratch("rules.html")]);
    const verdicts = verdictsOf(pageAt("rules.html"));
    expect([...verdicts.keys()]).toEqual(await names());
    expect(new Set(verdicts.values())).toEqual(new Set(["not refused"]));
  });

  it("but not for a model that cannot be imported, whose operators are drawn with their wires", async () => {
    await resultOf(["inspect", samplePath("digits_sigmoid.onnx"), "--html", scratch("sigmoid.html")]);
    const page = pageAt("sigmoid.html");
    expect(sectionsOf(page)).not.toContain("chips");
    // The input, what flattens, two layers and the refused node between them; drawn twice, for wide and narrow screens.
    const boxes = [...page.matchAll(/<g[^>]*data-box="[^"]*"[^>]*>/g)].length;
    const wires = [...page.matchAll(/<path class="wire"/g)].length;
    expect({ boxes, wires }).toEqual({ boxes: 2 * 5, wires: 2 * 4 });
  });
});

describe("spikec diff", () => {
  it("tells networks that are the same from those that are not", async () => {
    expect(await resultOf(["diff", network, network])).toMatchObject({ same: true, differences: [] });
    const other = writeNetwork(scratch("other.spk"), { ...made, timesteps: 9 });
    const { same, differences } = await resultOf(["diff", network, other]);
    expect(same).toBe(false);
    expect(differences).toContainEqual({ where: "network", what: "timesteps", before: "4", after: "9" });
    const { stdout } = await run(["diff", network, other]);
    expect(stdout).toMatch(/network +timesteps +4 +9/);
  });
});

describe("spikec repeat", () => {
  const files = ["--model", digits.model, "--calib", digits.calibration];

  beforeAll(async () => {
    const words = ["convert", digits.model, "-o", scratch("once.spk"), ...calib, "--timesteps", "4"];
    await resultOf([...words, "--method", "mse"]);
  }, 60_000);

  it("makes the same bytes again", async () => {
    const result = await resultOf(["repeat", scratch("once.spk"), ...files, "-o", scratch("twice.spk")]);
    expect(result.same).toBe(true);
    expect(readFileSync(scratch("twice.spk")).equals(readFileSync(scratch("once.spk")))).toBe(true);
  });

  it("refuses other files than those of the conversion, and says when the result differs", async () => {
    const wrong = [
      "repeat",
      scratch("once.spk"),
      "--model",
      digits.model,
      "--calib",
      samplePath("digits.test_x.npy"),
    ];
    await failureOf(wrong, 3, "SPK-0809");
    await failureOf(["repeat", scratch("once.spk"), "--model", digits.model], 2, "SPK-0002");
    const changed = writeNetwork(scratch("touched.spk"), { ...made, timesteps: 5 });
    await failureOf(["repeat", changed, "--model", digits.model, ...calib.slice(0, 2)], 9, "SPK-0808");
  });
});

describe("spikec simulate --show", () => {
  it("draws the sample that was asked for, a column a step", async () => {
    const words = ["simulate", network, ...digits.samples, "--limit", "4", "--show", "2"];
    const { code, stdout } = await run(words);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^sample 2\n\/2\/Relu: 32 neurons, \d+ spikes\n/);
    expect(stdout).toMatch(/\n {2}28\.\. [·░▒▓█]{4} \d+\nclass \d/);
    expect(stdout.split("\n").every((line) => [...line].length <= 100)).toBe(true);
  });
});
