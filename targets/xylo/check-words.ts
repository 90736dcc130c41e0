/** Every number of a configuration must fit its word on the chip; the maker's tools cast, and wrap, what does not. */
import { SpikecError } from "../../src/errors/error.ts";
import type { XyloConfiguration, XyloSynapse } from "./configuration.ts";

/** Bits, signed or not, by what the chip calls a word. */
const words = {
  weight: [-128, 127],
  threshold: [-32768, 32767],
  bias: [-128, 127],
  dash: [0, 15],
  shift: [0, 7],
} as const;

/** Throws SPK-0402 that lists the first few words that do not fit. */
export function checkWords(configuration: XyloConfiguration): void {
  const wrong: string[] = [];
  const check = (word: keyof typeof words, value: number, where: string) => {
    const [low, high] = words[word];
    if (!(Number.isInteger(value) && value >= low && value <= high))
      wrong.push(`${where}: ${word} ${value}, the chip holds ${low}..${high}`);
  };
  const checkRows = (rows: readonly (readonly XyloSynapse[])[], where: string) =>
    rows.forEach((row, source) => {
      for (const { target, weight } of row) check("weight", weight, `${where} ${source} -> ${target}`);
    });
  checkRows(configuration.inputSynapses, "input");
  checkRows(configuration.hiddenSynapses, "hidden");
  checkRows(configuration.outputSynapses, "hidden to output");
  for (const [stage, shift] of Object.entries(configuration.shifts))
    check("shift", shift, `${stage} weights`);
  configuration.hidden.forEach(({ synapseDashes, membraneDash, threshold, bias }, id) => {
    for (const dash of [...synapseDashes, membraneDash]) check("dash", dash, `hidden ${id}`);
    check("threshold", threshold, `hidden ${id}`);
    check("bias", bias, `hidden ${id}`);
  });
  configuration.outputs.forEach(({ synapseDash, membraneDash, threshold, bias }, id) => {
    for (const dash of [synapseDash, membraneDash]) check("dash", dash, `output ${id}`);
    check("threshold", threshold, `output ${id}`);
    check("bias", bias, `output ${id}`);
  });
  if (wrong.length === 0) return;
  const shown = wrong.slice(0, 10).map((line) => `\n  ${line}`);
  const more = wrong.length > 10 ? `\n  and ${wrong.length - 10} more` : "";
  throw new SpikecError(
    "SPK-0402",
    `${wrong.length} numbers do not fit the chip's words:${shown.join("")}${more}`,
    {
      advice: "Quantize again with the default quantizer, which keeps every number inside.",
    },
  );
}
