/**
 * How each board gets its firmware for the first time. A Pico and a micro:bit show themselves as drives; an Uno and an STM32 have
 * boot loaders that speak over the serial line.
 */
import { intelHexOf, uf2Of } from "../../src/link/first-flash/drive-files.ts";
import { flashStk500 } from "../../src/link/first-flash/stk500.ts";
import { flashStm32 } from "../../src/link/first-flash/stm32.ts";
import type { FirmwareInstallation } from "../../src/target/target.ts";
import { firmwareBytes } from "./firmware/image.ts";
import { firmwareImage } from "./firmware-images.ts";
import { firmwareNamed } from "./firmware-parts.ts";

/** RP2040 Datasheet, 2.8.5 (USB mass storage interface); the family ID stands in 2.8.5.2. */
const rp2040Family = 0xe48bff56;
/** ATmega328P data sheet (DS40002061), 28.3: signature; 27.5: page of 64 words. do_spm is there from Optiboot 8 on. */
const atmega328p = { signature: [0x1e, 0x95, 0x0f], pageBytes: 128, leastBootLoader: 8 };
/** AN2606, table of product IDs; RM0090, 3.4: four sectors of 16 KiB, one of 64, then of 128. */
const kilobyte = 1024;
const stm32f405 = {
  id: 0x413,
  flashStart: 0x0800_0000,
  sectors: [16, 16, 16, 16, 64, 128, 128, 128, 128, 128, 128, 128].map((size) => size * kilobyte),
};

const installations: Readonly<Record<string, FirmwareInstallation>> = {
  rp2040: {
    kind: "drive",
    drive: "RPI-RP2",
    mark: "INFO_UF2.TXT",
    fileName: "spikec-rp2040.uf2",
    async file(firmware) {
      const image = await firmwareImage("rp2040", firmwareNamed(firmware));
      return uf2Of(firmwareBytes(image), image.loadAt, rp2040Family);
    },
  },
  "cortex-m0": {
    kind: "drive",
    drive: "MICROBIT",
    mark: "DETAILS.TXT",
    fileName: "spikec-microbit.hex",
    async file(firmware) {
      const image = await firmwareImage("cortex-m0", firmwareNamed(firmware));
      return new TextEncoder().encode(intelHexOf(firmwareBytes(image), image.loadAt));
    },
  },
  "cortex-m4": {
    kind: "port",
    baudRate: 115_200,
    parity: "even",
    async install(link, firmware, options) {
      const image = await firmwareImage("cortex-m4", firmwareNamed(firmware));
      return flashStm32(link, firmwareBytes(image), stm32f405, options);
    },
  },
  avr328p: {
    kind: "port",
    baudRate: 115_200,
    parity: "none",
    async install(link, firmware, options) {
      const image = await firmwareImage("avr328p", firmwareNamed(firmware));
      return flashStk500(link, firmwareBytes(image), atmega328p, options);
    },
  },
};

export function installationOf(board: string): FirmwareInstallation | undefined {
  return installations[board];
}
