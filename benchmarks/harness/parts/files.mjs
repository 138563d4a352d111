// 6. Large project files: read into their typed form, and compared.

import { rmSync } from "node:fs";
import { join } from "node:path";

import { build, clientCpu, has, program, run, runJson, work } from "../tools.mjs";
import { figure, interleave, ratio, show } from "../stats.mjs";

const mb = 1e6;
const kinds = [
  ["documents", "documents with 1 to 5 labels"],
  ["utterances", "utterances with 1 or 2 labels"],
];

// In a process of its own, from its first piece to the complete value.
async function read(file, as) {
  const result = await runJson(program("files"), ["--read", file, "--as", as], { cpu: clientCpu });
  return { bytes: result.bytes, user: result.user, cpu: result.cpu, memory: result.peak_growth };
}

// jq prints nothing of its own usage, so start and end are included.
async function whole(command, args) {
  const result = await run(command, args, { cpu: clientCpu });
  return { user: result.user, cpu: result.cpu, memory: result.peak_rss };
}

// diff_projects exits with 1 if the files differ, as they do here.
const differ = (before, after) =>
  whole("sh", ["-c", '"$1" --quiet "$2" "$3"; test $? = 1', "sh", join(build, "examples/diff_projects"), before, after]);
const jqDiffers = (before, after) =>
  whole("sh", ["-c", "test \"$(jq -n --slurpfile a \"$1\" --slurpfile b \"$2\" '$a == $b')\" = false", "sh", before, after]);

export async function files(bench) {
  const rounds = bench.quick ? 1 : 5;
  const mib = 286;
  const withJq = has("jq");
  const rows = [];
  const differences = [];
  const goals = [];
  for (const [kind, title] of kinds) {
    const [before, after] = ["before", "after"].map((name) => join(work, `${kind}-${name}.json`));
    await run(program("files"), ["--make", before, "--kind", kind, "--mib", mib]);
    await run(program("files"), ["--make", after, "--kind", kind, "--mib", mib, "--changed", 1]);
    const readers = { typed: () => read(before, "typed"), dom: () => read(before, "dom") };
    if (withJq) readers.jq = () => whole("jq", ["empty", before]);
    const seen = await interleave(rounds, readers);
    const { bytes } = seen.typed[0];
    const of = (who, value) => seen[who].map(value);
    for (const [who, label] of [["typed", "langexport, typed"], ["dom", "Boost.JSON, DOM"], ["jq", "jq"]])
      if (seen[who])
        rows.push([
          title, label, show(figure(of(who, (one) => bytes / one.user / mb)), "MB/s"), show(figure(of(who, (one) => bytes / one.cpu / mb)), "MB/s"),
          who === "typed" ? "1" : show(ratio(of(who, (one) => one.cpu), of("typed", (one) => one.cpu))), show(figure(of(who, (one) => one.memory / bytes))),
        ]);
    const speed = figure(of("typed", (one) => bytes / one.user / mb));
    const memory = figure(of("typed", (one) => one.memory / bytes));
    goals.push({ what: `reading a typed project file, ${kind}, user CPU`, goal: "≥ 500 MB/s", seen: show(speed, "MB/s"), met: speed.median >= 500 });
    goals.push({ what: `memory of a typed project file, ${kind}, at most`, goal: "≤ 2 × the file", seen: show(memory), met: memory.median <= 2 });

    const comparers = { ours: () => differ(before, after) };
    if (withJq) comparers.jq = () => jqDiffers(before, after);
    const compared = await interleave(bench.quick ? 1 : 3, comparers);
    const cpu = (who) => compared[who].map((one) => one.cpu);
    for (const [who, label] of [["ours", "diff_projects"], ["jq", "jq, `$a == $b`"]])
      if (compared[who])
        differences.push([title, label, show(figure(cpu(who)), "s"), who === "ours" ? "1" : show(ratio(cpu(who), cpu("ours")))]);
    const taken = figure(cpu("ours"));
    goals.push({ what: `diff_projects of two files of ${Math.round(bytes / mb)} MB, ${kind}, CPU`, goal: "≤ 4 s", seen: show(taken, "s"), met: taken.median <= 4 });
    for (const file of [before, after]) rmSync(file);
  }
  return {
    title: "Project files",
    text: "A file is read in pieces of 64 KiB. jq and Boost.JSON build a tree of values; langexport builds a `project_file` and checks the types of its members. " +
      "Memory is the most above the start, in multiples of the file (for jq: of the whole process). In the second file of a comparison every thousandth item has another label; " +
      "diff_projects finds these, jq only says that the files differ.",
    tables: [
      { head: ["file", "reader", "user CPU", "user and system CPU", "CPU to langexport", "memory / file"], rows },
      { head: ["files", "comparison", "CPU", "CPU to diff_projects"], rows: differences },
    ],
    goals,
  };
}
