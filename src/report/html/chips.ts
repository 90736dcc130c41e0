/** Which chips would take a model: a table with a line a chip. */
import { type Markup, section, table, tag } from "./markup.ts";
import type { ChipVerdict } from "./report-data.ts";

export function chipsSection(chips: readonly ChipVerdict[]): Markup | null {
  if (chips.length === 0) return null;
  const rows = chips.map(({ target, title, verdict, why }) => [target, title, verdict, why]);
  return section(
    "chips",
    "Which chips take it",
    tag("p", {}, "Each was asked as convert asks it when nothing but the chip is chosen."),
    table("Chips", ["target", "chip", "verdict", "why"], rows),
  );
}
