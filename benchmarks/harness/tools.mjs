// Runs programs and servers, and reads what they print. All of it on this machine's loopback.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const benchmarks = resolve(dirname(fileURLToPath(import.meta.url)), "..");
export const top = resolve(benchmarks, "..");
export const build = join(top, "build/release");
export const programs = join(build, "benchmarks");
export const work = join(programs, "run");

// Clients have one processor and servers another; where there is only one they share it.
export const clientCpu = 0;
export const serverCpu = cpus().length > 1 ? 1 : 0;

const children = new Set();

function finish(code) {
  for (const child of children) child.kill("SIGTERM");
  process.exit(code);
}
for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]]) process.on(signal, () => finish(code));

export function program(name) {
  return join(programs, `bench_${name}`);
}

export function makeWorkFolder() {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
}

let measured = 0;

/// Runs a program to its end: { output, seconds, user, system, cpu, peak_rss, wake_ups } of all its processes.
export function run(command, args = [], { cpu = "any", timeout = 300, env = {}, cwd = work } = {}) {
  const file = join(work, `usage-${measured++}`);
  const child = spawn(program("measure"), [String(cpu), file, command, ...args.map(String)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    cwd,
    detached: true, // a group of its own, so that all of it can be ended
  });
  children.add(child);
  let output = "";
  let errors = "";
  child.stdout.on("data", (piece) => (output += piece));
  child.stderr.on("data", (piece) => (errors += piece));
  return new Promise((done, failed) => {
    const timer = setTimeout(() => process.kill(-child.pid, "SIGKILL"), timeout * 1000);
    child.on("error", failed);
    child.on("close", (code) => {
      clearTimeout(timer);
      children.delete(child);
      const line = [command, ...args].join(" ");
      if (code !== 0) return failed(new Error(`${line}: exit status ${code}: ${errors || output}`));
      const used = JSON.parse(readFileSync(file, "utf8"));
      rmSync(file);
      done({ ...used, cpu: used.user + used.system, output, errors });
    });
  });
}

/// The last line of a program's output, which is JSON.
export async function runJson(command, args, options) {
  const result = await run(command, args, options);
  return JSON.parse(result.output.trim().split("\n").pop());
}

/// The same for programs that are not measured.
export function text(command, args = []) {
  const result = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  return result.status === 0 ? result.stdout.trim() : "";
}

// See support/service.conf.in.
const links = "done/language/authoring/analyze-text/projects/Project";
const job = `${links}/export/jobs/2c5b1a3e-0d1c-4a7e-9a55-0f6e3c9f8b21_638000000000000000`;

/// The requests to nginx: the three requests of an export.
export const submission = (base) => `${base}/${links}/:export?stringIndexType=Utf16CodeUnit&api-version=2023-04-01`;
export const jobLink = (base) => `${base}/${job}?api-version=2023-04-01`;
export const resultLink = (base) => `${base}/${job}/result?api-version=2023-04-01`;

/// nginx with the responses of support/nginx.conf.in: { http, tls, fullTls, ca, stop }.
export async function startNginx() {
  const folder = join(work, "nginx");
  const started = spawnSync("sh", [join(benchmarks, "support/nginx.sh"), folder, String(serverCpu)], {
    encoding: "utf8",
  });
  if (started.status !== 0) throw new Error(started.stderr);
  const ports = Object.fromEntries(
    readFileSync(join(folder, "ports"), "utf8").trim().split(" ").map((pair) => pair.split("=")),
  );
  const pid = Number(readFileSync(join(folder, "nginx.pid"), "utf8"));
  return {
    http: `http://127.0.0.1:${ports.PORT}`,
    tls: `https://127.0.0.1:${ports.TLS_PORT}`,
    fullTls: `https://127.0.0.1:${ports.FULL_TLS_PORT}`,
    httpPort: ports.PORT,
    tlsPort: ports.TLS_PORT,
    ca: join(folder, "ca.pem"),
    folder,
    connections() {
      const page = text("curl", ["-s", `http://127.0.0.1:${ports.PORT}/connections`]);
      return Number(page.split("\n")[2].trim().split(" ")[0]);
    },
    stop() {
      try {
        process.kill(pid, "SIGTERM");
      } catch {
        // it has ended
      }
    },
  };
}

function startTalking(name, args, cpu) {
  const child = spawn("taskset", ["-c", String(cpu), program(name), ...args.map(String)], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: work,
  });
  children.add(child);
  let output = "";
  const waiting = [];
  const lines = () => output.split("\n").filter((line) => line !== "");
  child.stdout.on("data", (piece) => {
    output += piece;
    waiting.forEach((look) => look());
  });
  const ended = new Promise((done) => child.on("close", (code) => (children.delete(child), done(code))));
  return {
    async line(n) {
      await new Promise((done, failed) => {
        const look = () => lines().length > n && done();
        waiting.push(look);
        look();
        ended.then(() => (lines().length > n ? done() : failed(new Error(`${name} has ended`))));
      });
      return JSON.parse(lines()[n]);
    },
    end: () => child.stdin.end(),
  };
}

/// The emulator in a process of its own: { endpoint, key, stop() -> its counters }.
export async function startService(args) {
  const service = startTalking("service", args, serverCpu);
  const { endpoint, key } = await service.line(0);
  return {
    endpoint,
    key,
    stop() {
      service.end();
      return service.line(1);
    },
  };
}

/// Other clients of a service, until they are stopped.
export function startOthers(args) {
  const others = startTalking("others", args, serverCpu);
  return {
    stop() {
      others.end();
      return others.line(0);
    },
  };
}

/// Instructions of a program's own code that one time more costs: start and end are in both runs.
export async function instructions(few, many, command, args) {
  const total = async (times) => {
    const file = join(work, `callgrind.${times}`);
    const words = ["--tool=callgrind", `--callgrind-out-file=${file}`, command, ...args(times)];
    await run("valgrind", words);
    return Number(readFileSync(file, "utf8").match(/^(?:summary|totals): (\d+)/m)[1]);
  };
  const less = await total(few);
  const more = await total(many);
  return { each: (more - less) / (many - few), file: join(work, `callgrind.${many}`) };
}

export function has(command) {
  return ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/bin", "/sbin"].some((folder) => existsSync(join(folder, command)));
}
