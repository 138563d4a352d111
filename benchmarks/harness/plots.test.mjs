// node --test benchmarks/harness/plots.test.mjs

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { lineChart, spreadLabels } from "./plots.mjs";

/// The lines of a plot and their labels, each from the highest to the lowest.
function orders(svg) {
  const lines = [];
  let last = null;
  for (const line of svg.split("\n")) {
    const path = line.match(/^<path class="line .*? (\d+(?:\.\d+)?)" fill="none"\/>$/);
    const label = line.match(/^<text x="[\d.]+" y="([\d.]+)">(.*)<\/text>$/);
    if (path) last = Number(path[1]);
    else if (label && last !== null) {
      lines.push({ name: label[2], end: last, label: Number(label[1]) });
      last = null;
    }
  }
  const names = (by) => [...lines].sort((a, b) => a[by] - b[by]).map(({ name }) => name);
  return { lines: names("end"), labels: names("label") };
}

test("labels that do not overlap stay where their lines end", () => {
  assert.deepEqual(spreadLabels([100, 40, 70]), [100, 40, 70]);
});

test("labels that would overlap move down in the order of their lines", () => {
  for (const [heights, expected] of [
    [[150, 135], [151, 135]],
    [[135, 150], [135, 151]],
    [[10, 10, 10], [10, 26, 42]],
    [[30, 20, 10], [42, 26, 10]],
    [[], []],
  ])
    assert.deepEqual(spreadLabels(heights), expected);
});

test("a plot labels each line at its own height", () => {
  const series = [
    { label: "low", points: [[1, 55_000], [1000, 55_004]] },
    { label: "high", points: [[1, 250_000], [1000, 94_080]] },
  ];
  assert.deepEqual(orders(lineChart({ title: "t", subtitle: "s", xLabel: "x", series })).labels, ["high", "low"]);
});

test("the labels of every plot in results have the order of the lines", () => {
  const folder = new URL("../results/", import.meta.url);
  const plots = readdirSync(folder).filter((name) => name.endsWith(".svg"));
  assert.ok(plots.includes("waiting-memory.svg"));
  for (const name of plots) {
    const { lines, labels } = orders(readFileSync(new URL(name, folder), "utf8"));
    assert.deepEqual(labels, lines, name);
  }
});
