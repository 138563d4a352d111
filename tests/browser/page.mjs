// The page of export_service in headless Chromium.
//
// CHROMIUM names the program, and NODE_FOLDER the folder in which npm has installed playwright-core.

import { createRequire } from "node:module";
import { join } from "node:path";

const { chromium } = createRequire(join(process.env.NODE_FOLDER, "package.json"))("playwright-core");

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM,
    // A container has no sandbox for root, and little shared memory.
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });

// Opens the page of the service at `url`, and calls `use` with it. Afterwards there must be no message in the console
// except those that match `expected`, no exception, and no request to another site.
export async function withPage(browser, url, use, { expected = /$^/, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    const text = `${message.type()}: ${message.text()} (${message.location().url})`;
    if (["error", "warning"].includes(message.type()) && !expected.test(text)) complaints.push(text);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(url + "/") && request.url() !== "data:,") complaints.push(request.url());
  });
  try {
    await page.goto(url);
    await use(page);
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
  } finally {
    await context.close();
  }
}

// The row of a project; with a state: as soon as it has this state.
export function rowOf(page, project, state) {
  const rows = page.locator(state ? `#exports li[data-state="${state}"]` : "#exports li");
  return rows.filter({ has: page.getByRole("heading", { name: project, exact: true }) });
}

export const isShown = (page, project, state) => rowOf(page, project, state).waitFor();

// Begins an export by the form of the page.
export async function order(page, project, { surface = "Text", tag = "" } = {}) {
  await page.getByLabel("Project", { exact: true }).fill(project);
  await page.getByLabel("Surface").selectOption({ label: surface });
  await page.getByLabel("Tag").fill(tag);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await isShown(page, project);
}

export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

// Waits until an element that a selector names has a text.
export const hasText = (page, selector, text) =>
  page.waitForFunction(([where, what]) => document.querySelector(where).textContent === what, [selector, text]);

// Waits for the next list that the page requests after this call, and until the page shows it.
export async function nextList(page) {
  const request = await page.waitForRequest(/\/exports$/);
  await request.response();
  await page.waitForRequest(/\/exports$/);
}

// What is wrong with the layout of the page as it is: one line each.
export const flawsOf = (page) =>
  page.evaluate(() => {
    const flaws = [];
    const nameOf = (element) => `${element.tagName} ${element.className} '${element.textContent.slice(0, 40)}'`;
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) flaws.push(`the page is ${root.scrollWidth} px wide`);

    const channels = (color) => color.match(/[\d.]+/g).map(Number);
    const luminance = (color) => {
      const [r, g, b] = channels(color)
        .slice(0, 3)
        .map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgroundOf = (element) => {
      const color = getComputedStyle(element).backgroundColor;
      return (channels(color)[3] ?? 1) > 0 ? color : backgroundOf(element.parentElement);
    };

    for (const element of document.querySelectorAll("body *")) {
      const box = element.getBoundingClientRect();
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (box.width === 0 || (!hasText && !element.matches("input, select, progress"))) continue;
      if (box.left < 0 || box.right > root.clientWidth) flaws.push(`outside of the page: ${nameOf(element)}`);
      if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth && !element.matches("input, select"))
        flaws.push(`cut: ${nameOf(element)}`);
      const isControl = element.matches("button, a, input, select");
      if (isControl && box.height < 44) flaws.push(`${box.height} px high: ${nameOf(element)}`);
      const [text, background] = [getComputedStyle(element).color, backgroundOf(element)].map(luminance);
      const contrast = (Math.max(text, background) + 0.05) / (Math.min(text, background) + 0.05);
      if (contrast < 4.5) flaws.push(`contrast ${contrast.toFixed(2)}: ${nameOf(element)}`);
    }
    return flaws;
  });
