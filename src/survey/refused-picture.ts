/** The picture of a model that cannot be imported: its operators and the wires between them, and which of them are the reason. */
import type { Box, Picture } from "../report/html/report-data.ts";
import type { KnownModel } from "./model-survey.ts";

type Refused = Extract<KnownModel, { kind: "refused" }>;

/** A box without its sources. */
type Loose = Omit<Box, "sources">;

function boxesOf({ input, supported, refused }: Refused): Loose[] {
  return [
    { name: input, detail: "Input", text: "the sample enters here", state: "kept" },
    ...supported.map(
      ({ node, operator, becomes }): Loose => ({
        name: node,
        detail: operator,
        text: `becomes ${becomes}`,
        state: /^(constant|no node|taken off)/.test(becomes) ? "folded" : "kept",
      }),
    ),
    ...refused.map(
      ({ node, operator, why, advice }): Loose => ({
        name: node,
        detail: operator,
        text: `refused: ${why}. What to do: ${advice}.`,
        state: "refused",
      }),
    ),
  ];
}

/** Shapes are missing: behind a refused node nobody knows them. */
export function refusedPicture(model: Refused): Picture {
  const loose = boxesOf(model);
  const position = new Map(loose.map(({ name }, index) => [name, index]));
  const sources = new Map<string, number[]>(loose.map(({ name }) => [name, []]));
  for (const { from, to } of model.wires) {
    const source = position.get(from);
    if (source !== undefined) sources.get(to)?.push(source);
  }
  const boxes = loose.map((box) => ({ ...box, sources: sources.get(box.name)! }));
  return { graph: { title: "Model", boxes }, network: null, links: [] };
}
