/** Every lesson does what its tutorial prints: spikes and membranes against the recorded runs of the original code. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { textOf } from "../house/sources.ts";
import { lessonNames, runLesson as runAnew } from "./lessons.ts";

interface Experiment {
  readonly mem: readonly number[];
  readonly spk: readonly number[];
  readonly U: readonly number[];
  readonly potential: readonly number[];
  readonly spike: readonly number[];
  readonly vmem: readonly number[];
  readonly spikes: readonly number[];
  readonly spikeTimes: readonly number[];
  readonly spikeCount: readonly number[];
  readonly finalV: readonly number[];
  readonly cases: Readonly<Record<string, Experiment>>;
}

const { experiments } = JSON.parse(
  readFileSync(new URL("../golden/neurons/seed_experiments.json", import.meta.url), "utf8"),
) as { experiments: Readonly<Record<string, Experiment>> };

const runs = new Map<string, ReturnType<typeof runAnew>>();

/** Each is run once. */
function runLesson(name: string): ReturnType<typeof runAnew> {
  const lesson = runs.get(name) ?? runAnew(name);
  runs.set(name, lesson);
  return lesson;
}

/** What one neuron of a node did, step by step. */
async function tracesOf(lesson: string, node: string, neuron = 0, steps?: number) {
  const { record } = await runLesson(lesson);
  const column = (values: Float32Array) => {
    const size = values.length / record.steps;
    return Array.from(values.filter((_, i) => i % size === neuron)).slice(0, steps);
  };
  const spikes = column(record.spikes.get(node)!);
  const times = spikes.flatMap((count, step) => (count > 0 ? [step] : []));
  return { spikes, times, membrane: column(record.membranes.get(node)!) };
}

/** Lesson, node, neuron, recorded experiment. Lapicque's recordings begin with the state before the first step. */
const lapicque: readonly (readonly [string, string, number, string])[] = [
  ["01-passive-decay", "lapicque", 0, "t2_lapicque_no_stimulus"],
  ["02-step-input", "lapicque", 0, "t2_lapicque_step"],
  ["03-pulse-inputs", "lapicque", 0, "t2_lapicque_pulse1"],
  ["03-pulse-inputs", "lapicque", 1, "t2_lapicque_pulse2"],
  ["03-pulse-inputs", "lapicque", 2, "t2_lapicque_pulse3"],
  ["03-pulse-inputs", "lapicque", 3, "t2_lapicque_pulse4"],
  ["05-lapicque-firing", "lapicque", 0, "t2_lapicque_firing_0.2A"],
  ["06-thresholds", "whole", 0, "t2_lapicque_periodic_0.3A"],
  ["06-thresholds", "half", 0, "t2_lapicque_half_threshold"],
  ["07-resets", "subtract", 0, "t2_lapicque_spike_input"],
  ["07-resets", "zero", 0, "t2_lapicque_reset_zero"],
  ["07-resets", "none", 0, "t2_lapicque_reset_none"],
];

const others: readonly (readonly [string, string, number, string])[] = [
  ["04-firing-by-hand", "without_reset", 0, "t2_py_uncontrolled"],
  ["04-firing-by-hand", "with_reset", 0, "t2_py_reset"],
  ["08-synaptic", "synaptic", 0, "t4_synaptic"],
  ["09-alpha", "alpha", 0, "t4_alpha"],
];

describe("a lesson of snnTorch's tutorials", () => {
  it.each(lapicque)(
    "%s: %s, neuron %i, does what %s recorded, to the last bit",
    async (lesson, node, neuron, name) => {
      const { mem, spk } = experiments[name];
      const { spikes, membrane } = await tracesOf(lesson, node, neuron);
      expect(spikes).toEqual(spk.slice(1));
      expect(membrane).toEqual(mem.slice(1));
    },
  );

  it.each(others)(
    "%s: %s, neuron %i, does what %s recorded, to the last bit",
    async (lesson, node, neuron, name) => {
      const { mem, spk } = experiments[name];
      const { spikes, membrane } = await tracesOf(lesson, node, neuron);
      expect(spikes).toEqual(spk);
      expect(membrane).toEqual(mem);
    },
  );

  it("decays by hand as Python does, to float32's precision", async () => {
    const { U } = experiments.t2_euler_python;
    const { membrane } = await tracesOf("01-passive-decay", "by_hand");
    for (const [step, value] of U.slice(1).entries())
      expect(Math.abs(membrane[step] - value), `step ${step}`).toBeLessThanOrEqual(1e-5 * value);
  });

  it("prints what the tutorial prints", async () => {
    const times = async (lesson: string, node: string) =>
      (await tracesOf(lesson, node)).times.map((step) => step + 1);
    expect((await tracesOf("02-step-input", "lapicque")).membrane.at(-1)).toBe(0.4999999403953552);
    expect(await times("05-lapicque-firing", "lapicque")).toEqual([109]);
    expect(await times("06-thresholds", "whole")).toEqual([37, 64, 92, 119, 147, 174]);
    const half = await times("06-thresholds", "half");
    expect([half.length, half[0]]).toEqual([18, 20]);
    const counts = await Promise.all(["subtract", "zero", "none"].map((node) => times("07-resets", node)));
    expect(counts.map(({ length }) => length)).toEqual([30, 25, 199]);
    expect((await tracesOf("08-synaptic", "synaptic")).times.slice(0, 6)).toEqual([23, 41, 53, 71, 83, 101]);
    const alpha = await tracesOf("09-alpha", "alpha");
    expect(alpha.times).toEqual([133, 173]);
    expect(Math.max(...alpha.membrane).toFixed(5)).toBe("0.50073");
  });
});

describe("the LIF exercise", () => {
  const inputs = ["low_constant_0.05", "boundary_constant_0.1", "high_constant_0.3", "ramp"];
  const cases = inputs.flatMap((input, neuron) => [
    [input, neuron, "reaches", "ge"] as const,
    [input, neuron, "passes", "gt"] as const,
  ]);
  it.each(cases)("%s (neuron %i, %s) does what was recorded", async (input, neuron, node, compare) => {
    const { potential, spike } = experiments.deepml_lif.cases[`${input}_${compare}`];
    const { spikes, membrane } = await tracesOf("10-lif-exercise", node, neuron, spike.length);
    expect(spikes).toEqual(spike);
    expect(membrane).toEqual(potential);
  });
});

describe("a lesson of sinabs' introduction", () => {
  it("fires by hand when numpy does, which counts the state before the first step", async () => {
    const { times } = await tracesOf("11-lif-in-numpy", "lif");
    expect(times.map((step) => step + 1)).toEqual(experiments.sinabs_numpy_lif.spikeTimes);
    expect(experiments.sinabs_numpy_lif.spikeTimes).toEqual([47, 94]);
  });

  it.each(["multi", "single"])("integrates and fires as sinabs does with %s spikes", async (kind) => {
    const { vmem, spikes, spikeTimes } = experiments["sinabs_iaf_bias_0.025"].cases[kind];
    const traces = await tracesOf("12-iaf", kind);
    expect(traces.spikes).toEqual(spikes);
    expect(traces.times).toEqual(spikeTimes);
    expect(traces.membrane).toEqual(vmem.slice(1));
  });

  const kinds = [
    ["multi", "multi"],
    ["single", "single"],
    ["two_at_most", "max2"],
    ["multi_with_floor", "multi_min-1"],
    ["single_with_floor", "single_min-1"],
  ] as const;
  it.each(kinds)("has the transfer curve of a ReLU: %s as %s", async (node, name) => {
    const { spikeCount, finalV } = experiments.sinabs_iaf_transfer.cases[name];
    const { record } = await runLesson("13-iaf-transfer");
    const spikes = record.spikes.get(node)!;
    const counts = spikeCount.map((_, neuron) =>
      spikes.reduce((sum, count, i) => (i % spikeCount.length === neuron ? sum + count : sum), 0),
    );
    expect(counts).toEqual(spikeCount);
    expect(Array.from(record.membranes.get(node)!.slice(-finalV.length))).toEqual(finalV);
  });
});

describe("docs/neurons.md", () => {
  const page = textOf("docs/neurons.md");

  it.each(lessonNames())("shows %s with a picture that is drawn by spikec (npm run docs)", async (name) => {
    const { pictures } = await runLesson(name);
    for (const [file, picture] of pictures) {
      expect(page).toContain(`(pictures/${file})`);
      expect(textOf(`docs/pictures/${file}`), file).toBe(picture);
    }
    expect(page).toContain(`../models/lessons/${name}.snn.yaml`);
  });
});
