// 3. Waiting: the memory and the work of an export while its job runs.

import { clientCpu, program, runJson } from "../tools.mjs";
import { clients } from "../clients.mjs";
import { figure, interleave, median, show } from "../stats.mjs";
import { nodePeer } from "./exports.mjs";

const bytes = (results, what) => results.map((result) => result[what] / result.exports);

async function memory(bench) {
  const counts = bench.quick ? [1000, 100_000] : [100, 1000, 10_000, 100_000];
  const base = `${bench.nginx.http}/running`;
  const rows = [];
  const seen = {};
  for (const count of counts)
    for (const by of ["callback", "co_await"]) {
      const args = ["--endpoint", base, "--exports", count, "--by", by, "--idle", 1];
      const { run } = await interleave(bench.quick ? 1 : 3, { run: () => runJson(program("waiting"), args, { cpu: clientCpu }) });
      seen[`${by} ${count}`] = run;
      rows.push([
        count.toLocaleString("en-US"), by, show(figure(bytes(run, "allocated")), "B"), show(figure(bytes(run, "resident")), "B"),
        show(figure(run.map((r) => r.cpu_to_submit / count)), "µs", 1e6),
        show(median(run.map((r) => r.idle.wake_ups / r.idle.seconds))),
      ]);
    }
  return { rows, seen };
}

async function peers(bench) {
  const base = `${bench.nginx.http}/running`;
  const seconds = bench.quick ? 3 : 8;
  const rows = [];
  const points = { threads: [], node: [] };
  for (const count of bench.quick ? [1000] : [100, 1000, 3000]) {
    const threads = await runJson(program("threads"), ["--endpoint", base, "--exports", count, "--threads", count, "--interval", 2, "--hold", seconds], { cpu: clientCpu });
    const node = await nodePeer([base, "key", count, count, 2000, 0, seconds], { cpu: clientCpu });
    for (const [who, result] of [["threads", threads], ["node", node]]) {
      rows.push([
        count.toLocaleString("en-US"), clients[who].name, show(result.resident / count, "B"),
        show(result.cpu / result.seconds, "%", 100), show(result.wake_ups / result.seconds), String(result.failed ?? 0),
      ]);
      points[who].push([count, result.resident / count]);
    }
  }
  return { rows, points };
}

async function withQuota(bench) {
  const args = ["--endpoint", `${bench.nginx.http}/running`, "--exports", 1000, "--with-quota", 1, "--idle", bench.quick ? 10 : 30];
  const { idle, requests, timer_wake_ups } = await runJson(program("waiting"), args, { cpu: clientCpu });
  return {
    cpu: idle.cpu / idle.seconds, timer: timer_wake_ups / idle.seconds, all: idle.wake_ups / idle.seconds, requests: requests / idle.seconds,
  };
}

export async function waiting(bench) {
  const held = await memory(bench);
  const others = await peers(bench);
  const quota = await withQuota(bench);
  const at = (by, count) => median(bytes(held.seen[`${by} ${count}`], "allocated"));
  const counts = Object.keys(held.seen).filter((name) => name.startsWith("callback")).map((name) => Number(name.split(" ")[1]));
  const least = Math.min(...counts);
  const grown = at("callback", 100_000) / at("callback", least);
  const line = (by) => counts.map((count) => [count, median(bytes(held.seen[`${by} ${count}`], "resident"))]);
  return {
    title: "Waiting",
    text: "Exports whose submission was accepted and whose next poll is far off, each with a deadline: the memory that malloc has allocated for " +
      "each, and the growth of the process. Of 1,000 exports under the service's quota, ten submitted and the rest in the queue, " +
      `the client's timer fires ${show(quota.timer)} times a second while ${show(quota.requests)} requests a second are sent; the process wakes ` +
      `${show(quota.all)} times a second, responses included, and takes ${show(quota.cpu, "%", 100)} of a processor.`,
    tables: [
      { caption: "langexport", head: ["waiting", "by", "allocated, each", "RSS, each", "CPU to submit one", "wake-ups a second"], rows: held.rows },
      { caption: "Peers that poll every 2 s", head: ["waiting", "client", "RSS, each", "CPU", "wake-ups a second", "failed"], rows: others.rows },
    ],
    plots: [{
      name: "waiting-memory", kind: "lines", title: "Memory of a waiting export", xLabel: "exports that wait", unit: "B",
      subtitle: "Growth of the process (RSS) for each export that was submitted and waits for its next poll; lower is better. Without a quota",
      series: [
        { client: "langexport", note: "callback", points: line("callback") },
        { client: "langexport", note: "co_await", variant: true, points: line("co_await") },
        { client: "threads", points: others.points.threads },
        { client: "node", points: others.points.node },
      ],
    }],
    goals: [
      { what: "memory of a waiting export at 100,000, by callback", goal: "≤ 512 B", seen: show(at("callback", 100_000), "B"), met: at("callback", 100_000) <= 512 },
      { what: "… by co_await, the caller's frame included", goal: "≤ 2,048 B", seen: show(at("co_await", 100_000), "B"), met: at("co_await", 100_000) <= 2048 },
      { what: `growth of the bytes a job from ${least} to 100,000 concurrent`, goal: "≤ 1.25 ×", seen: show(grown), met: grown <= 1.25 },
      {
        what: "wake-ups a second of the client's timer while 1,000 exports wait, against requests sent", goal: "no more",
        seen: `${show(quota.timer)} to ${show(quota.requests)}`, met: quota.timer <= quota.requests * 1.001,
      },
    ],
  };
}
