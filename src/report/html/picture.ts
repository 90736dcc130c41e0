/**
 * The network as a picture: like a score, in systems of a few columns, the model above and its populations below, each under
 * the node that it stands for. Drawn twice, wide for screens and paper and narrow for phones: text is not scaled.
 */
import { fitText } from "../svg.ts";
import { foldPicture, mostBoxes } from "./fold-stave.ts";
import { details, type Markup, section, table, tag } from "./markup.ts";
import { counted } from "./numbers.ts";
import type { Box, Picture, Stave } from "./report-data.ts";
import { type LaidStave, layOut } from "./stave-layout.ts";

interface Format {
  readonly style: "wide" | "narrow";
  /** In a system. */
  readonly columns: number;
  readonly columnWidth: number;
  readonly boxWidth: number;
}

const formats: readonly Format[] = [
  { style: "wide", columns: 8, columnWidth: 136, boxWidth: 116 },
  { style: "narrow", columns: 3, columnWidth: 116, boxWidth: 102 },
];
const boxHeight = 40;
const laneHeight = 52;
const margin = 6;
const titleHeight = 20;
const staveGap = 14;
const systemGap = 22;
/** Rows of the table of nodes. */
const mostRows = 2000;

interface Drawn {
  readonly stave: Stave;
  readonly laid: LaidStave;
  readonly key: "graph" | "network";
}

/** Top of a stave in each system, and how many lanes it has there. */
interface Band {
  readonly top: number;
  readonly lanes: number;
}

function lanesIn({ laid }: Drawn, from: number, to: number): number {
  const inside = (column: number) => column >= from && column < to;
  const boxes = laid.boxes.filter(({ column }) => inside(column)).map(({ lane }) => lane + 1);
  const wires = laid.wires.flatMap(({ column, fromLane, toLane }) => [
    ...(inside(column) ? [fromLane + 1] : []),
    ...(inside(column + 1) ? [toLane + 1] : []),
  ]);
  return [...boxes, ...wires].reduce((most, lanes) => Math.max(most, lanes), 0);
}

/** Bands by system and stave, and the height of it all. */
function bandsOf(staves: readonly Drawn[], { columns }: Format): { bands: Band[][]; height: number } {
  const most = staves.reduce((high, { laid }) => Math.max(high, laid.columns), 0);
  let y = 0;
  const bands: Band[][] = [];
  for (let from = 0; from < most; from += columns) {
    bands.push(
      staves.map((drawn) => {
        const lanes = lanesIn(drawn, from, from + columns);
        const top = y + titleHeight;
        y += lanes === 0 ? 0 : titleHeight + lanes * laneHeight + staveGap;
        return { top, lanes };
      }),
    );
    y += systemGap;
  }
  return { bands, height: Math.max(1, y - systemGap) };
}

function boxMarkup(
  box: Box,
  index: number,
  { key }: Drawn,
  x: number,
  y: number,
  { boxWidth }: Format,
  linked: readonly number[],
  loops: boolean,
): Markup {
  const room = boxWidth - 10;
  return tag(
    "g",
    {
      class: `box ${box.state}`,
      tabindex: "-1",
      role: "listitem",
      "aria-label": `${box.name}, ${box.detail}: ${box.text}`,
      "data-box": `${key}${index}`,
      "data-linked":
        linked.map((other) => `${key === "graph" ? "network" : "graph"}${other}`).join(" ") || null,
    },
    tag("title", {}, `${box.name}\n${box.detail}\n${box.text}`),
    tag("rect", { x, y, width: boxWidth, height: boxHeight, rx: 5 }),
    tag("text", { x: x + 6, y: y + 17, class: "name" }, fitText(box.name, room, 13)),
    tag(
      "text",
      { x: x + 6, y: y + 32, class: "detail" },
      fitText(loops ? `↺ ${box.detail}` : box.detail, room, 12.6),
    ),
  );
}

/** Everything of one stave: wires, then boxes. */
function staveMarkup(
  drawn: Drawn,
  bands: readonly Band[],
  format: Format,
  linksOf: (box: number) => readonly number[],
): Markup[] {
  const { columns, columnWidth, boxWidth } = format;
  const systemOf = (column: number) => Math.floor(column / columns);
  const left = (column: number) => margin + (column % columns) * columnWidth;
  const middle = (column: number, lane: number) =>
    bands[systemOf(column)].top + lane * laneHeight + boxHeight / 2;
  const end = margin + columns * columnWidth - (columnWidth - boxWidth) / 2;
  const wires = drawn.laid.wires.map(({ column, fromLane, toLane, fromBox, toBox }) => {
    // Pieces of a passing wire meet in the middle of their column.
    const x1 = left(column) + (fromBox ? boxWidth : boxWidth / 2);
    const x2 = left(column + 1) + (toBox ? 0 : boxWidth / 2);
    const [y1, y2] = [middle(column, fromLane), middle(column + 1, toLane)];
    const bend = left(column) + boxWidth + (columnWidth - boxWidth) / 2;
    const path =
      systemOf(column) === systemOf(column + 1)
        ? `M${x1} ${y1}H${bend}V${y2}H${x2}`
        : `M${x1} ${y1}H${end}M0 ${y2}H${x2}`;
    return tag("path", { class: "wire", d: path });
  });
  const boxes = drawn.stave.boxes.map((box, index) => {
    const { column, lane, feedback } = drawn.laid.boxes[index];
    const y = bands[systemOf(column)].top + lane * laneHeight;
    return boxMarkup(box, index, drawn, left(column), y, format, linksOf(index), feedback.length > 0);
  });
  const titles = bands.flatMap(({ top, lanes }) =>
    lanes === 0
      ? []
      : [
          tag(
            "text",
            { x: margin, y: top - 6, class: "stave" },
            fitText(drawn.stave.title, columns * columnWidth, 13),
          ),
        ],
  );
  return [...titles, ...wires, ...boxes];
}

/** From each node straight down to its population. */
function linkMarkup(
  staves: readonly Drawn[],
  bands: Band[][],
  format: Format,
  links: Picture["links"],
): Markup[] {
  if (staves.length < 2) return [];
  const [graph, network] = staves;
  return links.flatMap(([node, population]) => {
    const [from, to] = [graph.laid.boxes[node], network.laid.boxes[population]];
    const system = Math.floor(from.column / format.columns);
    if (from.column !== to.column) return [];
    const x = margin + (from.column % format.columns) * format.columnWidth + format.boxWidth / 2;
    const y1 = bands[system][0].top + from.lane * laneHeight + boxHeight;
    const y2 = bands[system][1].top + to.lane * laneHeight;
    return [tag("path", { class: "link", d: `M${x} ${y1}V${y2}` })];
  });
}

/** Staves with their columns: populations stand under the last of the nodes that they stand for. */
function layOutAll({ graph, network, links }: Picture): Drawn[] {
  const above = graph === null ? null : { stave: graph, laid: layOut(graph.boxes), key: "graph" as const };
  if (network === null) return above === null ? [] : [above];
  const given = network.boxes.map((_, box) => {
    const columns = links.filter(([, own]) => own === box).map(([node]) => above!.laid.boxes[node].column);
    return columns.length === 0 ? null : columns.reduce((most, column) => Math.max(most, column));
  });
  const below = { stave: network, laid: layOut(network.boxes, given), key: "network" as const };
  return above === null ? [below] : [above, below];
}

function drawing(picture: Picture, staves: readonly Drawn[], format: Format): Markup {
  const { bands, height } = bandsOf(staves, format);
  const width = format.columns * format.columnWidth + 2 * margin - (format.columnWidth - format.boxWidth) / 2;
  const linksOf = (key: Drawn["key"], box: number) =>
    picture.links.flatMap(([node, population]) =>
      key === "graph" ? (node === box ? [population] : []) : population === box ? [node] : [],
    );
  return tag(
    "svg",
    {
      class: `picture ${format.style}`,
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "list",
      "aria-label": "The network as a picture; arrow keys go from box to box",
    },
    linkMarkup(staves, bands, format, picture.links),
    staves.map((drawn, index) =>
      staveMarkup(
        drawn,
        bands.map((system) => system[index]),
        format,
        (box) => linksOf(drawn.key, box),
      ),
    ),
  );
}

function nodeTable({ title, boxes }: Stave): Markup {
  const rows = boxes
    .slice(0, mostRows)
    .map(({ name, detail, text, sources }) => [
      name,
      detail,
      sources.map((source) => boxes[source].name).join(", "),
      text,
    ]);
  const more = boxes.length > mostRows ? `, the first ${mostRows}` : "";
  return details(
    `${title} as a table: ${counted(boxes.length, "box", "boxes")}${more}`,
    table(`${title}, node by node`, ["name", "what", "fed by", "what becomes of it"], rows),
  );
}

export function pictureSection(picture: Picture): Markup | null {
  const whole = [picture.graph, picture.network].filter(
    (stave) => stave !== null && stave.boxes.length > 0,
  ) as Stave[];
  if (whole.length === 0) return null;
  const folded = foldPicture(picture);
  const staves = layOutAll(folded);
  const isFolded = whole.some(({ boxes }) => boxes.length > mostBoxes);
  const both = picture.graph !== null && picture.network !== null;
  return section(
    "network",
    both ? "From the model to spikes" : "The network",
    tag(
      "p",
      {},
      both
        ? "Above, the model as it was read; below, each population under the node that it stands for. "
        : "",
      "Filled boxes stand for themselves, dashed ones are folded into the weights of others, marked ones are refused.",
      isFolded ? " The network is large: nodes share boxes here, and the table below has them all." : "",
    ),
    tag(
      "div",
      { class: "pictures", "data-pictures": true },
      formats.map((format) => drawing(folded, staves, format)),
      tag(
        "p",
        { class: "caption", "aria-live": "polite" },
        "Point at a box, or go to it with the arrow keys, to read what becomes of it.",
      ),
    ),
    whole.map(nodeTable),
  );
}
