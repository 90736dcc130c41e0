/**
 * HTML and SVG as text that cannot be broken by what it shows: strings are escaped wherever they go, and only `Markup`, which
 * `tag` makes, is not. `verbatim` is for this room's own style sheet and script.
 */
import { formatNumber } from "../svg.ts";

export interface Markup {
  readonly markup: string;
}

export type Child = Markup | string | number | null | readonly Child[];
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** Elements without an end tag (HTML, "void elements"). */
const empty = new Set(["meta", "img", "input", "br", "hr", "link"]);

/** Also drops characters that neither HTML nor XML can hold. */
export function escapeText(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function attributeText([name, value]: [string, string | number | boolean | null]): string {
  if (value === null || value === false) return "";
  if (value === true) return ` ${name}`;
  return ` ${name}="${escapeText(typeof value === "number" ? formatNumber(value) : value)}"`;
}

function childText(child: Child): string {
  if (child === null) return "";
  if (typeof child === "string") return escapeText(child);
  if (typeof child === "number") return formatNumber(child);
  return "markup" in child ? child.markup : child.map(childText).join("");
}

/** An element. Attributes that are null or false are left out; true stands without a value. */
export function tag(name: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup {
  const open = `<${name}${Object.entries(attributes).map(attributeText).join("")}>`;
  return { markup: empty.has(name) ? open : `${open}${children.map(childText).join("")}</${name}>` };
}

/** Text of this program that is markup already. */
export function verbatim(markup: string): Markup {
  return { markup };
}

/** A section with its heading, which the table of contents links to. */
export function section(id: string, heading: string, ...children: readonly Child[]): Markup {
  return tag(
    "section",
    { id, "aria-labelledby": `${id}-heading` },
    tag("h2", { id: `${id}-heading` }, heading),
    ...children,
  );
}

/**
 * A table: one of numbers scrolls by itself where it is wider than the page; of one of words the rows become blocks on a phone.
 */
export function table(
  caption: string,
  titles: readonly string[],
  rows: readonly (readonly Child[])[],
  numeric: readonly number[] = [],
): Markup {
  const side = (column: number) => (numeric.includes(column) ? "number" : null);
  return tag(
    "div",
    { class: "scroller", tabindex: "0", role: "region", "aria-label": caption },
    tag(
      "table",
      { class: numeric.length === 0 ? "words" : null },
      tag(
        "thead",
        {},
        tag(
          "tr",
          {},
          titles.map((title, column) => tag("th", { scope: "col", class: side(column) }, title)),
        ),
      ),
      tag(
        "tbody",
        {},
        rows.map((row) =>
          tag(
            "tr",
            {},
            row.map((cell, column) => tag("td", { class: side(column) }, cell)),
          ),
        ),
      ),
    ),
  );
}

/** A part that opens on demand. */
export function details(summary: string, ...children: readonly Child[]): Markup {
  return tag("details", {}, tag("summary", {}, summary), ...children);
}
