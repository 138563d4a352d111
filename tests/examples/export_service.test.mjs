// Tests export_service over HTTP: requests, server-sent events, a kill and a restart. The emulator program replaces the
// Language service.
//
// EXPORT_SERVICE and EMULATOR name the programs.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { begin, json, send, start, startService, submissionsOf, withService } from "../support/export_service.mjs";

const ended = ["exported", "failed", "cancelled"];

// The JSON documents of all events of an export.
async function eventsOf(url, id) {
  const response = await send(`${url}/exports/${id}/events`);
  assert.equal(response.status, 200);
  assert.equal(response.headers["content-type"], "text/event-stream");
  return response.text
    .split("\n\n")
    .filter((event) => event.startsWith("data: "))
    .map((event) => JSON.parse(event.slice("data: ".length)));
}

const stateOf = async (url, id) => JSON.parse((await send(`${url}/exports/${id}`)).text);

test("an export has a state, events and a result", () =>
  withService(["--project", "A", "--job-duration", "300ms"], async ({ url }) => {
    const begun = await begin(url, { project: "A", surface: "analyze-text", tag: "nightly" });
    assert.equal(begun.project, "A");
    assert.equal(begun.tag, "nightly");
    const events = await eventsOf(url, begun.id);
    const states = events.map((each) => each.state);
    const order = ["queued", "submitted", "running", "downloading", "exported"];
    assert.deepEqual([...states].sort((a, b) => order.indexOf(a) - order.indexOf(b)), states);
    assert.ok(states.includes("submitted"));
    assert.equal(states.at(-1), "exported");
    const last = events.at(-1);
    assert.match(last.submitted_at, /^\d{4}-\d\d-\d\dT.*Z$/);
    assert.ok(last.polls > 0);
    const result = await send(`${url}/exports/${begun.id}/result`);
    assert.equal(result.status, 200);
    assert.match(result.headers["content-type"], /^application\/json/);
    assert.equal(Buffer.byteLength(result.text), last.bytes);
    assert.equal(JSON.parse(result.text).metadata.projectName, "A");
    assert.deepEqual(JSON.parse((await send(url + "/exports")).text), [last]);
    const metrics = (await send(url + "/metrics")).text;
    assert.match(metrics, /langexport_exports_total\{resource="[^"]+",outcome="exported"\} 1\n/);
    assert.match(metrics, new RegExp(`langexport_export_bytes_total\\{[^}]*\\} ${last.bytes}\n`));
    assert.equal((await send(url + "/healthz")).status, 200);
    const removed = await send(`${url}/exports/${begun.id}`, { method: "DELETE" });
    assert.equal(removed.status, 204);
    assert.equal((await send(`${url}/exports/${begun.id}`)).status, 404);
  }));

test("the commands on the page of the service work", () =>
  withService(["--project", "Claims", "--job-duration", "300ms"], async ({ url, ...running }) => {
    const folder = join(running.folder, "results");
    mkdirSync(folder);
    const page = readFileSync(new URL("../../examples/service/README.md", import.meta.url), "utf8");
    const [, block] = /<!-- run by tests\/examples\/export_service.test.mjs -->\n```sh\n([^]*?)```/.exec(page);
    let id = "";
    const outputs = block.trim().split("\n").map((line) => {
      const command = line.replace("http://127.0.0.1:8080", url).replace("ID", id).replace("curl", "curl -sS --fail");
      const text = execFileSync("sh", ["-c", command], { cwd: folder, encoding: "utf8" });
      id ||= JSON.parse(text).id;
      return text;
    });
    const [begun, all, events, last, , , metrics, health] = outputs;
    assert.equal(JSON.parse(begun).tag, "nightly");
    assert.equal(JSON.parse(all)[0].id, id);
    assert.match(events, /"state":"exported"[^]*\n\n$/);
    assert.equal(JSON.parse(last).state, "exported");
    assert.equal(JSON.parse(readFileSync(join(folder, "Claims.json"))).metadata.projectName, "Claims");
    assert.match(metrics, /outcome="exported"\} 1\n/);
    assert.equal(health, "ok\n");
    assert.equal((await send(`${url}/exports/${id}`)).status, 404);
    const words = [...page.matchAll(/`(langexport_\w+)`/g)].map((match) => match[1]);
    assert.deepEqual(new Set(words), new Set([...metrics.matchAll(/^# TYPE (\w+)/gm)].map((match) => match[1])));
  }));

test("a failed export has a reason, without C++ names", () =>
  withService(["--end", "failed", "--job-error", "InvalidRequest=No documents.", "--project", "B"], async ({ url }) => {
    for (const [project, reason] of [["Nobody", /Nobody.*AZURE_LANGUAGE_ENDPOINT/], ["B", /No documents\..*export it again$/]]) {
      const begun = await begin(url, { project });
      const last = (await eventsOf(url, begun.id)).at(-1);
      assert.equal(last.state, "failed");
      assert.match(last.error, reason);
      assert.doesNotMatch(last.error, /::|\(\)/);
      assert.ok(!last.error.includes(begun.id));
      assert.equal((await send(`${url}/exports/${begun.id}/result`)).status, 409);
    }
    const wrong = { method: "POST", headers: json, body: JSON.stringify({ project: "x".repeat(101) }) };
    assert.doesNotMatch(JSON.parse((await send(url + "/exports", wrong)).text).detail, /::|\(\)/);
  }));

test("an export in progress can be cancelled", () =>
  withService(["--project", "A", "--job-duration", "1h"], async ({ url }) => {
    const begun = await begin(url, { project: "A" });
    const events = eventsOf(url, begun.id);
    assert.equal((await send(`${url}/exports/${begun.id}`, { method: "DELETE" })).status, 204);
    assert.equal((await events).at(-1).state, "cancelled");
    assert.equal((await stateOf(url, begun.id)).state, "cancelled");
  }));

test("invalid requests get a problem document", () =>
  withService(["--project", "A"], async ({ url }) => {
    const post = { method: "POST", headers: json };
    const rows = [
      ["/exports", { ...post, body: "" }, 400],
      ["/exports", { ...post, body: "{" }, 400],
      ["/exports", { ...post, body: "[]" }, 400],
      ["/exports", { ...post, body: "{}" }, 400],
      ["/exports", { ...post, body: '{"project": 7}' }, 400],
      ["/exports", { ...post, body: '{"project": ""}' }, 400],
      ["/exports", { ...post, body: '{"project": "A", "surface": "other"}' }, 400],
      ["/exports", { ...post, body: '{"project": "A", "more": 1}' }, 400],
      ["/exports", { ...post, body: JSON.stringify({ project: "x".repeat(101) }) }, 400],
      ["/exports", { ...post, body: JSON.stringify({ project: "A", tag: "x".repeat(257) }) }, 400],
      ["/exports", { ...post, body: JSON.stringify({ project: "A", tag: "x".repeat(70000) }) }, 413],
      ["/exports", { method: "POST", body: '{"project": "A"}' }, 415],
      ["/exports", { method: "POST", headers: { "Content-Type": "text/plain" }, body: "{}" }, 415],
      ["/exports", { method: "PUT" }, 405],
      ["/exports/none", {}, 404],
      ["/exports/none", { method: "DELETE" }, 404],
      ["/exports/none/result", {}, 404],
      ["/exports/none/events", {}, 404],
      ["/exports/none/more", {}, 404],
      ["/other", {}, 404],
      ["/metrics", { method: "POST" }, 405],
      ["/exports", { headers: { Host: "rebound.example" } }, 421],
      ["/exports", { headers: { Host: "127.0.0.1" } }, 421],
      ["/exports", { headers: { Origin: "https://evil.example" } }, 403],
      ["/exports", { headers: { Origin: "null" } }, 403],
    ];
    for (const [path, options, status] of rows) {
      const response = await send(url + path, options);
      assert.equal(response.status, status, `${options.method} ${path} ${options.body}: ${response.text}`);
      assert.equal(response.headers["content-type"], "application/problem+json");
      const problem = JSON.parse(response.text);
      assert.equal(problem.status, status);
      assert.ok(problem.detail);
    }
    assert.deepEqual(JSON.parse((await send(url + "/exports", { headers: { Origin: url } })).text), []);
  }));

test("bytes that are not HTTP get a 400", () =>
  withService([], async ({ url }) => {
    const socket = net.connect(Number(new URL(url).port), "127.0.0.1");
    socket.write("how are you today, my friend?\r\n\r\n");
    let text = "";
    socket.on("data", (piece) => (text += piece));
    await once(socket, "close");
    assert.match(text, /^HTTP\/1\.1 400 /);
  }));

test("the page loads nothing from other servers", () =>
  withService([], async ({ url }) => {
    const page = await send(url + "/");
    assert.equal(page.status, 200);
    assert.match(page.headers["content-type"], /^text\/html/);
    assert.match(page.headers["content-security-policy"], /default-src 'none'/);
    assert.doesNotMatch(page.text, /(src|href)="?(https?:)?\/\//);
  }));

test("a client that does not read does not delay the others", () =>
  withService(["--project", "A", "--documents", "50000", "--job-duration", "0s"], async ({ url }) => {
    const begun = await begin(url, { project: "A" });
    await eventsOf(url, begun.id);
    const port = Number(new URL(url).port);
    const idle = Array.from({ length: 20 }, () => {
      const socket = net.connect(port, "127.0.0.1");
      socket.pause();
      socket.on("error", () => {});
      socket.write(`GET /exports/${begun.id}/result HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
      return socket;
    });
    const other = await begin(url, { project: "A" });
    assert.equal((await eventsOf(url, other.id)).at(-1).state, "exported");
    idle.forEach((socket) => socket.destroy());
  }));

test("a second service on the same folder is rejected", () =>
  withService([], async ({ endpoint, folder }) => {
    const second = await startService(endpoint, folder);
    assert.equal(await second.ended, 1);
    assert.match(second.errors, /in use/);
  }));

for (const signal of ["SIGKILL", "SIGTERM"])
  test(`after ${signal} every export continues, and no job is submitted twice`, () =>
    withService(["--project", "A", "--job-duration", "2s"], async (running) => {
      const ids = [];
      for (let i = 0; i < 60; ++i) ids.push((await begin(running.url, { project: "A", tag: String(i) })).id);
      // A submission that is being sent during a kill fails its export, as the service promises.
      const isReady = (states) => states.includes("running") && (signal === "SIGTERM" || !states.includes("queued"));
      while (!isReady(JSON.parse((await send(running.url + "/exports")).text).map((each) => each.state))) continue;
      const end = await running.restart(signal);
      assert.equal(end, signal === "SIGTERM" ? 0 : signal);
      const lasts = await Promise.all(ids.map(async (id) => (await eventsOf(running.url, id)).at(-1)));
      for (const last of lasts) assert.equal(last.state, "exported", last.error);
      assert.deepEqual(lasts.map((each) => each.tag), ids.map((_, i) => String(i)));
      assert.equal(readdirSync(running.folder).filter((name) => name.endsWith(".result")).length, 60);
      assert.equal(await submissionsOf(running.emulator), 60);
    }));

test("many exports with many listeners", () =>
  withService(["--project", "A", "--job-duration", "300ms"], async ({ url }) => {
    const begun = await Promise.all(Array.from({ length: 200 }, () => begin(url, { project: "A" })));
    const watched = await Promise.all(begun.slice(0, 50).map((each) => eventsOf(url, each.id)));
    for (const events of watched) assert.equal(events.at(-1).state, "exported");
    for (;;) {
      const all = JSON.parse((await send(url + "/exports")).text);
      if (all.every((each) => ended.includes(each.state))) {
        assert.ok(all.every((each) => each.state === "exported"));
        break;
      }
    }
  }));

test("wrong usage is status 2, and --help is 0", async () => {
  for (const options of [["--what"], ["--listen", "nowhere"], ["--listen"], ["--quota-posts", "x"]]) {
    const service = await start(process.env.EXPORT_SERVICE, options, { line: /\n/ });
    assert.equal(await service.ended, 2, options.join(" "));
    assert.match(service.errors, /usage: export_service/);
  }
  const unset = await start(process.env.EXPORT_SERVICE, [], { line: /\n/ });
  assert.equal(await unset.ended, 2);
  assert.match(unset.errors, /AZURE_LANGUAGE_ENDPOINT/);
  const help = await start(process.env.EXPORT_SERVICE, ["--help"], { line: /Exit status/ });
  assert.equal(await help.ended, 0);
  assert.ok(!existsSync("export_service_state"));
});
