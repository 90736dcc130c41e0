/** The page in a real browser: nothing is fetched, nothing overlaps or is cut, all of it works from the keyboard. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportPage } from "../../src/report/html/page.ts";
import { digitsReport, failedReport, hostileReport, largeReport } from "../report/html/reports.ts";
import { launchChromium } from "./chromium.ts";
import { measurePage } from "./measure-page.ts";

let browser: Browser;
let folder: string;
/** Where pictures of the pages stay for people to look at; nowhere unless asked for. */
const pictures = process.env.SCREENSHOTS;

/** Pages by name, with what is on them. */
const files = new Map<string, string>();
const names = ["digits", "hostile", "failed", "large"] as const;

beforeAll(async () => {
  browser = await launchChromium();
  folder = mkdtempSync(join(tmpdir(), "spikec-pages-"));
  const reports = {
    digits: await digitsReport("ucaspian"),
    hostile: hostileReport(),
    failed: failedReport(),
    large: largeReport(),
  };
  for (const name of names) {
    files.set(name, join(folder, `${name}.html`));
    writeFileSync(files.get(name)!, reportPage(reports[name]));
  }
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Errors of scripts, messages on the console, requests to anywhere but the file itself. */
  readonly complaints: string[];
}

async function open(name: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const address = pathToFileURL(files.get(name)!).href;
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (request.url() !== address && !request.url().startsWith("data:"))
      complaints.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  return { page, complaints };
}

const widths = [1280, 390];
const schemes = ["light", "dark"] as const;
const looks = names.flatMap((name) =>
  widths.flatMap((width) => schemes.map((scheme) => [name, width, scheme] as const)),
);

describe("a page in a browser", () => {
  it.each(looks)(
    "%s at %i pixels, %s: no complaint, nothing cut, nothing over another, contrast AA",
    async (name, width, scheme) => {
      const { page, complaints } = await open(name, {
        viewport: { width, height: 900 },
        colorScheme: scheme,
      });
      const flaws = await page.evaluate(measurePage);
      if (pictures !== undefined) {
        mkdirSync(pictures, { recursive: true });
        await page.screenshot({ path: join(pictures, `${name}-${width}-${scheme}.png`), fullPage: true });
      }
      await page.context().close();
      expect(complaints).toEqual([]);
      expect(flaws).toMatchObject({ tooWide: 0, cut: [], overlapping: [], broken: [], faint: [] });
      expect(flaws.texts).toBeGreaterThan(10);
    },
  );

  it("prints what can be seen and leaves out what needs a hand", async () => {
    // A4 between its margins.
    const { page, complaints } = await open("digits", { viewport: { width: 718, height: 1000 } });
    await page.emulateMedia({ media: "print" });
    const flaws = await page.evaluate(measurePage);
    const controls = await page.locator(".needs-script:visible").count();
    const paper = await page.pdf({ format: "A4" });
    await page.context().close();
    expect(complaints).toEqual([]);
    expect(controls).toBe(0);
    expect(flaws).toMatchObject({ tooWide: 0, cut: [], overlapping: [], broken: [] });
    expect(paper.subarray(0, 4).toString("latin1")).toBe("%PDF");
  });

  it("shows everything but its controls without a script", async () => {
    const { page, complaints } = await open("digits", { javaScriptEnabled: false });
    const controls = await page.locator(".needs-script:visible").count();
    const panels = await page.locator("[data-chooser=samples] > .panel:visible").count();
    const sections = await page.locator("main section:visible").count();
    await page.context().close();
    expect(complaints).toEqual([]);
    expect({ controls, panels }).toEqual({ controls: 0, panels: 1 });
    expect(sections).toBeGreaterThan(7);
  });
});

describe("the keyboard", () => {
  it("reaches every control in the order of the page, and each shows that it has the focus", async () => {
    const { page } = await open("digits");
    const reached: string[] = [];
    for (let press = 0; press < 80; press++) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement | null;
        if (element === null || element === document.body) return null;
        const styled = element.matches(".buttons input") ? element.nextElementSibling! : element;
        const shows = element.matches(".box") ? true : getComputedStyle(styled).outlineStyle !== "none";
        return { what: element.matches(".box") ? "box" : element.tagName.toLowerCase(), shows };
      });
      if (at === null) break;
      expect(at.shows, `focus of ${at.what} number ${press}`).toBe(true);
      reached.push(at.what);
    }
    await page.context().close();
    expect(new Set(reached)).toEqual(new Set(["a", "box", "summary", "div", "input", "pre"]));
  });

  it("goes from box to box of the picture, and the words below follow", async () => {
    const { page } = await open("digits");
    await page.locator(".picture.wide .box").first().focus();
    const caption = page.locator(".caption");
    const before = await caption.textContent();
    await page.keyboard.press("ArrowRight");
    const after = await caption.textContent();
    await page.keyboard.press("End");
    const last = await caption.textContent();
    await page.context().close();
    expect(before).toContain("input");
    expect(after).toContain("Flatten");
    expect(last).toContain("integrate and fire");
  });

  it("chooses samples and layers, and moves the cursor of all pictures of a sample", async () => {
    const { page } = await open("digits");
    const shown = () => page.locator("[data-chooser=samples] > .panel:visible").getAttribute("id");
    const first = await shown();
    await page.locator("input[name=samples]").first().focus();
    await page.keyboard.press("ArrowRight");
    const second = await shown();
    const slider = page.locator(`#${second} input[type=range]`);
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const cursors = await page
      .locator(`#${second} .cursor`)
      .evaluateAll((lines) => [...new Set(lines.map((line) => line.getAttribute("x1")))]);
    const told = await page.locator(`#${second} output`).textContent();
    await page.context().close();
    expect(second).not.toBe(first);
    expect(cursors).toEqual(["2.5"]);
    expect(told).toMatch(/^step 2: spikes input \d+/);
  });
});
