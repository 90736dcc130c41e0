/**
 * What can go wrong on a page, measured in the browser: text outside its box, text over text, text that is hard to read, and
 * a page wider than its window. The function runs in the page, so that it uses nothing from outside itself.
 */

export interface Flaws {
  /** Pixels by which the page is wider than its window. */
  readonly tooWide: number;
  /** Text that does not fit its box, or leaves its picture or the window. */
  readonly cut: readonly string[];
  /** Pairs of texts that lie over one another. */
  readonly overlapping: readonly string[];
  /** Short words that are broken over several lines. */
  readonly broken: readonly string[];
  /** Text with less contrast than 4.5 to 1 (WCAG 2.2, 1.4.3). */
  readonly faint: readonly string[];
  /** How many pieces of text were looked at. */
  readonly texts: number;
}

export function measurePage(): Flaws {
  interface Piece {
    readonly text: string;
    readonly element: Element;
    readonly box: DOMRect;
  }

  const visible = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const short = (text: string) => text.trim().slice(0, 60);
  /** Text that scrolls inside a region of its own may be outside of what is shown. */
  const scrolls = (element: Element) => element.closest(".scroller, pre") !== null;

  function pieces(): Piece[] {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: Piece[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement!;
      const text = node.textContent ?? "";
      if (text.trim() === "" || ["SCRIPT", "STYLE", "TITLE", "title"].includes(element.tagName)) continue;
      if (!visible(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects())
        if (box.width > 0.5 && box.height > 0.5) found.push({ text, element, box });
    }
    return found;
  }

  type Colour = readonly [red: number, green: number, blue: number, alpha: number];

  /** By the browser itself, whatever way the colour is written in. */
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;
  const known = new Map<string, Colour>();
  function colourOf(css: string): Colour {
    const before = known.get(css);
    if (before !== undefined) return before;
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    const colour: Colour = [red, green, blue, alpha / 255];
    known.set(css, colour);
    return colour;
  }

  const over = (top: Colour, below: Colour): Colour => [
    top[0] * top[3] + below[0] * (1 - top[3]),
    top[1] * top[3] + below[1] * (1 - top[3]),
    top[2] * top[3] + below[2] * (1 - top[3]),
    1,
  ];

  /** Of HTML, the backgrounds up to the root; of a box in a picture, the rectangle behind the text. */
  function groundOf(element: Element): Colour {
    const grounds: Colour[] = [];
    const rectangle =
      element.tagName === "text" ? element.parentElement!.querySelector(":scope > rect") : null;
    if (rectangle !== null && element.closest(".box") !== null)
      grounds.push(colourOf(getComputedStyle(rectangle).fill));
    for (let at: Element | null = element; at !== null; at = at.parentElement)
      grounds.push(colourOf(getComputedStyle(at).backgroundColor));
    return grounds.reduceRight<Colour>((below, top) => over(top, below), [255, 255, 255, 1]);
  }

  function luminance([red, green, blue]: Colour): number {
    const linear = (part: number) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  }

  function contrastOf(element: Element): number {
    const style = getComputedStyle(element);
    const ground = groundOf(element);
    const ink = over(colourOf(element instanceof SVGElement ? style.fill : style.color), ground);
    const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }

  function isCut({ element, box }: Piece): boolean {
    if (scrolls(element)) return false;
    if (box.left < -0.5 || box.right > window.innerWidth + 0.5) return true;
    const frame = element.closest(".box")?.querySelector("rect") ?? element.closest("svg");
    if (frame === null || frame === undefined) {
      const html = element as HTMLElement;
      const hides = ["hidden", "clip"].includes(getComputedStyle(html).overflowX);
      return hides && html.scrollWidth > html.clientWidth + 1;
    }
    const around = frame.getBoundingClientRect();
    return (
      box.left < around.left - 1 ||
      box.right > around.right + 1 ||
      box.top < around.top - 2 ||
      box.bottom > around.bottom + 2
    );
  }

  function overlaps(all: readonly Piece[]): string[] {
    const found: string[] = [];
    const sorted = all.toSorted((a, b) => a.box.top - b.box.top);
    sorted.forEach((one, index) => {
      for (let next = index + 1; next < sorted.length; next++) {
        const other = sorted[next];
        if (other.box.top > one.box.bottom - 2) break;
        if (one.element === other.element || scrolls(one.element) || scrolls(other.element)) continue;
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        // What sticks to the top of the window lies over the page by design.
        if (one.element.closest(".cursor-control") !== other.element.closest(".cursor-control")) continue;
        const wide = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const high = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // Line boxes are taller than letters: a touch is no overlap.
        if (wide > 2 && high > 5) found.push(`"${short(one.text)}" and "${short(other.text)}"`);
      }
    });
    return found;
  }

  /** One word of a usual length in a box too narrow for it. */
  function isBroken(element: Element): boolean {
    const text = (element.textContent ?? "").trim();
    if (element.childNodes.length !== 1 || !/^[\w./%-]{2,14}$/.test(text)) return false;
    const range = document.createRange();
    range.selectNodeContents(element);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
  }

  const all = pieces();
  const elements = [...new Set(all.map(({ element }) => element))];
  return {
    tooWide: Math.max(0, document.documentElement.scrollWidth - window.innerWidth),
    cut: all.filter(isCut).map(({ text }) => short(text)),
    overlapping: overlaps(all),
    broken: elements.filter(isBroken).map(({ textContent }) => short(textContent ?? "")),
    faint: elements
      .map((element) => ({ element, contrast: contrastOf(element) }))
      .filter(({ contrast }) => contrast < 4.5)
      .map(({ element, contrast }) => `"${short(element.textContent ?? "")}" ${contrast.toFixed(2)}`),
    texts: all.length,
  };
}
