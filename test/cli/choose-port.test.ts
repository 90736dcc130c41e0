import { describe, expect, it } from "vitest";
import { choosePort } from "../../src/cli/boards/choose-port.ts";
import type { SerialPortEntry } from "../../src/link/node/list-ports.ts";
import { mcuTarget } from "../../targets/mcu/index.ts";
import { ucaspian } from "../../targets/ucaspian/index.ts";

const port = (path: string, usb: string | null = null): SerialPortEntry => ({
  path,
  vendor: usb?.split(":")[0] ?? null,
  product: usb?.split(":")[1] ?? null,
  manufacturer: null,
  serialNumber: null,
  permitted: true,
});
const pico = port("/dev/ttyACM0", "2e8a:000a");
const other = port("/dev/ttyUSB0", "0403:6001");
const choose = (target: string, ...ports: SerialPortEntry[]) =>
  choosePort(mcuTarget(target), { ports, note: null }).path;

describe("a port that nobody named", () => {
  it("is the one whose USB names are the board's", () => {
    expect(choose("rp2040", other, pico)).toBe("/dev/ttyACM0");
  });

  it("is the only one that there is, where none has the board's names", () => {
    expect(choose("cortex-m3", other)).toBe("/dev/ttyUSB0");
    expect(choosePort(ucaspian, { ports: [other], note: null }).path).toBe("/dev/ttyUSB0");
  });

  it("is not guessed among several: they are listed", () => {
    const ambiguous: readonly (() => string)[] = [
      () => choose("rp2040", pico, port("/dev/ttyACM1", "2e8a:000a"), other),
      () => choose("cortex-m3", pico, other),
    ];
    for (const attempt of ambiguous) {
      const message = expect.stringMatching(/2 ports .*\n.*\/dev\/ttyACM0 \(2e8a:000a\)/);
      expect(attempt).toThrowError(expect.objectContaining({ code: "SPK-0519", exitCode: 5, message }));
    }
  });

  it("is asked for where there is none", () => {
    const advice = expect.stringContaining("--dry-run");
    expect(() => choose("rp2040")).toThrowError(
      expect.objectContaining({ code: "SPK-0519", exitCode: 5, advice }),
    );
  });
});
