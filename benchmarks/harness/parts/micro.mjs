// 9. Small pieces of work, timed by Catch2 and counted by callgrind.

import { clientCpu, instructions, program, run } from "../tools.mjs";
import { show } from "../stats.mjs";

function attribute(xml, name, key) {
  const found = xml.match(new RegExp(`<${name}[^>]*? ${key}="([^"]*)"`));
  return found ? Number(found[1]) : NaN;
}

export async function micro(bench) {
  const { output } = await run(program("micro"), ["-r", "xml", "--benchmark-samples", bench.quick ? 30 : 100], { cpu: clientCpu });
  const rows = [];
  for (const [, name, block] of output.matchAll(/<BenchmarkResults name="([^"]*)"([\s\S]*?)<\/BenchmarkResults>/g)) {
    const [, title, size] = name.match(/^(.*?)(?: \[(\d+)\])?$/);
    const mean = attribute(block, "mean", "value");
    const few = size > 10_000 ? 1 : 100, many = size > 10_000 ? 3 : 1100;
    const { each } = await instructions(few, many, program("workloads"), (times) => ["--name", title, "--times", times]);
    const time = `${show(mean, "ns")} (${show(attribute(block, "mean", "lowerBound"))} – ${show(attribute(block, "mean", "upperBound"))})`;
    rows.push([title, time, size ? show(Number(size) / (mean / 1e9) / 1e6, "MB/s") : "", show(each)]);
  }
  return {
    title: "Small pieces",
    text: "The mean of Catch2's samples with its 95 % bounds, and the instructions of one.",
    tables: [{ head: ["what", "time", "speed", "instructions"], rows }],
    goals: [],
  };
}
