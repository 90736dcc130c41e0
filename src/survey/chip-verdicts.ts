/** What chips say of a model before anybody has chosen one. */
import { SpikecError } from "../errors/error.ts";
import type { Graph } from "../graph/graph.ts";
import { refusalBeforehand } from "../lower/refuse-beforehand.ts";
import type { Network } from "../network/network.ts";
import type { ChipVerdict } from "../report/html/report-data.ts";
import { fittingOf } from "../target/fit.ts";
import type { FitUse, Target } from "../target/target.ts";

const named = ({ name, chip }: Target) => ({ target: name, title: chip.title });

function fullestText(uses: readonly FitUse[]): string {
  const share = ({ used, limit }: FitUse) => (limit === 0 ? 0 : used / limit);
  const [fullest] = uses.toSorted((a, b) => share(b) - share(a));
  return fullest === undefined ? "" : `${fullest.resource} ${fullest.used} of ${fullest.limit}`;
}

/** A message of several lines as one. */
const onOneLine = ({ message }: SpikecError): string =>
  message.replaceAll(/:\n\s*/g, ": ").replaceAll(/\n\s*/g, "; ");

/** Of a network that was made for the chip, or of the error that ended its making. */
export function verdictOn(target: Target, made: Network | SpikecError): ChipVerdict {
  if (made instanceof SpikecError) return { ...named(target), verdict: "refused", why: onOneLine(made) };
  const { placement, refusal } = fittingOf(target, made);
  return refusal === null
    ? { ...named(target), verdict: "fits", why: fullestText(placement.report.uses) }
    : { ...named(target), verdict: "does not fit", why: onOneLine(refusal) };
}

/** By the chip's numeric rules alone: what a network of activations needs of a chip is known when its inputs have been seen. */
export function verdictByRules(target: Target, graph: Graph): ChipVerdict {
  const refusal = refusalBeforehand(graph, target.chip.rules);
  return refusal === null
    ? { ...named(target), verdict: "not refused", why: "whether it fits, convert says" }
    : { ...named(target), verdict: "refused", why: onOneLine(refusal) };
}
