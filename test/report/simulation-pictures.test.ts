/** The pictures of a simulated sample: what they show, where it stands, and that nothing covers anything. */
import { describe, expect, it } from "vitest";
import { type RecordedSample, simulationPictures } from "../../src/report/simulation-pictures.ts";
import { type TracePanel, traceChartSvg } from "../../src/report/trace-chart.ts";
import { type ReadElement, readSvg, textsOf } from "./svg-reading.ts";

const steps = 20;
const ramp = (scale: number) => Float64Array.from({ length: steps }, (_, step) => scale * step);
const every = (period: number) =>
  Float64Array.from({ length: steps }, (_, step) => Number(step % period === 0));

const panel: TracePanel = {
  title: "lif: membrane",
  form: "line",
  traces: [
    { name: "neuron 0", values: ramp(1), spikes: every(5), threshold: 9.5 },
    { name: "neuron 1", values: ramp(-0.5), spikes: new Float64Array(steps), threshold: 9.5 },
  ],
};

const number = (element: ReadElement, name: string) => Number(element.attributes[name]);
const paths = (svg: string) => readSvg(svg).filter(({ tag }) => tag === "path");
/** The corners of a path of absolute points. */
const cornersOf = ({ attributes }: ReadElement) =>
  [...attributes.d.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));

describe("traceChartSvg", () => {
  const svg = traceChartSvg([panel, { ...panel, form: "stairs" }], { title: "net", steps });

  it("draws states at the ends of their steps, a mark for every spike, and the threshold between them", () => {
    const [first, second, marks] = paths(svg);
    expect(cornersOf(first)).toHaveLength(steps);
    expect(cornersOf(second)).toHaveLength(steps);
    const [start] = cornersOf(first);
    const spacing = cornersOf(first)[1].x - start.x;
    expect(cornersOf(marks).map(({ x }) => Math.round((x - start.x) / spacing))).toEqual([0, 5, 10, 15]);
    const threshold = readSvg(svg).find(
      ({ tag, attributes }) => tag === "line" && attributes.class === "reference",
    )!;
    const ys = cornersOf(first).map(({ y }) => y);
    expect(ys.filter((y) => y < number(threshold, "y1"))).toHaveLength(10);
  });

  it("keeps marks above their panel, panels apart, and everything inside the picture", () => {
    const elements = readSvg(svg);
    const [root] = elements;
    const [above, below] = elements.filter(({ attributes }) => attributes.class === "panel");
    expect(number(above, "y") + number(above, "height")).toBeLessThan(number(below, "y"));
    for (const { y } of cornersOf(paths(svg)[2])) expect(y).toBeLessThan(number(above, "y"));
    for (const path of paths(svg))
      for (const { x, y } of cornersOf(path)) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(number(root, "width"));
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(number(root, "height"));
      }
  });

  it("draws thresholds that differ each in the colour of its neuron", () => {
    const traces = panel.traces.map((trace, index) => ({ ...trace, threshold: 3 + index }));
    const drawn = readSvg(traceChartSvg([{ ...panel, traces }], { title: "net", steps }));
    const dashed = drawn.filter(({ attributes }) => attributes["stroke-dasharray"] !== undefined);
    expect(dashed.map(({ attributes }) => attributes.class)).toEqual(["series0 curve", "series1 curve"]);
    expect(number(dashed[0], "y1")).toBeGreaterThan(number(dashed[1], "y1"));
  });

  it("stays small for long runs: neighbours become the range that they cover, extremes included", () => {
    const long = 200_000;
    const values = Float64Array.from({ length: long }, (_, step) => (step === 123_456 ? 50 : Math.sin(step)));
    const traces = [{ name: "v", values, spikes: null, threshold: null }];
    const drawn = traceChartSvg([{ title: "t", form: "line", traces }], {
      title: "t",
      steps: long,
    });
    expect(drawn.length).toBeLessThan(80_000);
    const ys = cornersOf(paths(drawn)[0]).map(({ y }) => y);
    expect(Math.min(...ys)).toBeLessThan(ys[0] - 50);
  });

  it("holds hostile names as text", () => {
    const svg = traceChartSvg([{ ...panel, title: "<script>&\u0000" }], { title: 'a"b<c>', steps });
    expect(textsOf(svg)[0]).toBe("a&quot;b&lt;c&gt;");
  });

  it("can be drawn without steps and without values that differ", () => {
    const still = { name: "v", values: new Float64Array(3), spikes: null, threshold: null };
    for (const count of [0, 1, 3])
      readSvg(traceChartSvg([{ ...panel, traces: [still] }], { title: "", steps: count }));
  });
});

describe("simulationPictures", () => {
  const neurons = 6;
  /** Neuron n fires in every (7 - n)th step. */
  const spikes = Float64Array.from({ length: steps * neurons }, (_, i) =>
    Number(Math.floor(i / neurons) % (neurons + 1 - (i % neurons)) === 0),
  );
  const sample: RecordedSample = {
    title: "net",
    steps,
    driveLabel: "input",
    inputs: [{ name: "in", neurons: 1, values: every(2) }],
    layers: [
      {
        name: "lif",
        neurons,
        spikes,
        membranes: Float64Array.from({ length: steps * neurons }, (_, i) => i % neurons),
        thresholds: Float64Array.of(4),
        drives: Float64Array.from({ length: neurons }, (_, neuron) => -neuron),
      },
      {
        name: "li",
        neurons: 2,
        spikes: null,
        membranes: new Float64Array(2 * steps),
        thresholds: null,
        drives: null,
      },
    ],
  };

  it("are a raster, traces of the neurons that do most, counts and a transfer curve", () => {
    const pictures = simulationPictures(sample);
    expect([...pictures.keys()]).toEqual(["raster.svg", "membranes.svg", "counts.svg", "transfer.svg"]);
    for (const picture of pictures.values()) readSvg(picture);
    const traces = textsOf(pictures.get("membranes.svg")!);
    expect(traces).toContain("lif (4 of 6 neurons: those that do most): membrane");
    expect(traces).toEqual(expect.arrayContaining(["neuron 1", "neuron 5", "threshold", "li: membrane"]));
    const counts = textsOf(pictures.get("counts.svg")!);
    expect(counts.filter((text) => text.startsWith("neuron "))).toHaveLength(neurons);
    expect(counts).toContain("10");
  });

  it("has in the transfer curve a point a neuron, further right for what is given more", () => {
    const circles = readSvg(simulationPictures(sample).get("transfer.svg")!).filter(
      ({ tag, attributes }) => tag === "circle" && attributes.r === "2.5",
    );
    expect(circles).toHaveLength(neurons);
    const xs = circles.map((circle) => number(circle, "cx"));
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    // The most active neuron was given least here: its point is the first, and highest.
    expect(number(circles[0], "cy")).toBe(Math.min(...circles.map((circle) => number(circle, "cy"))));
  });

  it("leave out what nothing was recorded of", () => {
    const silent = {
      ...sample,
      layers: sample.layers.slice(1).map((layer) => ({ ...layer, membranes: null })),
    };
    expect([...simulationPictures(silent).keys()]).toEqual(["raster.svg"]);
  });
});
