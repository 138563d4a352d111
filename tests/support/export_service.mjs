// The programs emulator and export_service as processes, and requests of HTTP to the latter.
//
// EXPORT_SERVICE and EMULATOR name the programs.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Starts a program; `found` is the match of `line` in its output.
export async function start(program, options, { env = {}, line }) {
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

const startEmulator = (options) =>
  start(process.env.EMULATOR, ["--key", "key", ...options], { line: /listening on (\S+)[^]*# fetch/ });

export const startService = (endpoint, folder, options = [], address = "127.0.0.1:0") =>
  start(
    process.env.EXPORT_SERVICE,
    ["--listen", address, "--state-dir", folder, "--quota-posts", "0", "--quota-gets", "0", ...options],
    { env: { AZURE_LANGUAGE_ENDPOINT: endpoint, AZURE_LANGUAGE_KEY: "key" }, line: /^(http:\S+)\n/ },
  );

// Calls `use` with an emulator and a service; both must end with 0. `between` opens what is between the two: it gets the
// URL of the emulator and returns an object with a `url` and a function `close`.
export async function withService(emulatorOptions, use, { options = [], between } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "langexport-"));
  const emulator = await startEmulator(emulatorOptions);
  const proxy = between && (await between(emulator.found[1]));
  const endpoint = proxy?.url ?? emulator.found[1];
  let service = await startService(endpoint, folder, options);
  try {
    assert.ok(service.found, service.errors);
    const url = service.found[1];
    const running = {
      emulator,
      endpoint,
      folder,
      proxy,
      url,
      stop: (signal) => service.stop(signal),
      // On the same folder and the same port.
      async start() {
        service = await startService(endpoint, folder, options, new URL(url).host);
        assert.ok(service.found, service.errors);
      },
      async restart(signal) {
        const end = await running.stop(signal);
        await running.start();
        return end;
      },
    };
    await use(running);
    assert.equal(await service.stop("SIGTERM"), 0, service.errors);
    assert.equal(await emulator.stop("SIGTERM"), 0);
  } finally {
    service.child.kill("SIGKILL");
    emulator.child.kill("SIGKILL");
    proxy?.close();
    rmSync(folder, { recursive: true });
  }
}

// One request: its status, headers, and body as text.
export function send(url, { method = "GET", headers = {}, body } = {}) {
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

export const json = { "Content-Type": "application/json" };

export async function begin(url, order) {
  const response = await send(url + "/exports", { method: "POST", headers: json, body: JSON.stringify(order) });
  assert.equal(response.status, 201, response.text);
  const document = JSON.parse(response.text);
  assert.equal(response.headers.location, "/exports/" + document.id);
  return document;
}

// How many jobs the emulator had, which ends.
export async function submissionsOf(emulator) {
  await emulator.stop("SIGTERM");
  return Number(/(\d+) jobs/.exec(emulator.output)[1]);
}
