// The issuer of tokens as a process, and @azure/identity in another one.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const scope = "https://cognitiveservices.azure.com/.default";
const program = fileURLToPath(new URL("get_token.mjs", import.meta.url));

// Calls `use` with the settings of a running issuer. Returns the result, and the issuer's `requests` and `tokens`.
export async function withIssuer(use) {
  const folder = mkdtempSync(join(tmpdir(), "langexport-"));
  const certificateFile = join(folder, "certificate.pem");
  const tokenFile = join(folder, "token");
  const process_ = spawn(process.env.LANGEXPORT_ISSUER, [certificateFile], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(process_, "close");
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  let result, record;
  try {
    const { value } = await Promise.race([lines.next(), ended]);
    if (!value) throw new Error("the issuer does not listen");
    const issuer = { ...JSON.parse(value), certificateFile, tokenFile };
    writeFileSync(tokenFile, issuer.clientAssertion);
    result = await use(issuer);
    process_.stdin.end();
    record = JSON.parse((await lines.next()).value);
  } finally {
    process_.stdin.end();
    const [status] = await ended;
    rmSync(folder, { recursive: true });
    if (status !== 0) throw new Error(`the issuer ended with ${status}`);
  }
  return { result, ...record };
}

// The environment of a program that has an application.
export function applicationOf(issuer) {
  return {
    AZURE_AUTHORITY_HOST: issuer.authority,
    AZURE_TENANT_ID: issuer.tenantId,
    AZURE_CLIENT_ID: issuer.clientId,
    NODE_EXTRA_CA_CERTS: issuer.certificateFile,
  };
}

// What get_token.mjs prints. Each run is a process, because Node reads NODE_EXTRA_CA_CERTS when it starts.
export async function getToken(kind, environment, wanted = scope) {
  const { stdout } = await promisify(execFile)(process.execPath, [program, kind, wanted], {
    env: { PATH: process.env.PATH, ...environment },
    timeout: 60_000,
  });
  return JSON.parse(stdout);
}
