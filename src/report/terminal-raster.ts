/** A raster for terminals: a column a step, a line a neuron (or several together), a stronger block the more of them spike. */
import { type Events, type SpikeTrain, stepsOf } from "../network/spikes.ts";
import type { DrawnLayer } from "./raster.ts";

const blocks = ["·", "░", "▒", "▓", "█"] as const;
/** Layers of up to this many neurons get a line each: the classes of a readout. */
const mostLabelled = 16;
const mostLines = 8;

/** Spikes by [line][column]: neighbours share lines, and steps share columns where there are too many. */
function counted(events: Events, neurons: number, lines: number, columns: number, steps: number): number[][] {
  const counts = Array.from({ length: lines }, () => new Array<number>(columns).fill(0));
  for (let step = 0; step < Math.min(steps, stepsOf(events)); step++)
    for (let event = events.offsets[step]; event < events.offsets[step + 1]; event++) {
      const line = Math.floor((events.neurons[event] * lines) / neurons);
      counts[line][Math.floor((step * columns) / steps)]++;
    }
  return counts;
}

function blockOf(count: number, most: number): string {
  return blocks[count === 0 ? 0 : Math.max(1, Math.ceil((count * (blocks.length - 1)) / most))];
}

function layerLines({ name, neurons }: DrawnLayer, events: Events, columns: number, steps: number): string[] {
  const lines = neurons <= mostLabelled ? neurons : mostLines;
  const counts = counted(events, neurons, lines, columns, steps);
  const most = counts.flat().reduce((top, count) => Math.max(top, count), 1);
  const total = events.neurons.length;
  const numbered = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const head = `${name}: ${numbered(neurons, "neuron")}, ${numbered(total, "spike")}`;
  const numberOf = (line: number) =>
    lines === neurons ? String(line) : `${Math.floor((line * neurons) / lines)}..`;
  const wide = numberOf(lines - 1).length;
  const rows = counts.map((row, line) => {
    const spikes = row.reduce((sum, count) => sum + count, 0);
    return `  ${numberOf(line).padStart(wide)} ${row.map((count) => blockOf(count, most)).join("")} ${spikes}`;
  });
  return [head, ...rows];
}

/** Layers in the order given, those that the train did not record left out; width: of the terminal, in columns. */
export function terminalRaster(train: SpikeTrain, layers: readonly DrawnLayer[], width = 80): string {
  const columns = Math.max(1, Math.min(train.steps, width - 20));
  return layers
    .flatMap((layer) => {
      const events = train.events.get(layer.name);
      return events === undefined ? [] : layerLines(layer, events, columns, train.steps);
    })
    .join("\n");
}
