// The clients and other programs that are compared: one name and one color each, in all plots. The colors keep a
// contrast of 4.5 to the background of the plots, so that they are legible as text, too.

export const clients = {
  langexport: { name: "langexport", color: "#0969da" },
  threads: { name: "libcurl, thread per job", color: "#b35000" },
  node: { name: "official Node stack", color: "#a0105c" },
  curl: { name: "curl", color: "#1b7a3d" },
  wrk: { name: "three wrk requests", color: "#3d444d" },
  prototype: { name: "prototype", color: "#5a3d8a" },
  libraries: { name: "libraries alone", color: "#6a737d" },
};

export function clientOf({ client }) {
  if (!clients[client]) throw new Error(`'${client}' is no client of harness/clients.mjs`);
  return clients[client];
}

/// The name of a client; `note` tells what is special about this bar or line.
export function labelOf({ client, note }) {
  const { name } = clientOf({ client });
  return note ? `${name}, ${note}` : name;
}
