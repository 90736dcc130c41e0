/** `simulate --show`: the spikes of one sample in the terminal, and what its classes read. */
import type { Network } from "../../network/network.ts";
import { terminalRaster } from "../../report/terminal-raster.ts";
import type { Run } from "../../simulate/reference.ts";
import { classOf } from "../integer-part.ts";
import { textWidth } from "../text.ts";
import { drawnLayers } from "./pictures.ts";

export interface Show {
  /** How many runs it must see: the first ones. */
  readonly kept: number;
  add(run: Run, index: number): void;
  /** "" where nothing was asked for or seen. */
  text(): string;
}

/** The largest readings, the largest first. */
const shownClasses = 5;

function readingText(network: Network, { readings, tieBreaks }: Run): string {
  const [reading] = readings;
  const { label, tied } = classOf(network, reading, tieBreaks[0]);
  const first = Array.from(reading, (value, index) => ({ value, index }))
    .sort((a, b) => b.value - a.value || a.index - b.index)
    .slice(0, shownClasses)
    .map(({ value, index }) => `${index}: ${value}`);
  const tie = tied ? ", tied" : "";
  return `class ${label}${tie} by ${network.readout.read} (${first.join(", ")})`;
}

/** sample: its number from 0; null: nothing is shown. */
export function createShow(network: Network, sample: number | null): Show {
  let seen = "";
  return {
    kept: sample === null ? 0 : sample + 1,
    add(run, index) {
      if (index !== sample) return;
      const raster = terminalRaster(run.train, drawnLayers(network), textWidth);
      seen = `sample ${index}\n${raster}\n${readingText(network, run)}\n\n`;
    },
    text: () => seen,
  };
}
