/**
 * Suite `nir/negative`: every file is refused with its code and the path of what is wrong, or read with its warning, or read
 * without a word, exactly as specs/nir.md lists them (requirement 5).
 */
import { SpikecError } from "../../../src/errors/error.ts";
import type { SpikingGraph } from "../../../src/graph/spiking.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import type { GoldenFiles } from "../golden.ts";

/** Refused: the code, and what place and message say. Read: the warning, or null. */
type Verdict = { readonly code: string; readonly says: RegExp } | { readonly warning: RegExp | null };

const plain: Verdict = { warning: null };

export const verdicts: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ["unknown_type", { code: "SPK-0116", says: /\/node\/nodes\/lif\/type .*Izhikevich/ }],
  ["missing_type", { code: "SPK-0115", says: /\/node\/nodes\/lif .*no type/ }],
  ["missing_field_tau", { code: "SPK-0115", says: /\/node\/nodes\/lif .*field tau/ }],
  ["extra_field", { code: "SPK-0115", says: /\/node\/nodes\/lif\/beta / }],
  ["dangling_edge", { code: "SPK-0115", says: /\/node\/edges .*"nope" is no node/ }],
  ["shape_mismatch", { code: "SPK-0201", says: /node lif .*\[3\].*\[5\]/ }],
  ["param_shape_mismatch", { code: "SPK-0115", says: /\/node\/nodes\/lif\/r .*tau/ }],
  ["tau_zero", { code: "SPK-0117", says: /\/node\/nodes\/lif\/tau / }],
  ["tau_negative", { code: "SPK-0117", says: /\/node\/nodes\/lif\/tau / }],
  ["threshold_negative", { code: "SPK-0117", says: /\/node\/nodes\/lif\/v_threshold / }],
  ["nan_weight", { code: "SPK-0117", says: /\/node\/nodes\/fc\/weight .*NaN/ }],
  ["external_link", { code: "SPK-0112", says: /\/node\/nodes\/fc\/weight is a link to another file/ }],
  ["not_hdf5", { code: "SPK-0112", says: /not_hdf5/ }],
  ["truncated", { code: "SPK-0112", says: /truncated/ }],
  ["duplicate_edges", { warning: /\/node\/edges: .*more than once/ }],
  ["orphan_node", { warning: /\/node\/nodes\/lif_orphan: no edge/ }],
  ["no_output", { warning: /no Output; added: output after lif/ }],
  ["ok_no_v_reset_no_version", plain],
  ["scalar_params", plain],
  ["fixed_len_strings", plain],
  ["float16_weight", plain],
  ["int8_weight", plain],
  ["big_endian_weight", plain],
]);

export async function* runNirNegative(files: GoldenFiles): AsyncIterable<VectorResult> {
  for (const path of files.paths.filter((name) => name.endsWith(".nir"))) {
    const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.nir$/, "");
    const verdict = verdicts.get(name);
    const outcome = await importNir(files.read(path), `${name}.nir`).catch((error: unknown) => error);
    const difference = verdict === undefined ? "no verdict is listed for it" : differenceOf(outcome, verdict);
    yield { name, exact: difference === null, difference };
  }
}

function differenceOf(outcome: unknown, verdict: Verdict): string | null {
  if (outcome instanceof SpikecError) {
    const said = `${outcome.where} ${outcome.message}`;
    const right = "code" in verdict && outcome.code === verdict.code && verdict.says.test(said);
    return right ? null : `${outcome.code}: ${said}`;
  }
  if (outcome instanceof Error) return `${outcome.stack}`;
  const warnings = (outcome as SpikingGraph).notes
    .filter(({ level }) => level === "warning")
    .map(({ where, text }) => `${where}: ${text}`);
  if ("code" in verdict) return `read, with the warnings [${warnings.join("; ")}]; expected ${verdict.code}`;
  const right =
    verdict.warning === null
      ? warnings.length === 0
      : warnings.length === 1 && verdict.warning.test(warnings[0]);
  return right ? null : `read, with the warnings [${warnings.join("; ")}]`;
}
