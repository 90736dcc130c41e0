/** The picture of a sweep: accuracy and agreement against T with the original as a line, and below it what they cost. */
import { type LineChart, lineChartElements, type Point, type Series } from "./line-chart.ts";
import { element, svgDocument } from "./svg.ts";

export interface SweptPoint {
  readonly timesteps: number;
  /** null without labels. */
  readonly accuracy: number | null;
  readonly agreement: number;
  /** Synaptic operations a sample. */
  readonly synops: number;
  /** Of an original that has steps as well, read after as many; absent for one that has none. */
  readonly ann?: { readonly accuracy: number | null };
}

const width = 900;

/** original: accuracy of a float network without steps, or null. */
export function sweepChartSvg(title: string, points: readonly SweptPoint[], original: number | null): string {
  const against = (value: (point: SweptPoint) => number): Point[] =>
    points.map((point) => ({ x: point.timesteps, y: value(point) }));
  const labelled = points.every(({ accuracy }) => accuracy !== null);
  const spiking = labelled && points.every(({ ann }) => ann !== undefined);
  const shares: Series[] = [
    ...(spiking ? [{ name: "floats", points: against(({ ann }) => ann?.accuracy ?? 0) }] : []),
    ...(labelled ? [{ name: "accuracy", points: against(({ accuracy }) => accuracy ?? 0) }] : []),
    { name: "same class as the original", points: against(({ agreement }) => agreement) },
  ];
  const quality: LineChart = {
    title: `${title}: accuracy against T`,
    xLabel: "timesteps",
    yLabel: "share of samples",
    xScale: "log2",
    percent: true,
    ...(original === null ? {} : { reference: { name: "original", y: original } }),
  };
  const cost: LineChart = {
    title: "Synaptic operations",
    xLabel: "timesteps",
    yLabel: "thousands a sample",
    xScale: "log2",
    fromZero: true,
    plotHeight: 200,
  };
  const above = lineChartElements(shares, quality);
  const below = lineChartElements(
    [{ name: "synaptic operations", points: against(({ synops }) => synops / 1000) }],
    cost,
  );
  return svgDocument(width, above.height + below.height, quality.title, [
    ...above.elements,
    element("g", { transform: `translate(0 ${above.height})` }, below.elements),
  ]);
}
