/**
 * Reads an SVG file back: throws where the XML is not well-formed, and lists the elements with their attributes and text.
 */

export interface ReadElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

const token = /<(\/?)([a-z][a-zA-Z0-9]*)((?:\s+[a-zA-Z0-9:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;

export function readSvg(svg: string): ReadElement[] {
  const elements: ReadElement[] = [];
  const open: ReadElement[] = [];
  let end = 0;
  for (const match of svg.matchAll(token)) {
    end = match.index + match[0].length;
    const [, closing, tag, attributes, selfClosing, text] = match;
    if (text !== undefined) {
      if (/&(?!(amp|lt|gt|quot);)/.test(text)) throw new Error(`a bare & in '${text}'`);
      const last = open.at(-1);
      if (last) last.text += text.trim();
    } else if (closing) {
      if (open.pop()?.tag !== tag) throw new Error(`</${tag}> closes another element`);
    } else {
      const pairs = [...attributes.matchAll(/([a-zA-Z0-9:-]+)="([^"]*)"/g)].map(([, name, value]) => [
        name,
        value,
      ]);
      const element = { tag, attributes: Object.fromEntries(pairs), text: "" };
      elements.push(element);
      if (!selfClosing) open.push(element);
    }
  }
  if (end !== svg.length) throw new Error(`not XML at '${svg.slice(end, end + 40)}'`);
  if (open.length > 0) throw new Error(`<${open.at(-1)!.tag}> is not closed`);
  return elements;
}

export function textsOf(svg: string): string[] {
  return readSvg(svg)
    .filter(({ tag }) => tag === "text")
    .map(({ text }) => text);
}
