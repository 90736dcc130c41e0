/** Where a network lies on its chip and how full that is; or every reason why it does not fit. */
import { SpikecError } from "../errors/error.ts";
import type { Network } from "../network/network.ts";
import type { PlacementFacts } from "../report/html/report-data.ts";
import type { FitError } from "../target/fit.ts";
import type { Target } from "../target/target.ts";

function refusalsOf(error: SpikecError): string[] {
  const { reasons } = error as Partial<FitError>;
  if (reasons === undefined) return [error.message];
  return reasons.map(
    ({ layer, resource, need, limit, help }) => `${layer}: ${resource} ${need}, at most ${limit}; ${help}`,
  );
}

/** Never throws for a network that does not fit: the reasons are part of what is known. */
export function placementFacts(target: Target, network: Network): PlacementFacts {
  const { name, title, label } = target.chip;
  const known = { target: name, title, label, unit: "neurons", cores: [], uses: [], notes: [], refusals: [] };
  try {
    const placement = target.place(network, { observe: "readout" });
    const { uses, notes } = placement.report;
    const plan = target.floorPlan?.(placement);
    return { ...known, uses, notes, cores: plan?.cores ?? [], unit: plan?.unit ?? known.unit };
  } catch (error) {
    if (!(error instanceof SpikecError)) throw error;
    return { ...known, refusals: refusalsOf(error) };
  }
}
