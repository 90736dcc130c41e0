/**
 * How the values of a sample become the integers that the exported network takes (docs/law.md, Encoders): as text for report.md,
 * and, where values have units of their own, their offsets and divisors as arrays of C.
 */
import { type Encoder, type Input, type Network, sizeOf, valueShape } from "../../../src/network/network.ts";
import { arrayOf } from "./arrays.ts";

type QuantizedInput = Input & { readonly encoder: Exclude<Encoder, { kind: "spikes" | "always" }> };

function quantizedInputs({ inputs }: Network): QuantizedInput[] {
  return inputs.filter(
    (input): input is QuantizedInput => input.encoder.kind !== "spikes" && input.encoder.kind !== "always",
  );
}

const entries: Record<QuantizedInput["encoder"]["kind"], string> = {
  analog: "q enters at every step",
  current: "q enters at its step",
  rate: "q becomes spikes (docs/law.md, Encoders: rate)",
  poisson: "q becomes spikes (docs/law.md, Encoders: poisson)",
  latency: "q becomes one spike (docs/law.md, Encoders: latency)",
};

/** The formula of one input, in the letters of docs/law.md. */
function formula({ encoder }: QuantizedInput): string {
  const { scale, zeroPoint, bits, signed, normalization } = encoder;
  const value = normalization === undefined ? "x" : "((x - offset) / divisor)";
  const [low, high] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
  return `q = round(${value} / ${scale}) + ${zeroPoint}, between ${low} and ${high}`;
}

/** Lines of report.md; none for a network that takes spikes alone. */
export function inputLines(network: Network): string[] {
  const lines = quantizedInputs(network).map((input) => {
    const { name, encoder, polarity } = input;
    const split = polarity === "signed" ? "; the second half of the neurons takes -q where q < 0" : "";
    const units =
      encoder.normalization === undefined ? "" : "; offset and divisor of each value: net_inputs.h";
    const values = sizeOf(valueShape(input));
    return `- ${name}, ${values} values: ${formula(input)}; ${entries[encoder.kind]}${split}${units}`;
  });
  return lines.length === 0 ? [] : ["## Inputs", "", ...lines, ""];
}

/** One entry a value, whatever the normalization's granularity. */
function perValue(values: Float64Array, size: number): number[] {
  return Array.from({ length: size }, (_, i) => values[Math.floor((i * values.length) / size)]);
}

/** net_inputs.h; null where no value has a unit of its own. */
export function inputHeader(network: Network): string | null {
  const input = quantizedInputs(network).find(({ encoder }) => encoder.normalization !== undefined);
  if (input?.encoder.normalization === undefined) return null;
  const { offset, divisor } = input.encoder.normalization;
  const size = sizeOf(valueShape(input));
  return [
    `/* Value x of a sample becomes ${formula(input)}. */`,
    arrayOf("double", "net_input_offset", perValue(offset, size)),
    arrayOf("double", "net_input_divisor", perValue(divisor, size)),
  ].join("\n");
}
