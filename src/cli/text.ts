/** How numbers are written for people. */

/** A fraction 0..1 as percent. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** ", accuracy 97.2 %", or nothing where there are no labels. */
export function accuracyText(accuracy: number | null): string {
  return accuracy === null ? "" : `, accuracy ${percentText(accuracy)}`;
}

/** Columns that text for people is made for. */
export const textWidth = 100;

/** A sentence on lines that fit, the second and later ones indented. */
export const proseText = (text: string): string => wrapText(text, textWidth, "  ");

/** Words on lines of at most `width` characters, the second and later ones indented. */
export function wrapText(text: string, width: number, indent: string): string {
  const [first, ...rest] = text.split(" ");
  const lines = [first];
  for (const word of rest) {
    const line = `${lines[lines.length - 1]} ${word}`;
    if (line.length <= width) lines[lines.length - 1] = line;
    else lines.push(indent + word);
  }
  return lines.join("\n");
}
