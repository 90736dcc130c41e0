/** Code blocks of the documents: what stands between fences, with the words behind the opening one. */
import { textOf } from "../house/sources.ts";

export interface Block {
  /** "sh", "ts chip.ts", "python run". */
  readonly kind: string;
  readonly text: string;
  /** The heading that it stands under. */
  readonly heading: string;
  /** Of its first line in the document. */
  readonly line: number;
}

export function blocksOf(path: string): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let open: { kind: string; lines: string[]; line: number } | null = null;
  textOf(path)
    .split("\n")
    .forEach((text, index) => {
      const fence = /^```(.*)$/.exec(text);
      if (open === null) {
        if (fence !== null) open = { kind: fence[1].trim(), lines: [], line: index + 2 };
        else heading = /^#+ (.*)$/.exec(text)?.[1] ?? heading;
      } else if (fence !== null) {
        const { kind, lines, line } = open;
        blocks.push({ kind, heading, line, text: lines.join("\n") });
        open = null;
      } else open.lines.push(text);
    });
  return blocks;
}

/** Command lines of a block, continued lines joined, without "spikec" and comments. */
export function commandsOf({ text }: Block): string[][] {
  return text
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/\s#.*$/, "").trim())
    .filter((line) => line.startsWith("spikec "))
    .map((line) => line.split(/\s+/).slice(1));
}
