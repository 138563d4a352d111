// 1. The request path: status polls against wrk, the fastest known client.

import { clientCpu, instructions, jobLink, program, run, runJson } from "../tools.mjs";
import { figure, interleave, ratio, show } from "../stats.mjs";

export async function wrk(url, { connections, seconds, script }) {
  const args = ["-t1", `-c${connections}`, `-d${Math.ceil(seconds)}`];
  args.push("-H", "Ocp-Apim-Subscription-Key: e58b081006f7e3dfc967a64cb14028d5");
  if (script) args.push("-s", script);
  const result = await run("wrk", [...args, url], { cpu: clientCpu });
  const [, count, passed] = result.output.match(/(\d+) requests in ([\d.]+)s/);
  if (/Non-2xx|Socket errors/.test(result.output)) throw new Error(result.output);
  return { perSecond: Number(count) / Number(passed), cpu: result.cpu / Number(count) };
}

async function polls(bench, base, connections, requests) {
  const args = ["--endpoint", `${base}/done`, "--job", jobLink(base), "--connections", connections];
  args.push("--concurrent", connections, "--requests", requests, "--ca", bench.nginx.ca);
  const result = await runJson(program("polls"), args, { cpu: clientCpu });
  return { perSecond: requests / result.seconds, cpu: result.cpu / requests };
}

export async function requests(bench) {
  const connections = 64;
  const rows = [];
  const goals = [];
  for (const [name, base, most] of [["HTTP", bench.nginx.http, 1.3], ["TLS", bench.nginx.tls, 1.25]]) {
    const seen = await interleave(bench.quick ? 3 : 7, {
      ours: () => polls(bench, base, connections, bench.quick ? 40_000 : 120_000),
      wrk: () => wrk(jobLink(base), { connections, seconds: 1 }),
    });
    const of = (who, what) => seen[who].map((result) => result[what]);
    for (const who of ["ours", "wrk"])
      rows.push([
        name,
        who === "ours" ? "langexport, get_export_status" : "wrk",
        show(figure(of(who, "perSecond"))),
        show(figure(of(who, "cpu")), "µs", 1e6),
        who === "ours" ? show(ratio(of("ours", "perSecond"), of("wrk", "perSecond"))) : "1",
        who === "ours" ? show(ratio(of("ours", "cpu"), of("wrk", "cpu"))) : "1",
      ]);
    const toWrk = ratio(of("ours", "cpu"), of("wrk", "cpu"));
    goals.push({
      what: `CPU of a status request against wrk, ${name}, ${connections} connections`,
      goal: `≤ ${most.toFixed(2)}`, seen: show(toWrk), met: toWrk.median <= most,
    });
  }
  const base = bench.nginx.http;
  const counted = await instructions(1000, 5000, program("polls"), (times) => [
    "--endpoint", `${base}/done`, "--job", jobLink(base), "--connections", 64, "--requests", times,
  ]);
  return {
    title: "The request path",
    text: `Status requests over ${connections} kept connections, one thread, against nginx on another processor. One request of ` +
      `langexport takes ${show(counted.each)} instructions of user code.`,
    tables: [{ head: ["", "client", "requests/s", "CPU a request", "speed to wrk", "CPU to wrk"], rows }],
    goals,
  };
}
