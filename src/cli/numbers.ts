/** Numbers of the command line: parsers that commander calls, each with what is needed where a text is none. */
import { InvalidArgumentError } from "commander";

export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high)
      throw new InvalidArgumentError(`A whole number from ${low} to ${high} is needed.`);
    return value;
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("A number above 0 is needed.");
  return value;
}

export function wholeNumbers(text: string): number[] {
  const values = text.split(",").map(wholeNumber(1, 65_536));
  if (values.some((value, i) => i > 0 && value <= values[i - 1]))
    throw new InvalidArgumentError("Numbers in ascending order are needed, like 4,8,16.");
  return values;
}
