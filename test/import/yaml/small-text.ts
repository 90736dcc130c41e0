/** A small network as text, and what reading one gives or throws. */
import { expect } from "vitest";
import { SpikecError } from "../../../src/errors/error.ts";
import { importYaml, type YamlNetwork } from "../../../src/import/yaml/import-yaml.ts";
import type { ReadTensor } from "../../../src/import/yaml/tensors.ts";

export const small = `format: snn/1
time: {dt: 1e-3}
nodes:
  input: {type: Input, shape: [2]}
  fc: {type: Linear, weight: [[1, 2]]}
  lif: {type: LIF, tau: 0.01, r: 10}
  output: {type: Output}
chain: [input, fc, lif, output]
`;

export function read(text: string | Uint8Array, readTensor: ReadTensor | null = null): Promise<YamlNetwork> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return importYaml(bytes, "net.snn.yaml", readTensor);
}

/** The error that a text makes, "CODE where: what"; anything but a SpikecError fails the test. */
export async function complaintOf(text: string | Uint8Array, readTensor: ReadTensor | null = null) {
  const error = await read(text, readTensor).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof SpikecError) return `${error.code} ${error.where}: ${error.message}`;
  expect(error, `an error of ours for ${JSON.stringify(String(text).slice(0, 200))}`).toBeNull();
  return "read";
}
