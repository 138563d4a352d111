// 8. Compiling: the cost of a translation unit, and the size of the program.

import { statSync } from "node:fs";
import { join } from "node:path";

import { benchmarks, has, run, text, top, work } from "../tools.mjs";
import { figure, interleave, ratio, show } from "../stats.mjs";

const library = ["-lboost_json", "-lssl", "-lcrypto", "-pthread"];

function compile(compiler, source, more = []) {
  const args = ["-std=c++20", "-O2", "-I", join(top, "include"), ...more, "-c", source, "-o", join(work, "compiled.o")];
  return run(compiler, args);
}

// The name in the measurement, the label, the bar in the plot.
const units = [
  ["includes", "Asio, Beast HTTP, SSL, JSON: included alone", { client: "libraries" }],
  ["proof", "prototype", { client: "prototype" }],
  ["whole", "one awaited export, header-only", { client: "langexport", note: "header-only" }],
  ["separate", "… with separate compilation", { client: "langexport", note: "separate compilation", variant: true }],
];

async function compare(bench, compiler) {
  const here = (name) => join(benchmarks, "compile", name);
  const things = {
    includes: () => compile(compiler, here("includes_alone.cpp")),
    whole: () => compile(compiler, here("one_export.cpp")),
    separate: () => compile(compiler, here("one_export.cpp"), ["-DLANGEXPORT_SEPARATE_COMPILATION"]),
    proof: () => compile(compiler, here("prototype.cpp")),
  };
  return interleave(bench.quick ? 1 : 3, things);
}

async function sizes() {
  const built = join(work, "one_export");
  const args = ["-std=c++20", "-O2", "-I", join(top, "include"), join(benchmarks, "compile/one_export.cpp"), "-o", built, ...library];
  await run("g++", args);
  text("strip", [built]);
  return statSync(built).size;
}

export async function compile_(bench) {
  const rows = [];
  const bars = [];
  const goals = [];
  for (const compiler of bench.quick ? ["g++"] : ["g++", "clang++"]) {
    if (!has(compiler)) continue;
    const seen = await compare(bench, compiler);
    const seconds = (who) => seen[who].map((result) => result.cpu);
    const memory = (who) => seen[who].map((result) => result.peak_rss);
    for (const [who, label, bar] of units) {
      rows.push([compiler, label, show(figure(seconds(who)), "s"), show(figure(memory(who)), "MiB", 1 / 2 ** 20),
        who === "proof" ? "1" : show(ratio(seconds(who), seconds("proof"))), who === "proof" ? "1" : show(ratio(memory(who), memory("proof")))]);
      const [time, most] = [figure(seconds(who)).median, figure(memory(who)).median];
      bars.push({ ...bar, group: compiler, value: time, shown: `${show(time, "s")}, ${show(most, "MiB", 1 / 2 ** 20)}` });
    }
    if (compiler === "g++")
      for (const [who, label, most] of [["whole", "header-only", 1.3], ["separate", "separate compilation", 0.6]]) {
        const time = ratio(seconds(who), seconds("proof")), size = ratio(memory(who), memory("proof"));
        goals.push({ what: `a translation unit with one awaited export, g++ -O2, against the prototype: ${label}`, goal: `≤ ${most} × time and memory`, seen: `${show(time)} × time, ${show(size)} × memory`, met: time.median <= most && size.median <= most });
      }
  }
  return {
    title: "Compiling",
    text: `One translation unit at -O2, processor time and the most memory. The program, header-only and stripped, has ${show(await sizes(), "KiB", 1 / 1024)}.`,
    tables: [{ head: ["compiler", "unit", "time", "memory", "time, relative", "memory, relative"], rows }],
    plots: [{ name: "compile-time", kind: "bars", title: "Compiling one translation unit", subtitle: "At -O2, with one awaited export: processor time, and the most memory; shorter is better", bars }],
    goals,
  };
}
