/** What the projections of a converted network are called, so that they are found again beside the model that they came from. */
import type { Projection } from "../network/network.ts";
import type { Activation } from "./folded.ts";

/** The projection that carries drive number `index` of an activation; several from one source are told apart by number. */
export function projectionName({ name, drives }: Activation, index: number): string {
  const { source } = drives[index];
  const earlier = drives.slice(0, index).filter((drive) => drive.source === source).length;
  return `${source} -> ${name}${earlier === 0 ? "" : `:${earlier + 1}`}`;
}

/** Of a drive whose weights are shared by several synapses, the first keeps the name. */
export function synapseName(projection: string, part: number): string {
  return part === 0 ? projection : `${projection} (${part + 1})`;
}

/** All projections of a drive: its synapses side by side. */
export function synapsesOf(projections: readonly Projection[], name: string): Projection[] {
  const byName = new Map(projections.map((projection) => [projection.name, projection]));
  const found: Projection[] = [];
  for (let part = 0; ; part++) {
    const projection = byName.get(synapseName(name, part));
    if (projection === undefined) return found;
    found.push(projection);
  }
}

/** Projections in order, synapses side by side as one with their number. */
export function sideBySide(
  projections: readonly Projection[],
): { projection: Projection; synapses: number }[] {
  const rows: { projection: Projection; synapses: number }[] = [];
  for (const projection of projections) {
    const last = rows.at(-1);
    if (last !== undefined && projection.name === synapseName(last.projection.name, last.synapses))
      last.synapses++;
    else rows.push({ projection, synapses: 1 });
  }
  return rows;
}
