// The measurements as Markdown and SVG.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";

import { has, text } from "./tools.mjs";
import { draw } from "./plots.mjs";

function versions() {
  const first = (command, args = ["--version"]) => text(command, args).split("\n")[0];
  const boost = text("g++", ["-dM", "-E", "-x", "c++", "-include", "boost/version.hpp", "/dev/null"]).match(/BOOST_LIB_VERSION "(.*?)"/);
  const nginx = has("nginx") ? text("sh", ["-c", "PATH=$PATH:/usr/sbin nginx -v 2>&1"]) : "";
  return [
    `${cpus().length} × ${cpus()[0].model.trim()}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Linux ${release()}`,
    first("g++"), first("clang++"), `Boost ${boost ? boost[1].replace(/_/g, ".") : "?"}`, first("openssl", ["version"]),
    nginx.replace("nginx version: ", ""), first("curl").split(" ").slice(0, 2).join(" "), `node ${process.version}`, first("valgrind"),
  ].filter((line) => line.trim() !== "");
}

function table({ caption, head, rows }) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replace(/\|/g, "\\|")).join(" | ")} |`;
  const body = [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
  return caption ? `**${caption}**\n\n${body}` : body;
}

function section(part) {
  if (part.failed) return `## ${part.title}\n\nCould not be measured: ${part.failed}\n`;
  return [`## ${part.title}`, part.text, ...part.tables.map(table), ...(part.plots ?? []).map((plot) => `![${plot.title}](${plot.name}.svg)`)].join("\n\n") + "\n";
}

export function goalRows(parts) {
  return parts.flatMap((part) =>
    part.failed
      ? [[`${part.title}: could not be measured`, "", part.failed.split("\n")[0], "**missed**"]]
      : (part.goals ?? []).map(({ what, goal, seen, met }) => [what, goal, seen, met ? "met" : "**missed**"]));
}

/// Draws the plots of a report from its figures.
export function drawAgain(folder) {
  for (const plot of JSON.parse(readFileSync(join(folder, "plots.json"), "utf8")))
    writeFileSync(join(folder, `${plot.name}.svg`), draw(plot));
}

export function write(parts, { quick, minutes, folder }) {
  mkdirSync(folder, { recursive: true });
  const goals = table({ head: ["what", "goal", "seen", ""], rows: goalRows(parts) });
  const intro = `# Measurements

${quick ? "A quick run, with few rounds: figures for a first look.\n\n" : ""}Written by \`sh benchmarks/run.sh\` in ${minutes} minutes. A figure is the median of interleaved runs, with minimum and maximum in brackets; a ratio
is the median of the ratios within a round. How it is measured, and its meaning: [README](../README.md).

Machine: ${versions().join("; ")}.
`;
  writeFileSync(join(folder, "results.md"), [intro, `## Goals\n\n${goals}\n`, ...parts.map(section)].join("\n"));
  const plots = parts.flatMap((part) => part.plots ?? []);
  writeFileSync(join(folder, "plots.json"), `[\n${plots.map((plot) => JSON.stringify(plot)).join(",\n")}\n]\n`);
  drawAgain(folder); // last: without the plots, the figures are still there
}

/// For a terminal.
export function printGoals(parts) {
  for (const [what, goal, seen, verdict] of goalRows(parts))
    console.log(`${verdict.replace(/\*/g, "").padEnd(7)} ${what}\n        goal ${goal}, seen ${seen}`);
}

