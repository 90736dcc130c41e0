/** The parts of the page that are words: the summary at its head, what failed, choices and warnings, provenance and commands. */
import { details, type Markup, section, table, tag } from "./markup.ts";
import { amount, counted, percent } from "./numbers.ts";
import type { BoardFacts, Failure, Report } from "./report-data.ts";

function tile(name: string, value: string, aside: string | null = null): Markup {
  return tag(
    "div",
    { class: "tile" },
    tag("span", { class: "tile-name" }, name),
    tag("span", { class: "tile-value" }, value),
    aside === null ? null : tag("span", { class: "aside" }, aside),
  );
}

function boardTile({ where, samples, spikes, mismatches }: BoardFacts): Markup {
  return tile(
    where,
    `${amount(mismatches)} mismatches`,
    `of ${amount(spikes)} spikes, ${amount(samples)} samples`,
  );
}

export function summaryMarkup({ accuracy, timesteps, placement, board, layers }: Report): Markup {
  const point = accuracy?.points.at(-1);
  const neurons = layers.reduce((sum, layer) => sum + layer.neurons, 0);
  const tiles = [
    accuracy?.original == null ? null : tile("original", percent(accuracy.original), "accuracy in floats"),
    point?.accuracy == null
      ? null
      : tile("integers", percent(point.accuracy), `accuracy at T = ${point.timesteps}`),
    point?.agreement == null ? null : tile("same class", percent(point.agreement), "as the original"),
    timesteps === null ? null : tile("timesteps", String(timesteps), "T, in which input is applied"),
    point === undefined ? null : tile("operations", amount(point.synops), "synaptic, a sample"),
    neurons === 0
      ? null
      : tile("neurons", amount(neurons), placement === null ? null : `for ${placement.target}`),
    board === null ? null : boardTile(board),
  ];
  return tag("div", { class: "tiles" }, tiles);
}

export function failureMarkup(failure: Failure | null): Markup | null {
  if (failure === null) return null;
  const { code, message, where, advice } = failure;
  return tag(
    "div",
    { class: "failure", role: "alert" },
    tag("p", {}, tag("strong", {}, `It stopped here: ${code}`)),
    tag("pre", {}, message),
    where === null ? null : tag("p", {}, `Where: ${where}`),
    tag("p", {}, `What to do: ${advice}`),
  );
}

export function boardSection(board: BoardFacts | null): Markup | null {
  if (board === null) return null;
  const { where, samples, accuracy, spikes, mismatches, first, seconds } = board;
  const speed =
    seconds === null || seconds === 0
      ? ""
      : ` in ${seconds.toFixed(2)} s, ${((1000 * seconds) / samples).toFixed(2)} ms a sample`;
  return section(
    "board",
    "Beside the simulation",
    tag(
      "p",
      {},
      `${counted(samples, "sample")} on ${where}${speed}: `,
      tag("strong", {}, `${amount(mismatches)} mismatches / ${amount(spikes)} spikes`),
      accuracy === null ? "." : `, accuracy ${percent(accuracy)}.`,
      " Every spike that was reported is compared with the simulation, at equal absolute steps.",
    ),
    first === null ? null : tag("p", {}, `First difference: ${first}`),
  );
}

export function choicesSection({ choices, notes }: Report): Markup | null {
  if (choices.length === 0 && notes.length === 0) return null;
  const warnings = notes.map(({ level, where, text }) =>
    tag(
      "li",
      { class: level },
      tag("strong", {}, level === "warning" ? "Warning" : "Note"),
      ` ${where}: ${text}`,
    ),
  );
  const rows = choices.map(({ where, what, value, why }) => [where, what, value, why]);
  return section(
    "choices",
    "Choices and warnings",
    warnings.length === 0 ? tag("p", {}, "There were no warnings.") : tag("ul", { class: "notes" }, warnings),
    rows.length === 0 ? null : table("Choices", ["where", "what", "value", "why"], rows),
  );
}

export function provenanceSection({ provenance, commands, version }: Report): Markup | null {
  if (provenance === null && commands.length === 0) return null;
  const rows =
    provenance === null
      ? []
      : [
          ["model, SHA-256", provenance.modelHash || "not known"],
          ["calibration inputs, SHA-256", provenance.calibrationHash || "none"],
          ["converted by spikec", provenance.version],
          ...provenance.options.map(([name, value]) => [name, value]),
        ];
  return section(
    "provenance",
    "Where it comes from, and how to do it again",
    commands.length === 0 ? null : tag("pre", { class: "commands", tabindex: "0" }, commands.join("\n")),
    rows.length === 0
      ? null
      : details("Hashes, options and versions", table("Provenance", ["what", "value"], rows)),
    tag(
      "p",
      { class: "aside" },
      `This page was made by spikec ${version}. It needs nothing from the network.`,
    ),
  );
}
