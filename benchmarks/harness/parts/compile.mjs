// 7. Compiling: the cost of a translation unit, and the size of the program.

import { statSync } from "node:fs";
import { join } from "node:path";

import { benchmarks, has, run, text, top, work } from "../tools.mjs";
import { figure, interleave, ratio, show } from "../stats.mjs";

const library = ["-lboost_json", "-lssl", "-lcrypto", "-pthread"];

function compile(compiler, source, more = []) {
  const args = ["-std=c++20", "-O2", "-I", join(top, "include"), ...more, "-c", source, "-o", join(work, "compiled.o")];
  return run(compiler, args);
}

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
    for (const [who, label] of [
      ["includes", "Asio, Beast HTTP, SSL, JSON: included alone"], ["proof", "prototype"],
      ["whole", "one awaited export, header-only"], ["separate", "… with separate compilation"],
    ]) {
      rows.push([compiler, label, show(figure(seconds(who)), "s"), show(figure(memory(who)), "MiB", 1 / 2 ** 20),
        who === "proof" ? "1" : show(ratio(seconds(who), seconds("proof"))), who === "proof" ? "1" : show(ratio(memory(who), memory("proof")))]);
      bars.push({ label: `${compiler}: ${{ includes: "libraries alone", proof: "prototype", whole: "header-only", separate: "separate" }[who]}`, value: figure(seconds(who)).median, shown: `${show(figure(seconds(who)).median, "s")}, ${show(figure(memory(who)).median, "MiB", 1 / 2 ** 20)}`, color: { includes: 4, proof: 1, whole: 0, separate: 2 }[who] });
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
    plots: [{ name: "compile-time", kind: "bars", title: "Compiling one translation unit at -O2", subtitle: "processor time and memory; shorter is better", bars }],
    goals,
  };
}
