/** Arrays of C. */

/** A constant array, some numbers a line. */
export function arrayOf(type: string, name: string, values: readonly number[]): string {
  const lines: string[] = [];
  for (let i = 0; i < values.length; i += 16) lines.push(`    ${values.slice(i, i + 16).join(", ")},`);
  return `static const ${type} ${name}[${values.length}] = {\n${lines.join("\n")}\n};\n`;
}

/** Bytes as little-endian words, so that the compiler aligns them. */
export function wordsOf(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from(
    { length: bytes.length / 4 },
    (_, i) =>
      `0x${view
        .getUint32(4 * i, true)
        .toString(16)
        .padStart(8, "0")}`,
  );
}
