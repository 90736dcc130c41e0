/** Files of golden vectors: JSON with a list named "vectors", each of which must have the form that the proof expects. */
import { SpikecError } from "../errors/error.ts";

/**
 * Every vector of a file. `lacking` says what is wrong with a vector that `isVector` refuses: "lacks a field".
 * @throws SpikecError SPK-0405 when the file is missing, is no JSON, holds no vectors, or one of another form
 */
export function readVectors<Vector>(
  file: string,
  contents: Uint8Array | undefined,
  isVector: (value: unknown) => value is Vector,
  lacking: string,
): readonly Vector[] {
  const fail = (what: string, cause?: unknown) => new SpikecError("SPK-0405", what, { where: file, cause });
  if (contents === undefined) throw fail("the file is missing");
  let parsed: { vectors?: unknown } | null;
  try {
    parsed = JSON.parse(new TextDecoder().decode(contents));
  } catch (error) {
    throw fail("the file is no JSON", error);
  }
  const vectors: unknown = parsed?.vectors;
  if (!Array.isArray(vectors) || vectors.length === 0) throw fail("the file holds no vectors");
  vectors.forEach((vector, index) => {
    if (!isVector(vector)) throw fail(`vector ${index} ${lacking}`);
  });
  return vectors;
}
