/**
 * The one SVG writer: elements as plain data, escaped text, numbers that print the same on every machine, and one style
 * that follows the reader's light or dark setting. No scripts, no fonts or pictures from elsewhere.
 */

export interface SvgElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (SvgElement | string)[];
}

/** An element; a child that is a string is text. */
export function element(
  tag: string,
  attributes: SvgElement["attributes"] = {},
  children: SvgElement["children"] = [],
): SvgElement {
  return { tag, attributes, children };
}

/** Text at a point; `style` is a class of the style sheet, `anchor` which end of the text stands there. */
export function label(
  text: string,
  x: number,
  y: number,
  style: "title" | "text" | "small" = "text",
  anchor: "start" | "middle" | "end" = "start",
): SvgElement {
  return element("text", { x, y, class: style, "text-anchor": anchor }, [text]);
}

/** A straight line; `style` is a class of the style sheet. */
export function line(x1: number, y1: number, x2: number, y2: number, style: string): SvgElement {
  return element("line", { x1, y1, x2, y2, class: style });
}

/** At most two decimals, no exponent, no trailing zeros, no -0: enough for pixels. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "0";
  const text = value.toFixed(2).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}

/** Colours of series, distinct also to colour-blind readers (Okabe and Ito), on light and on dark ground. */
const seriesColours = [
  ["#0072b2", "#56b4e9"],
  ["#d55e00", "#ff9e4a"],
  ["#009e73", "#3fd6a8"],
  ["#b04a86", "#e79fc9"],
  ["#8a6d00", "#f0e442"],
] as const;

/** Class of series number `index`; colours repeat after the last. */
export function seriesClass(index: number): string {
  return `series${index % seriesColours.length}`;
}

function themeRules(ground: string, ink: string, faint: string, grid: string, dark: 0 | 1): string {
  const series = seriesColours.map(
    (colours, index) => `.series${index}{fill:${colours[dark]};stroke:${colours[dark]}}`,
  );
  return [
    `.ground{fill:${ground}}`,
    `.panel{fill:${grid};fill-opacity:.35}`,
    `.title,.text{fill:${ink}}`,
    `.small{fill:${faint}}`,
    `.grid{stroke:${grid}}`,
    `.axis{stroke:${faint}}`,
    `.reference{stroke:${ink};stroke-dasharray:6 4}`,
    ...series,
  ].join("");
}

const styleSheet = [
  "text{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif}",
  ".title{font-size:16px;font-weight:600}.text{font-size:13px}.small{font-size:11px}",
  ".grid,.axis{stroke-width:1}.reference{stroke-width:1.5}",
  "path.curve,line.curve{fill:none;stroke-width:2}rect.bar,path.marks{stroke:none}",
  themeRules("#ffffff", "#1f2328", "#59636e", "#d1d9e0", 0),
  `@media (prefers-color-scheme:dark){${themeRules("#0d1117", "#e6edf3", "#9198a1", "#3d444d", 1)}}`,
].join("");

/** A whole SVG file of this size in pixels. The title is what a screen reader says. */
export function svgDocument(
  width: number,
  height: number,
  title: string,
  children: readonly SvgElement[],
): string {
  const root = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${formatNumber(width)} ${formatNumber(height)}`,
      role: "img",
    },
    [
      element("title", {}, [title]),
      element("style", {}, [styleSheet]),
      element("rect", { class: "ground", width, height }),
      ...children,
    ],
  );
  return `${serialize(root)}\n`;
}

/** Top-level elements and those of the root stand on lines of their own, so that files can be compared. */
function serialize(node: SvgElement | string, depth = 0): string {
  if (typeof node === "string") return escapeText(node);
  const attributes = Object.entries(node.attributes)
    .map(
      ([name, value]) => ` ${name}="${escapeText(typeof value === "number" ? formatNumber(value) : value)}"`,
    )
    .join("");
  if (node.children.length === 0) return `<${node.tag}${attributes}/>`;
  const separator = node.children.every((child) => typeof child === "string") ? "" : "\n";
  const inner = node.children.map((child) => serialize(child, depth + 1)).join(separator);
  return `<${node.tag}${attributes}>${separator}${inner}${separator}</${node.tag}>`;
}

/** Also drops the control characters that XML 1.0 cannot hold in any form. */
function escapeText(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/**
 * The text, cut in the middle to what fits in so many pixels: names of layers differ at both ends. SVG cannot measure text,
 * so the average width of a letter has to do.
 */
export function fitText(text: string, width: number, fontSize = 13): string {
  const most = Math.max(3, Math.floor(width / (fontSize * 0.58)));
  const letters = [...text];
  if (letters.length <= most) return text;
  const head = Math.floor((most - 1) / 2);
  return `${letters.slice(0, head).join("")}…${letters.slice(head + 1 - most).join("")}`;
}
