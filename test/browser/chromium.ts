/** The Chromium of this machine: where CHROMIUM_PATH says, or at one of the usual places. Nothing is downloaded. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

/** Throws where there is none: these tests are only run where one is expected. */
export function launchChromium(): Promise<Browser> {
  const asked = process.env.CHROMIUM_PATH;
  const executablePath = asked ?? usualPlaces.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error(`no Chromium at ${usualPlaces.join(", ")}; set CHROMIUM_PATH to one`);
  // Containers seldom allow a sandbox, and the pages are our own.
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
