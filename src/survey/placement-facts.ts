/** Where a network lies on its chip and how full that is; or every reason why it does not fit. */
import type { SpikecError } from "../errors/error.ts";
import type { Network } from "../network/network.ts";
import type { PlacementFacts } from "../report/html/report-data.ts";
import { type FitError, type Fitting, fittingOf } from "../target/fit.ts";
import type { Target } from "../target/target.ts";

function refusalsOf(error: SpikecError): string[] {
  const { reasons } = error as Partial<FitError>;
  if (reasons === undefined) return [error.message];
  return reasons.map(
    ({ layer, resource, need, limit, help }) => `${layer}: ${resource} ${need}, at most ${limit}; ${help}`,
  );
}

/**
 * Never throws for a network that does not fit: the reasons are part of what is known.
 * @param fitting of this network on this target, where it was found out before
 */
export function placementFacts(
  target: Target,
  network: Network,
  fitting: Fitting = fittingOf(target, network),
): PlacementFacts {
  const { name, title, label } = target.chip;
  const known = { target: name, title, label, unit: "neurons", cores: [], uses: [], notes: [], refusals: [] };
  const { placement, refusal } = fitting;
  if (refusal !== null) return { ...known, refusals: refusalsOf(refusal) };
  const { uses, notes } = placement.report;
  const plan = target.floorPlan?.(placement);
  return { ...known, uses, notes, cores: plan?.cores ?? [], unit: plan?.unit ?? known.unit };
}
