// node --test benchmarks/harness/plots.test.mjs

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { clients } from "./clients.mjs";
import { cross, overlap, placeLabels, touches } from "./labels.mjs";
import { contrast, elementsOf, flawsOf, labelsOf } from "./plot_checks.mjs";
import { barChart, draw, lineChart, tick } from "./plots.mjs";
import { background, textWidth, wrap } from "./svg.mjs";

const folder = new URL("../results/", import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), "utf8");
const results = JSON.parse(read("plots.json"));

const lines = (...ends) => ({
  title: "t", subtitle: "s", xLabel: "x",
  series: ends.map(([client, x, y, note]) => ({ client, note, points: [[1, 5000], [x, y]] })),
});
const bars = (...values) => ({
  title: "t", subtitle: "s",
  bars: values.map(([client, value, shown]) => ({ client, value, shown: shown ?? String(value) })),
});

test("the report has a plot for each of its figures, and no other", () => {
  const plots = readdirSync(folder).filter((name) => name.endsWith(".svg"));
  assert.deepEqual(plots.sort(), results.map(({ name }) => `${name}.svg`).sort());
  for (const plot of results) assert.equal(read(`${plot.name}.svg`), draw(plot), `${plot.name}.svg is not up to date: node benchmarks/harness/main.mjs --replot`);
});

test("no plot of the report has a flaw", () => {
  for (const plot of results) assert.deepEqual(flawsOf(draw(plot)), [], plot.name);
});

test("a client has the same name and color in all plots", () => {
  const colors = new Map();
  for (const plot of results)
    for (const { attributes: a } of elementsOf(draw(plot)).filter(({ attributes }) => attributes["data-client"]))
      colors.set(a["data-client"], (colors.get(a["data-client"]) ?? new Set()).add(a.stroke ?? a.fill));
  assert.ok(colors.size >= 5);
  for (const [client, seen] of colors) assert.deepEqual([...seen], [clients[client].color], client);
  assert.equal(new Set(Object.values(clients).map(({ color }) => color)).size, Object.keys(clients).length);
  assert.throws(() => draw({ kind: "bars", ...bars(["unknown", 1]) }), /'unknown' is no client/);
});

test("colors of clients are legible as text on the background, and the background on light and dark pages", () => {
  for (const [client, { color }] of Object.entries(clients)) assert.ok(contrast(color, background) >= 4.5, client);
  assert.ok(contrast("#24292f", background) > 12 && contrast(background, "#0d1117") > 12);
  assert.equal(contrast("#000000", "#ffffff"), 21);
});

test("lines that end together have all their labels beside them", () => {
  for (const ends of [
    [["langexport", 1000, 5000], ["threads", 1000, 5000], ["node", 1000, 5000]],
    [["langexport", 1000, 1], ["threads", 1000, 1.1], ["node", 1000, 1.2], ["curl", 1000, 1.3], ["wrk", 1000, 1.4]],
    [["langexport", 1000, 1e6], ["threads", 1000, 9e5], ["node", 1000, 8e5], ["curl", 1000, 7e5]],
    [["langexport", 1000, 5100, "callback"], ["langexport", 1000, 4900, "co_await"], ["threads", 30, 5000], ["node", 30, 5200]],
  ])
    assert.deepEqual(flawsOf(lineChart(lines(...ends))), [], JSON.stringify(ends));
});

test("lines anywhere have their labels beside them", () => {
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const names = Object.keys(clients);
  for (let n = 0; n < 60; ++n) {
    const series = names.slice(0, 2 + (n % 3)).map((client) => ({
      client,
      points: [1, 10, 100, 1000].slice(0, random() < 0.3 ? 3 : 4).map((x) => [x, 10 ** (1 + 4 * random())]),
    }));
    assert.deepEqual(flawsOf(lineChart({ title: "t", subtitle: "s", xLabel: "x", series })), [], JSON.stringify(series));
  }
});

test("labels keep the order of their lines", () => {
  const svg = lineChart(lines(["langexport", 1000, 50], ["threads", 1000, 55], ["node", 1000, 60], ["curl", 1000, 65]));
  const names = labelsOf(svg).sort((a, b) => a.box.top - b.box.top).map(({ client }) => client);
  assert.deepEqual(names, ["curl", "node", "threads", "langexport"]);
});

test("a label stays at the end of its line if nothing is there, else it moves and gets a leader line", () => {
  const area = { left: 100, top: 0, right: 300, bottom: 200 };
  const line = (y) => ({ points: [[0, y], [100, y]], width: 80, height: 18 });
  const near = placeLabels([line(50), line(100)], area);
  assert.deepEqual(near.map(({ box, leader }) => [box.top, leader]), [[41, null], [91, null]]);
  const moved = placeLabels([line(50), line(52), line(54)], area);
  assert.ok(moved.some(({ leader }) => leader));
  assert.throws(() => placeLabels([line(50), line(100)], { ...area, right: 150 }), /no space/);
});

test("text of any length stays inside", () => {
  const long = "473 and a sentence that is much longer than the space beside its bar";
  const plot = bars(["langexport", 0, "0"], ["threads", 1e6, long], ["node", 0.5, long], ["curl", 999_999]);
  plot.title = plot.subtitle = "many words of a title that does not fit into one line of the plot ".repeat(3);
  assert.deepEqual(flawsOf(barChart(plot)), []);
  assert.deepEqual(wrap("one two three", textWidth("one two")), ["one two", "three"]);
});

test("no bar is drawn for zero, and bars are as long as their values", () => {
  const drawn = elementsOf(barChart(bars(["langexport", 0], ["threads", 10], ["node", 20]))).filter(({ name, attributes }) => name === "rect" && attributes["data-client"]);
  assert.deepEqual(drawn.map(({ attributes }) => attributes["data-client"]), ["threads", "node"]);
  const [short, long] = drawn.map(({ attributes }) => Number(attributes.width));
  assert.ok(Math.abs(long / short - 2) < 0.01);
});

test("text widths are not underestimated", () => {
  // Measured in a browser with DejaVu Sans.
  for (const [words, role, width] of [
    ["libcurl, thread per job", "text", 161.97],
    ["473, in 1.00 × the shortest time", "small", 225.52],
    ["Rejected requests (429) for each export", "title", 406.66],
    ["WWW mmm", "title", 122.1],
    ["illicit (filling) jail", "title", 167.32],
  ]) {
    const seen = textWidth(words, role);
    assert.ok(seen >= width - 0.1 && seen <= 1.15 * width, `${words}: ${seen}, measured ${width}`);
  }
});

test("ticks are short", () => {
  assert.deepEqual([1, 1000, 100_000].map((value) => tick(value)), ["1", "1,000", "100,000"]);
  assert.deepEqual([100, 1000, 100_000, 1e6].map((value) => tick(value, "B")), ["100 B", "1 KB", "100 KB", "1 MB"]);
  assert.throws(() => tick(1, "furlong"), /no unit/);
});

test("flaws are found", () => {
  const good = lineChart(lines(["langexport", 1000, 50], ["threads", 1000, 500]));
  const bar = barChart(bars(["langexport", 5], ["curl", 10]));
  assert.deepEqual([...flawsOf(good), ...flawsOf(bar)], []);
  const found = (svg, from, to, expected) => {
    assert.ok(svg.search(from) >= 0, String(from));
    assert.match(flawsOf(svg.replace(from, to)).join("\n"), expected);
  };
  found(good, "<rect", "<style>@media (prefers-color-scheme: dark) {}</style><rect", /depend on the page/);
  found(good, `fill="${background}"`, 'fill="none"', /not opaque/);
  found(good, 'height="', 'height="1', /not opaque/);
  found(bar, clients.curl.color, clients.node.color, /not the color of curl/);
  found(bar, />curl</, `>${"curl".repeat(50)}<`, /outside .*curlcurl/);
  found(bar, 'fill="#24292f"', 'fill="#8c959f"', /contrast 2\.\d+: 't'/);
  found(bar, 'x="16" y="', 'x="16" y="9', /outside/);
  found(good, />langexport</, '>langexport and more that does not fit<', /outside/);
  // The labels of two lines are exchanged.
  const [one, other] = elementsOf(good).filter(({ attributes }) => attributes.class === "label");
  const swapped = good.replace(/<text[^>]*class="label">langexport<\/text>/, (text) => text.replace(`y="${one.attributes.y}"`, `y="${other.attributes.y}"`));
  assert.match(flawsOf(swapped).join("\n"), /'langexport' is on 'libcurl/);
  const boxes = good.match(/<rect class="background"[^>]*>/g).slice(1);
  assert.equal(boxes.length, 2);
  assert.match(flawsOf(good.replace(boxes[0], boxes[1])).join("\n"), /from its line|nearer to another line/);
});

test("geometry", () => {
  const box = { left: 10, top: 10, right: 20, bottom: 20 };
  assert.ok(overlap(box, { ...box, left: 19, right: 30 }) && !overlap(box, { ...box, left: 20, right: 30 }));
  assert.ok(overlap(box, { ...box, left: 22, right: 30 }, 3));
  assert.ok(touches([[0, 15], [30, 15]], box) && touches([[15, 15], [16, 16]], box) && touches([[0, 25], [25, 0]], box));
  assert.ok(!touches([[0, 5], [30, 5]], box) && touches([[0, 5], [30, 5]], box, 6));
  assert.ok(cross([[0, 0], [2, 2]], [[0, 2], [2, 0]]) && !cross([[0, 0], [1, 1]], [[0, 3], [3, 2]]));
});
