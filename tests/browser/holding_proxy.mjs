// An HTTP proxy before the emulator that holds requests back: an export stays in its state for as long as a test needs.

import http from "node:http";

function kindOf(request) {
  if (request.method === "POST") return "submission";
  return /\/result(\?|$)/.test(request.url) ? "result" : "status";
}

// Opens the proxy before the server of the URL `target`.
export async function openHoldingProxy(target) {
  const rules = [];

  // The promise that a request has to wait for, if there is one.
  const delayOf = (request, kind) =>
    rules.find((each) => each.kind === kind && request.url.includes(`/projects/${each.project}/`))?.released;

  function forward(request, kind, response) {
    const options = { method: request.method, headers: request.headers };
    const sent = http.request(new URL(request.url, target), options, async (received) => {
      const pieces = [];
      for await (const piece of received) pieces.push(piece);
      const body = Buffer.concat(pieces);
      response.writeHead(received.statusCode, received.rawHeaders);
      const delay = kind === "result" && delayOf(request, kind);
      if (delay) {
        response.write(body.subarray(0, body.length / 2));
        await delay;
        response.end(body.subarray(body.length / 2));
      } else response.end(body);
    });
    sent.on("error", () => response.destroy());
    request.pipe(sent);
  }

  const server = http.createServer(async (request, response) => {
    const kind = kindOf(request);
    if (kind !== "result") await delayOf(request, kind);
    forward(request, kind, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    // Holds the requests of a kind for a project, or the second half of its results. Returns a function that releases
    // them.
    hold(kind, project) {
      const rule = { kind, project: encodeURIComponent(project) };
      rule.released = new Promise((resolve) => {
        rule.release = () => {
          rules.splice(rules.indexOf(rule), 1);
          resolve();
        };
      });
      rules.push(rule);
      return rule.release;
    },
    close() {
      for (const rule of [...rules]) rule.release();
      server.closeAllConnections();
      server.close();
    },
  };
}
