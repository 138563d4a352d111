// The program export_service as other programs see it: requests of HTTP, server-sent events, a kill and a restart. The
// emulator program is the Language service.
//
// EXPORT_SERVICE and EMULATOR name the programs.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const ended = ["exported", "failed", "cancelled"];

// Starts a program; `first` is its first line that matches.
async function start(program, options, { env = {}, line }) {
  const child = spawn(program, options, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, ...env },
  });
  const running = { child, output: "", errors: "" };
  running.ended = once(child, "close").then(([code, signal]) => signal ?? code);
  child.stderr.on("data", (text) => (running.errors += text));
  await new Promise((resolve) => {
    child.stdout.on("data", (text) => {
      running.output += text;
      if (line.test(running.output)) resolve();
    });
    running.ended.then(resolve);
  });
  running.found = line.exec(running.output);
  running.stop = async (signal) => {
    child.kill(signal);
    return running.ended;
  };
  return running;
}

const startEmulator = (...options) =>
  start(process.env.EMULATOR, ["--key", "key", ...options], { line: /listening on (\S+)[^]*# fetch/ });

const startService = (emulator, folder, ...options) =>
  start(
    process.env.EXPORT_SERVICE,
    ["--listen", "127.0.0.1:0", "--state-dir", folder, "--quota-posts", "0", "--quota-gets", "0", ...options],
    {
      env: { AZURE_LANGUAGE_ENDPOINT: emulator.found[1], AZURE_LANGUAGE_KEY: "key" },
      line: /^(http:\S+)\n/,
    },
  );

// Calls `use` with an emulator and a service; both must end with 0.
async function withService(emulatorOptions, use, ...options) {
  const folder = mkdtempSync(join(tmpdir(), "langexport-"));
  const emulator = await startEmulator(...emulatorOptions);
  let service = await startService(emulator, folder, ...options);
  try {
    assert.ok(service.found, service.errors);
    await use({
      emulator,
      folder,
      get url() {
        return service.found[1];
      },
      service: () => service,
      async restart(signal) {
        const end = await service.stop(signal);
        service = await startService(emulator, folder, ...options);
        assert.ok(service.found, service.errors);
        return end;
      },
    });
    assert.equal(await service.stop("SIGTERM"), 0, service.errors);
    assert.equal(await emulator.stop("SIGTERM"), 0);
  } finally {
    service.child.kill("SIGKILL");
    emulator.child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  }
}

// One request: its status, headers, and body as text.
function send(url, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (piece) => (text += piece));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

const json = { "Content-Type": "application/json" };

async function begin(url, order) {
  const response = await send(url + "/exports", { method: "POST", headers: json, body: JSON.stringify(order) });
  assert.equal(response.status, 201, response.text);
  const document = JSON.parse(response.text);
  assert.equal(response.headers.location, "/exports/" + document.id);
  return document;
}

// All documents that the events of an export send.
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

async function submissionsOf(emulator) {
  await emulator.stop("SIGTERM");
  return Number(/(\d+) jobs/.exec(emulator.output)[1]);
}

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

test("an export that fails says why", () =>
  withService([], async ({ url }) => {
    const begun = await begin(url, { project: "Nobody" });
    const last = (await eventsOf(url, begun.id)).at(-1);
    assert.equal(last.state, "failed");
    assert.match(last.error, /Nobody/);
    assert.equal((await send(`${url}/exports/${begun.id}/result`)).status, 409);
  }));

test("an export in progress can be cancelled", () =>
  withService(["--project", "A", "--job-duration", "1h"], async ({ url }) => {
    const begun = await begin(url, { project: "A" });
    const events = eventsOf(url, begun.id);
    assert.equal((await send(`${url}/exports/${begun.id}`, { method: "DELETE" })).status, 204);
    assert.equal((await events).at(-1).state, "cancelled");
    assert.equal((await stateOf(url, begun.id)).state, "cancelled");
  }));

test("requests that are wrong get a problem document", () =>
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

test("the page needs nothing from elsewhere", () =>
  withService([], async ({ url }) => {
    const page = await send(url + "/");
    assert.equal(page.status, 200);
    assert.match(page.headers["content-type"], /^text\/html/);
    assert.match(page.headers["content-security-policy"], /default-src 'none'/);
    assert.doesNotMatch(page.text, /(src|href)="?(https?:)?\/\//);
  }));

test("a client that reads nothing delays no other", () =>
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
  withService([], async ({ emulator, folder }) => {
    const second = await startService(emulator, folder);
    assert.equal(await second.ended, 1);
    assert.match(second.errors, /in use/);
  }));

for (const signal of ["SIGKILL", "SIGTERM"])
  test(`after ${signal} every export continues, and no job is submitted twice`, () =>
    withService(["--project", "A", "--job-duration", "2s"], async (running) => {
      const ids = [];
      for (let i = 0; i < 60; ++i) ids.push((await begin(running.url, { project: "A", tag: String(i) })).id);
      while (!JSON.parse((await send(running.url + "/exports")).text).some((each) => each.state === "running"))
        continue;
      const end = await running.restart(signal);
      assert.equal(end, signal === "SIGTERM" ? 0 : signal);
      const lasts = await Promise.all(ids.map(async (id) => (await eventsOf(running.url, id)).at(-1)));
      for (const last of lasts) assert.equal(last.state, "exported", last.error);
      assert.deepEqual(lasts.map((each) => each.tag), ids.map((_, i) => String(i)));
      assert.equal(readdirSync(running.folder).filter((name) => name.endsWith(".result")).length, 60);
      assert.equal(await submissionsOf(running.emulator), 60);
    }));

test("many exports and many who watch them", () =>
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
