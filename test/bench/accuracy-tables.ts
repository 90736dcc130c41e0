/** The tables of `npm run bench:accuracy`, from what was measured. */
import { formatTable } from "../../src/report/table.ts";
import peers from "./peers.json" with { type: "json" };

/** Images that most peers were measured on: the first ones. On two models they were measured on all. */
export const peerImages = 300;
const imagesOf = (model: string): number => new Map(Object.entries(peers.images)).get(model) ?? peerImages;

/** A converted network at one T, in percent and points. */
export interface Point {
  readonly timesteps: number;
  readonly accuracy: number;
  /** On the images that the peers were measured on. */
  readonly accuracyOfFirst: number;
  /** Points below the original. */
  readonly gap: number;
  readonly bar: number | null;
  /** Images that get the class of the original. */
  readonly agreement: number;
  /** An image. */
  readonly synops: number;
  /** Of one core. */
  readonly convertSeconds: number;
}

/** A network converted for T = 32 and run longer. */
export interface LongerPoint {
  readonly timesteps: number;
  readonly accuracy: number;
}

export interface Row {
  readonly model: string;
  readonly way: string;
  readonly original: number;
  readonly originalOfFirst: number;
  readonly points: readonly Point[];
  readonly longer: readonly LongerPoint[];
}

/** A sample network on one of the synthetic chips. */
export interface ChipRow {
  readonly model: string;
  readonly chip: string;
  readonly original: number;
  readonly accuracy: number;
  readonly bar: number;
  readonly costs: readonly { readonly what: string; readonly points: number | null }[];
}

/** Accuracies are shares of whole images: a bar is met at equality, whatever the rounding of a difference. */
const isMissed = (gap: number, bar: number) => gap > bar + 1e-9;

/** "91.20", or "91.20 (bar 91.70)" where a bar is missed: the accuracy that would have met it. */
function accuracyText(accuracy: number, original: number, bar: number | null): string {
  const missed = bar !== null && isMissed(original - accuracy, bar);
  return missed ? `${accuracy.toFixed(2)} (bar ${(original - bar).toFixed(2)})` : accuracy.toFixed(2);
}

const columns = (timesteps: readonly number[]) => timesteps.map((steps) => `T = ${steps}`);

function table(rows: readonly Row[], timesteps: readonly number[], cell: (point: Point, row: Row) => string) {
  const cells = rows.map((row) => [row.model, row.way, ...row.points.map((point) => cell(point, row))]);
  return formatTable(["model", "", ...columns(timesteps)], cells);
}

function longerTable(rows: readonly Row[]): string {
  const run = rows.filter(({ longer }) => longer.length > 0);
  const cells = run.map(({ model, way, longer }) => {
    // More steps may cost at most half a point of what T = 32 reaches.
    const [{ accuracy: made }, ...later] = longer;
    return [
      model,
      way,
      ...[made, ...later.map(({ accuracy }) => accuracy)].map((a) => accuracyText(a, made, 0.5)),
    ];
  });
  return formatTable(["model", "", ...columns(run[0].longer.map(({ timesteps }) => timesteps))], cells);
}

function peerTable(rows: readonly Row[], timesteps: readonly number[]): string {
  const places = timesteps.map((steps) => peers.timesteps.indexOf(steps));
  const own = rows.map(({ model, way, original, originalOfFirst, points }) => {
    const first = imagesOf(model) === peerImages;
    const title = `${way} (original ${(first ? originalOfFirst : original).toFixed(2)})`;
    const values = points.map(({ accuracy, accuracyOfFirst }) => (first ? accuracyOfFirst : accuracy));
    return [model, title, ...values.map((value) => value.toFixed(2))];
  });
  const named = new Set(rows.map(({ model }) => model));
  const theirs = peers.rows
    .filter(({ model }) => named.has(model))
    .map(({ model, peer, accuracy }) => [
      model,
      `${peer} (${imagesOf(model)} images)`,
      ...places.map((place) => accuracy[place]?.toFixed(2) ?? "-"),
    ]);
  const sorted = [...own, ...theirs].sort((a, b) => Number(a[0] > b[0]) - Number(a[0] < b[0]));
  return formatTable(["model", "", ...columns(timesteps)], sorted);
}

export function accuracyTables(rows: readonly Row[], timesteps: readonly number[]): string {
  const costs = ({ synops, convertSeconds }: Point) =>
    `${Math.round(synops / 1000)} k, ${convertSeconds.toFixed(1)} s`;
  const parts = [
    "Accuracy in percent on all test images; where a bar is missed, the bar:",
    table(rows, timesteps, ({ accuracy, bar }, { original }) => accuracyText(accuracy, original, bar)),
    "\nPoints below the original:",
    table(rows, timesteps, ({ gap }) => gap.toFixed(2)),
    "\nPercent of images that get the class that the original gives:",
    table(rows, timesteps, ({ agreement }) => agreement.toFixed(2)),
    "\nSynaptic operations an image, thousands, and seconds of one core to convert:",
    table(rows, timesteps, costs),
    `\nBeside the peers, on the same images. ${peers.source}`,
    peerTable(rows, timesteps),
  ];
  if (rows.some(({ longer }) => longer.length > 0))
    parts.push("\nThe networks for T = 32, run longer:", longerTable(rows));
  return parts.join("\n");
}

export function chipTable(rows: readonly ChipRow[]): string {
  const price = ({ costs }: ChipRow) =>
    costs.map(({ what, points }) => `${what} ${points?.toFixed(1) ?? "-"}`).join(", ");
  const cells = rows.map((row) => {
    const { model, chip, original, accuracy, bar } = row;
    return [model, chip, original.toFixed(2), accuracyText(accuracy, original, bar), price(row)];
  });
  return formatTable(["model", "chip", "original", "T = 32", "given up, and its cost in points"], cells);
}
