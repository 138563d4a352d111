// The page of export_service as a person uses it: its form and its buttons, in headless Chromium. The emulator program
// is the Language service.
//
// EXPORT_SERVICE, EMULATOR and CHROMIUM name programs, NODE_FOLDER the folder of npm's packages, and SCREENSHOTS the
// folder in which pictures of the page are kept.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { begin, send, submissionsOf, withService } from "../support/export_service.mjs";
import { openHoldingProxy } from "./holding_proxy.mjs";
import { flawsOf, hasText, isShown, launch, nextList, order, press, rowOf, withPage } from "./page.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

const projects = (...names) => names.flatMap((name) => ["--project", name]);
const noConnection = /Failed to load resource: net::ERR_/;
const longName = "Customer-Feedback-Classification.Europe-and-Middle-East_2026-Q4_".padEnd(100, "Reviewed-");

test("ten exports, one cancelled, a reload, a kill and a restart", () => {
  const names = Array.from({ length: 8 }, (_, i) => `Claims-${i + 1}`);
  const options = ["--job-duration", "300ms", ...projects(...names, "Held"), "--end", "never", ...projects("Endless")];
  const use = ({ emulator, proxy, url, ...running }) =>
    withPage(
      browser,
      url,
      async (page) => {
        await page.getByText("There are no exports yet.").waitFor();
        const release = proxy.hold("status", "Held");
        for (const name of [...names, "Held", "Endless"]) await order(page, name, { tag: "nightly" });
        for (const name of names) await isShown(page, name, "exported");
        await isShown(page, "Held", "submitted");
        await isShown(page, "Endless", "running");
        await press(page, "Cancel Endless");
        await isShown(page, "Endless", "cancelled");
        await hasText(page, "#exported", "8");
        await hasText(page, "#progressing", "1");
        await hasText(page, "#cancelled", "1");
        await hasText(page, "title", "(1) Exports");

        const textsOf = () => page.locator("#exports li h3, #exports li .state").allTextContents();
        const texts = await textsOf();
        assert.deepEqual(texts.slice(0, 6), ["cancelled", "Endless", "submitted", "Held", "exported", "Claims-8"]);
        await page.reload();
        await isShown(page, "Claims-1", "exported");
        assert.deepEqual(await textsOf(), texts);

        const downloading = page.waitForEvent("download");
        await page.getByRole("link", { name: "Download the result of Claims-3" }).click();
        const download = await downloading;
        assert.equal(download.suggestedFilename(), "Claims-3.json");
        assert.equal(JSON.parse(readFileSync(await download.path())).metadata.projectName, "Claims-3");

        assert.equal(await running.stop("SIGKILL"), "SIGKILL");
        await page.getByText("The service cannot be reached. Trying again").waitFor();
        await hasText(page, "#connection", "Not connected");
        assert.deepEqual(await textsOf(), texts);
        await press(page, "Cancel Held");
        await page.getByRole("alert").getByText("did not respond").waitFor();
        await running.start();
        await hasText(page, "#connection", "Connected");
        assert.equal(await page.locator("#lost").isVisible(), false);
        await isShown(page, "Held", "submitted");
        release();
        await isShown(page, "Held", "exported");
        await hasText(page, "title", "Exports");

        await press(page, "Remove Endless");
        await rowOf(page, "Endless").waitFor({ state: "detached" });
        page.once("dialog", (dialog) => dialog.accept());
        await press(page, "Remove Held");
        await rowOf(page, "Held").waitFor({ state: "detached" });
        assert.equal(JSON.parse((await send(url + "/exports")).text).length, 8);
        assert.equal(await submissionsOf(emulator), 10);
      },
      { expected: noConnection },
    );
  return withService(options, use, { between: openHoldingProxy });
});

test("a result is removed only if the person confirms it", () =>
  withService(projects("A"), ({ url }) =>
    withPage(browser, url, async (page) => {
      await order(page, "A");
      await isShown(page, "A", "exported");
      const asking = page.waitForEvent("dialog");
      const pressing = press(page, "Remove A");
      const dialog = await asking;
      assert.equal(dialog.message(), "Remove the export of A and its result?");
      await dialog.dismiss();
      await pressing;
      await nextList(page);
      await isShown(page, "A", "exported");
    }),
  ));

test("the page shows what other clients do", () =>
  withService(["--end", "never", ...projects("A")], ({ url }) =>
    withPage(browser, url, async (page) => {
      const curl = (...options) => execFileSync("curl", ["-sS", "--fail", ...options], { encoding: "utf8" });
      const type = ["-H", "Content-Type: application/json"];
      const { id } = JSON.parse(curl(...type, "-d", '{"project": "A", "tag": "by curl"}', url + "/exports"));
      await isShown(page, "A", "running");
      await page.getByText("by curl").waitFor();
      curl("-X", "DELETE", `${url}/exports/${id}`);
      await isShown(page, "A", "cancelled");
      curl("-X", "DELETE", `${url}/exports/${id}`);
      await page.getByText("There are no exports yet.").waitFor();
    }),
  ));

test("a wrong order is reported, and the next right one clears the report", () =>
  withService(projects("A"), ({ url }) =>
    withPage(
      browser,
      url,
      async (page) => {
        await page.getByLabel("Project", { exact: true }).fill("A");
        await page.getByLabel("Tag").fill("é".repeat(200));
        await press(page, "Export");
        await page.getByRole("alert").getByText("'tag' may have 256 bytes").waitFor();
        assert.equal(await page.getByLabel("Project", { exact: true }).inputValue(), "A");
        await order(page, "A");
        assert.equal(await page.locator("#problem").isVisible(), false);
      },
      { expected: /status of 400/ },
    ),
  ));

test("names and errors are text, whatever they contain", () =>
  withService([], ({ url }) =>
    withPage(browser, url, async (page) => {
      const name = "<img src=x onerror=alert(1)>";
      await order(page, name, { surface: "Conversations", tag: "<b>bold</b>" });
      await isShown(page, name, "failed");
      assert.equal(await page.locator("#exports img, #exports b").count(), 0);
      assert.match(await rowOf(page, name).locator(".error").textContent(), /404/);
    }),
  ));

test("the page needs no mouse, and keeps the focus while it changes", () =>
  withService(["--end", "never", ...projects("A")], ({ url }) =>
    withPage(browser, url, async (page) => {
      const focused = (selector) => page.waitForFunction((s) => document.activeElement.matches(s), selector);
      const keys = async (...names) => {
        for (const name of names) await page.keyboard.press(name);
      };
      await keys("Tab");
      await focused("#project");
      await keys("A", "Tab", "Tab");
      await focused("#tag");
      await keys("n", "Tab", "Enter");
      await isShown(page, "A", "running");
      await focused("#project");
      await keys("Tab", "Tab", "Tab", "Tab");
      await focused(".cancel");
      const details = await rowOf(page, "A").locator(".details").textContent();
      await page.waitForFunction((text) => document.querySelector(".details").textContent !== text, details);
      await focused(".cancel");
      await keys("Enter");
      await isShown(page, "A", "cancelled");
      await focused("#exports li");
      await keys("Tab");
      await focused(".remove");
      await keys("Enter");
      await rowOf(page, "A").waitFor({ state: "detached" });
      await focused("#project");
    }),
  ));

// One export in each state, with names, tags and errors as long as they may be.
async function showEveryState(page, proxy, url) {
  proxy.hold("status", "Contracts-2026");
  proxy.hold("result", "Support-Mails");
  await begin(url, { project: "Claims", tag: "nightly" });
  await isShown(page, "Claims", "exported");
  await begin(url, { project: longName, tag: "a tag without an end ".repeat(12).trim() });
  await isShown(page, longName, "failed");
  await begin(url, { project: "Reviews", surface: "analyze-conversations" });
  await press(page, "Cancel Reviews");
  await isShown(page, "Reviews", "cancelled");
  await begin(url, { project: "Support-Mails", tag: "weekly" });
  await isShown(page, "Support-Mails", "downloading");
  await begin(url, { project: "Invoices" });
  await isShown(page, "Invoices", "running");
  await begin(url, { project: "Contracts-2026" });
  await isShown(page, "Contracts-2026", "submitted");
  for (const project of ["Appointments", "Knowledge-of-the-Support"]) await begin(url, { project });
  await page.getByText("position 2 in the queue").waitFor();
}

test("every state is readable on a phone and on a wide screen, in light and dark", () => {
  const options = [
    ...["--job-duration", "0s", "--documents", "20000", ...projects("Claims", "Support-Mails", "Contracts-2026")],
    ...["--end", "never", ...projects("Invoices"), "--kind", "Conversation", ...projects("Reviews")],
    ...["--kind", "CustomSingleLabelClassification", "--end", "failed"],
    ...["--job-error", `InvalidRequest=${"The documents cannot be read from the container. ".repeat(6)}${"x".repeat(200)}`],
    ...projects(longName),
  ];
  const use = ({ proxy, url, ...running }) =>
    withPage(
      browser,
      url,
      async (page) => {
        const pictures = async (name) => {
          await page.mouse.move(0, 0);
          for (const [screen, width, height] of [["phone", 390, 844], ["wide", 1440, 900]])
            for (const colorScheme of ["light", "dark"]) {
              await page.setViewportSize({ width, height });
              await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
              const path = join(process.env.SCREENSHOTS, `${name}-${screen}-${colorScheme}.png`);
              await page.screenshot({ path, fullPage: true });
              assert.deepEqual(await flawsOf(page), [], path);
            }
        };
        mkdirSync(process.env.SCREENSHOTS, { recursive: true });
        await page.getByText("There are no exports yet.").waitFor();
        await pictures("empty");
        await showEveryState(page, proxy, url);
        await hasText(page, "#submissions", "0 of 6");
        await pictures("states");
        await page.setViewportSize({ width: 320, height: 568 });
        assert.deepEqual(await flawsOf(page), [], "a small phone");
        await page.setViewportSize({ width: 1440, height: 900 });
        const lefts = (part) =>
          page.locator(part).evaluateAll((all) => new Set(all.map((each) => each.getBoundingClientRect().left)).size);
        assert.deepEqual([await lefts(".state"), await lefts("h3")], [1, 1]);
        await running.stop("SIGKILL");
        await page.locator("#lost").waitFor();
        await press(page, "Cancel Invoices");
        await page.locator("#problem").waitFor();
        await pictures("lost");
        await running.start();
        await hasText(page, "#connection", "Connected");
      },
      { expected: noConnection },
    );
  const serviceOptions = ["--quota-posts", "6", "--quota-gets", "100"];
  return withService(options, use, { between: openHoldingProxy, options: serviceOptions });
});
