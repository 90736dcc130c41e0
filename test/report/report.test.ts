/**
 * Tables and pictures: aligned, well-formed, the same each time, and showing what they were given.
 */
import { describe, expect, it } from "vitest";
import type { Events } from "../../src/network/spikes.ts";
import { formatTick, niceTicks } from "../../src/report/axis.ts";
import { barChartSvg, histogramBars } from "../../src/report/bars.ts";
import { lineChartSvg } from "../../src/report/line-chart.ts";
import { rasterSvg } from "../../src/report/raster.ts";
import { element, fitText, formatNumber, svgDocument } from "../../src/report/svg.ts";
import { sweepChartSvg } from "../../src/report/sweep-chart.ts";
import { formatTable } from "../../src/report/table.ts";
import { readSvg, textsOf } from "./svg-reading.ts";

/** Events from the neurons that fire at each step. */
function eventsOf(steps: readonly (readonly number[])[]): Events {
  const offsets = [0];
  for (const neurons of steps) offsets.push(offsets.at(-1)! + neurons.length);
  return { offsets: Uint32Array.from(offsets), neurons: Uint32Array.from(steps.flat()), values: null };
}

/** Corners of all marks in a raster. */
function marksOf(svg: string): number {
  const paths = readSvg(svg).filter(({ attributes }) => attributes.class?.includes("marks"));
  return paths.reduce((sum, { attributes }) => sum + (attributes.d.match(/M/g)?.length ?? 0), 0);
}

describe("formatTable", () => {
  it("aligns columns, numbers to the right, with no space at line ends", () => {
    expect(
      formatTable(
        ["layer", "neurons", "note"],
        [
          ["fc1", "48", "über"],
          ["output", "10"],
          ["x\ny", "1000", "é"],
        ],
      ),
    ).toBe(
      [
        "layer   neurons  note",
        "------  -------  ----",
        "fc1          48  über",
        "output       10",
        "x y        1000  é",
      ].join("\n"),
    );
  });
});

describe("svg", () => {
  it("escapes text and attributes, and drops what XML cannot hold", () => {
    const name = 'a<b & "c">\u0000\u001b\ud800';
    const svg = svgDocument(10, 10, name, [element("text", { id: name }, [name])]);
    const text = readSvg(svg).find(({ tag }) => tag === "text")!;
    expect(text.text).toBe("a&lt;b &amp; &quot;c&quot;&gt;");
    expect(text.attributes.id).toBe("a&lt;b &amp; &quot;c&quot;&gt;");
  });

  it.each([
    [1, "1"],
    [0.1 + 0.2, "0.3"],
    [-0.001, "0"],
    [1e-9, "0"],
    [100, "100"],
    [12.345, "12.35"],
    [Number.NaN, "0"],
  ])("prints %d as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it("follows light and dark, and loads nothing from elsewhere", () => {
    const svg = svgDocument(10, 10, "x", []);
    expect(svg).toContain("@media (prefers-color-scheme:dark)");
    expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
      /https?:|url\(|href|@import|<script/,
    );
  });

  it("cuts long names in the middle and leaves short ones", () => {
    expect(fitText("output", 100)).toBe("output");
    expect(fitText("/features/conv_block.3/Relu_output", 100)).toBe("/featu…output");
  });
});

describe("niceTicks", () => {
  it.each([
    [0, 34, 10, [0, 5, 10, 15, 20, 25, 30]],
    [0.68, 0.98, 8, [0.7, 0.75, 0.8, 0.85, 0.9, 0.95]],
    [0, 0.001, 5, [0, 0.0002, 0.0004, 0.0006, 0.0008, 0.001]],
    [-3e6, 5e6, 4, [-2e6, 0, 2e6, 4e6]],
    [7, 7, 5, [7]],
  ])("between %d and %d are round", (low, high, most, expected) => {
    const ticks = niceTicks(low, high, most);
    expect(ticks).toHaveLength(expected.length);
    ticks.forEach((tick, index) => {
      expect(tick).toBeCloseTo(expected[index], 9);
    });
  });

  it("are printed with as few digits as tell them apart", () => {
    expect([formatTick(0.75, 0.05), formatTick(20, 5), formatTick(0.1, 0.1)]).toEqual(["0.75", "20", "0.1"]);
  });
});

describe("rasterSvg", () => {
  const layers = [
    { name: "input", neurons: 64 },
    { name: "output", neurons: 3 },
  ];
  const events = new Map([
    ["input", eventsOf([[0, 63], [], [5], [1, 2, 3]])],
    ["output", eventsOf([[], [2], [0, 2], []])],
  ]);
  const svg = rasterSvg({ steps: 4, events }, layers, { title: "image 0", subtitle: "label 2" });

  it("draws one mark a spike where every neuron has its line", () => {
    expect(marksOf(svg)).toBe(6 + 3);
  });

  it("names layers, counts their spikes, and those of every neuron of a readout", () => {
    const texts = textsOf(svg);
    for (const text of ["image 0", "label 2", "input", "64 neurons", "6 spikes", "output", "timestep"]) {
      expect(
        texts.some((found) => found.endsWith(text)),
        text,
      ).toBe(true);
    }
    // Index and count of the three outputs.
    expect(texts.slice(texts.indexOf("3 neurons") + 1).slice(0, 6)).toEqual(["0", "1", "1", "0", "2", "2"]);
  });

  it("stays small for a large layer in which everything spikes", () => {
    const all = Array.from({ length: 20_000 }, (_, neuron) => neuron);
    const train = { steps: 8, events: new Map([["conv", eventsOf(Array.from({ length: 8 }, () => all))]]) };
    const large = rasterSvg(train, [{ name: "conv", neurons: 20_000 }], { title: "large" });
    expect(marksOf(large)).toBe(8 * 200);
    expect(textsOf(large)).toContain("160000 spikes");
  });

  it("leaves out layers that were not recorded and draws a run without spikes", () => {
    const train = { steps: 1, events: new Map([["a", eventsOf([[]])]]) };
    const both = [
      { name: "a", neurons: 1 },
      { name: "b", neurons: 1 },
    ];
    const quiet = rasterSvg(train, both, { title: "x" });
    expect(marksOf(quiet)).toBe(0);
    expect(textsOf(quiet)).not.toContain("b");
  });
});

describe("lineChartSvg", () => {
  const chart = {
    title: "Accuracy against T",
    xLabel: "timesteps",
    yLabel: "accuracy",
    percent: true,
    xScale: "log2",
    reference: { name: "original", y: 0.974 },
  } as const;
  const pointsOf = (...ys: number[]) => ys.map((y, index) => ({ x: 4 ** (index + 1), y }));
  const series = [
    { name: "integers", points: pointsOf(0.8, 0.95, 0.97) },
    { name: "board", points: pointsOf(0.7, Number.NaN, 0.96) },
  ];
  const svg = lineChartSvg(series, chart);

  it("has a point for every finite value, the original as a dashed line, and a name for each", () => {
    const elements = readSvg(svg);
    expect(elements.filter(({ tag }) => tag === "circle")).toHaveLength(5);
    expect(
      elements.filter(({ tag, attributes }) => tag === "line" && attributes.class === "reference"),
    ).toHaveLength(2);
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(["integers", "board", "original", "4", "16", "64", "80 %"]),
    );
  });

  it("puts equal ratios of T at equal distances", () => {
    const x = readSvg(svg)
      .filter(({ tag }) => tag === "circle")
      .slice(0, 3)
      .map(({ attributes }) => Number(attributes.cx));
    expect(x[1] - x[0]).toBeCloseTo(x[2] - x[1], 1);
  });

  it("draws nothing but axes where there are no points", () => {
    const empty = lineChartSvg([], chart);
    expect(readSvg(empty).filter(({ tag }) => tag === "circle")).toEqual([]);
  });
});

describe("barChartSvg", () => {
  it("draws lengths in proportion", () => {
    const svg = barChartSvg({
      title: "rates",
      valueLabel: "rate",
      bars: [
        { name: "a", value: 0.4 },
        { name: "b", value: 0.1 },
      ],
    });
    const widths = readSvg(svg)
      .filter(({ attributes }) => attributes.class?.endsWith("bar"))
      .map(({ attributes }) => Number(attributes.width));
    expect(widths[0]).toBeCloseTo(4 * widths[1], 1);
  });

  it("counts every value of a histogram once, the largest in the last bar", () => {
    const bars = histogramBars([0, 0.5, 1, 1, 2, Number.NaN], 2);
    expect(bars.map(({ value }) => value)).toEqual([2, 3]);
    expect(histogramBars([], 4)).toEqual([]);
    expect(histogramBars([3, 3], 2).map(({ value }) => value)).toEqual([2, 0]);
  });
});

describe("sweepChartSvg", () => {
  const points = [
    { timesteps: 4, accuracy: 0.87, agreement: 0.92, synops: 800_000 },
    { timesteps: 8, accuracy: 0.93, agreement: 0.99, synops: 1_800_000 },
  ];

  it("draws accuracy, agreement and synaptic operations, with the original as a line", () => {
    const svg = sweepChartSvg("net", points, 0.94);
    const curves = readSvg(svg).filter(({ tag, attributes }) => tag === "path" && attributes.d !== undefined);
    expect(curves).toHaveLength(3);
    expect(readSvg(svg).filter(({ tag }) => tag === "circle")).toHaveLength(6);
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(["accuracy", "same class as the original", "original", "Synaptic operations"]),
    );
  });

  it("leaves accuracy out where there are no labels", () => {
    const svg = sweepChartSvg(
      "net",
      points.map((point) => ({ ...point, accuracy: null })),
      null,
    );
    expect(textsOf(svg)).not.toContain("accuracy");
    expect(textsOf(svg)).not.toContain("original");
  });

  it("measures synaptic operations from zero", () => {
    const svg = sweepChartSvg("net", points, 0.94);
    expect(textsOf(svg)).toContain("0");
  });
});
