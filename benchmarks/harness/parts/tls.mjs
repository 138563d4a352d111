// 7. TLS: the cost of connections, and their number.

import { join } from "node:path";

import { clientCpu, jobLink, program, runJson, startService, work } from "../tools.mjs";
import { figure, interleave, ratio, show } from "../stats.mjs";

async function polls(bench, base, requests, more) {
  const before = bench.nginx.connections();
  const args = ["--endpoint", `${base}/done`, "--job", jobLink(base), "--ca", bench.nginx.ca, "--concurrent", 1];
  const result = await runJson(program("polls"), [...args, "--connections", 1, "--requests", requests, "--warm-up", 1, ...more], { cpu: clientCpu });
  return { cpu: result.cpu / requests, connections: bench.nginx.connections() - before, requests };
}

async function manyExports() {
  const certificate = join(work, "emulator.pem");
  const service = await startService(["--tls", 1, "--certificate", certificate, "--job", 0]);
  const args = ["--endpoint", service.endpoint, "--key", service.key, "--ca", certificate, "--exports", 1000, "--concurrent", 1000, "--warm-up", 1];
  await runJson(program("exports"), args);
  return service.stop();
}

export async function tls(bench) {
  const requests = bench.quick ? 300 : 1000;
  const fresh = ["--reconnect", 1];
  const seen = await interleave(bench.quick ? 3 : 7, {
    kept: () => polls(bench, bench.nginx.tls, requests * 10, []),
    full: () => polls(bench, bench.nginx.fullTls, requests, fresh),
    resumed: () => polls(bench, bench.nginx.tls, requests, fresh),
  });
  // What a connection adds to the requests that it carries.
  const each = (name) =>
    seen[name].map((result, round) => ((result.cpu - seen.kept[round].cpu) * result.requests) / (result.connections - 1));
  const full = each("full"), resumed = each("resumed");
  const opened = await manyExports();
  return {
    title: "TLS",
    text: `1,000 exports at once opened ${opened.connections} connections: ${opened.handshakes_new} full handshakes and ${opened.handshakes_resumed} resumed ones.`,
    tables: [{
      head: ["a new connection", "CPU of the client", "to a full handshake"],
      rows: [["full handshake", show(figure(full), "µs", 1e6), "1"], ["resumed session", show(figure(resumed), "µs", 1e6), show(ratio(resumed, full))]],
    }],
    goals: [],
  };
}
