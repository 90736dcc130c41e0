/** Words as a line for a shell, quoted where needed and broken where a person would break it. */

const widest = 96;

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** "spikec convert a.onnx \" and so on: an option stays with its value. */
export function commandLine(words: readonly string[]): string {
  const pieces: string[] = [];
  for (const word of words) {
    const last = pieces[pieces.length - 1];
    const isValue =
      last !== undefined && /^--?[a-z]/.test(last) && !last.includes(" ") && !word.startsWith("-");
    if (isValue) pieces[pieces.length - 1] = `${last} ${quoted(word)}`;
    else pieces.push(quoted(word));
  }
  const lines = ["spikec"];
  for (const piece of pieces) {
    const line = `${lines[lines.length - 1]} ${piece}`;
    if (line.length <= widest) lines[lines.length - 1] = line;
    else lines.push(`  ${piece}`);
  }
  return lines.join(" \\\n");
}
