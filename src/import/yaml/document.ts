/**
 * The text of a .snn.yaml file as a YAML document. A file is not trusted: its size is bounded, and how deep it nests is
 * counted while it is cut into tokens, since the composer behind them recurses (a deep file would end the process).
 */
import { Composer, type Document, Lexer, Parser } from "yaml";
import { SpikecError } from "../../errors/error.ts";

/** Bytes. Large weights stand in .npz files beside the text. */
const largestText = 2 ** 19;
/** Collections within collections: a tensor has 4 axes, a nested graph takes 2 levels. */
export const deepest = 100;

export interface YamlText {
  /** Name of the file. */
  readonly file: string;
  readonly text: string;
}

/** @throws SpikecError SPK-0120 with the line, for what is not one YAML document of bounded size */
export function parseDocument(bytes: Uint8Array, file: string): { source: YamlText; document: Document } {
  const source = { file, text: decode(bytes, file) };
  const [document, ...others] = compose(source);
  if (document === undefined) throw unreadable(source, 0, "the file is empty");
  const [error] = document.errors;
  if (error) throw unreadable(source, error.pos[0], error.message.split(/ at line |:?\n/)[0]);
  if (others.length > 0) {
    const second = others[0].range[0];
    throw unreadable(source, second, "a second document begins: a file holds one network");
  }
  return { source, document };
}

function decode(bytes: Uint8Array, file: string): string {
  if (bytes.length > largestText) {
    const what = `the file has ${bytes.length} bytes, more than ${largestText}: keep large weights in .npz files beside it`;
    throw new SpikecError("SPK-0120", what, { where: file });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SpikecError("SPK-0120", "the file is not text in UTF-8", { where: file, cause });
  }
}

/** uniqueKeys off: the library compares every key with every other; tree.ts sees to it. */
function compose(source: YamlText): Document.Parsed[] {
  const parser = new Parser();
  const tokens = [];
  for (const lexeme of new Lexer().lex(source.text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > deepest)
      throw unreadable(source, parser.offset, `it nests deeper than ${deepest} levels`);
  }
  tokens.push(...parser.end());
  const composer = new Composer({ uniqueKeys: false, logLevel: "silent" });
  return [...composer.compose(tokens)];
}

/** "net.snn.yaml:12": lines count from 1. */
export function placeOfOffset({ file, text }: YamlText, offset: number): string {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return `${file}:${line}`;
}

export function unreadable(source: YamlText, offset: number, what: string): SpikecError {
  return new SpikecError("SPK-0120", what, { where: placeOfOffset(source, offset) });
}
