#ifndef LANGEXPORT_EXAMPLES_SERVICE_PAGE_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_PAGE_HPP

#include <string_view>

namespace service {

/// The page of the service. It uses nothing from elsewhere.
inline constexpr std::string_view page = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Exports</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; }
input, select, button { font: inherit; padding: .4rem .6rem; min-width: 0; }
input { flex: 1 1 10rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem; border-top: 1px solid #8886; vertical-align: top; }
td { overflow-wrap: anywhere; }
progress { width: 100%; max-width: 10rem; }
.error { color: #c22; }
@media (prefers-color-scheme: dark) { .error { color: #f88; } }
@media (max-width: 38rem) {
  thead { display: none; }
  tr { display: block; border-top: 1px solid #8886; padding: .4rem 0; }
  td { display: block; border: 0; padding: .1rem 0; }
  td[data-label]:not(:empty)::before { content: attr(data-label) ": "; opacity: .7; }
}
</style>
</head>
<body>
<h1>Exports</h1>
<p id="quota" aria-live="polite"></p>
<form id="start">
<input id="project" placeholder="Project" aria-label="Project" maxlength="100" required>
<select id="surface" aria-label="Surface">
<option>analyze-text</option><option>analyze-conversations</option><option>query-knowledgebases</option>
</select>
<input id="tag" placeholder="Tag (optional)" aria-label="Tag" maxlength="256">
<button>Export</button>
</form>
<p id="problem" class="error" role="alert"></p>
<table>
<thead><tr><th>Project</th><th>Tag</th><th>State</th><th>Polls</th><th>Size</th><th></th></tr></thead>
<tbody id="exports"></tbody>
</table>
<script>
"use strict";
const ended = ["exported", "failed", "cancelled"];
const rows = new Map();
const element = id => document.getElementById(id);
const size = n => n === undefined ? "" : n < 1000 ? n + " B" : n < 1e6 ? (n / 1e3).toFixed(1) + " KB" : (n / 1e6).toFixed(1) + " MB";

function cell(row, label) {
  const made = row.insertCell();
  made.dataset.label = label;
  return made;
}

function show(each) {
  let row = rows.get(each.id);
  if (!row) {
    row = element("exports").insertRow(0);
    row.id = "export-" + each.id;
    for (const label of ["Project", "Tag", "State", "Polls", "Size", ""]) cell(row, label);
    rows.set(each.id, row);
  }
  const [project, tag, state, polls, bytes, action] = row.cells;
  project.textContent = each.project;
  tag.textContent = each.tag;
  state.textContent = each.state + (each.error ? ": " + each.error : "");
  state.className = each.state === "failed" ? "error" : "";
  row.dataset.state = each.state;
  polls.textContent = each.polls || "";
  bytes.textContent = size(each.bytes);
  if (each.state === "downloading" && each.total) {
    const bar = document.createElement("progress");
    bar.max = each.total;
    bar.value = each.bytes;
    bytes.append(" of " + size(each.total) + " ", bar);
  }
  action.replaceChildren();
  if (each.state === "exported") {
    const link = document.createElement("a");
    link.href = "/exports/" + each.id + "/result";
    link.download = each.project + ".json";
    link.textContent = "Result";
    action.append(link, " ");
  }
  const button = document.createElement("button");
  button.textContent = ended.includes(each.state) ? "Remove" : "Cancel";
  button.onclick = () => remove(each.id);
  action.append(button);
}

async function remove(id) {
  await call("/exports/" + id, { method: "DELETE" });
  refresh();
}

async function call(path, options) {
  element("problem").textContent = "";
  try {
    const response = await fetch(path, options);
    if (!response.ok) element("problem").textContent = (await response.json()).detail;
    return response;
  } catch {
    element("problem").textContent = "The service cannot be reached.";
  }
}

async function refresh() {
  try {
    const [list, metrics] = await Promise.all([
      fetch("/exports").then(response => response.json()),
      fetch("/metrics").then(response => response.text())
    ]);
    const ids = new Set(list.map(each => each.id));
    for (const [id, row] of rows) if (!ids.has(id)) { row.remove(); rows.delete(id); }
    list.forEach(show);
    const left = name => (metrics.match(new RegExp('quota_remaining\\{[^}]*class="' + name + '"\\} (\\d+)')) || [])[1];
    const queued = list.filter(each => each.state === "queued").length;
    element("quota").textContent = list.length + " exports, " + queued + " queued" +
      (left("POST") ? "; quota left: " + left("POST") + " POST, " + left("GET") + " GET" : "");
  } catch {
    element("quota").textContent = "The service cannot be reached. Trying again.";
  }
}

element("start").onsubmit = async event => {
  event.preventDefault();
  const order = { project: element("project").value, surface: element("surface").value };
  if (element("tag").value) order.tag = element("tag").value;
  const response = await call("/exports", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(order)
  });
  if (response && response.ok) {
    show(await response.json());
    element("project").value = "";
  }
};

refresh();
setInterval(refresh, 1000);
</script>
</body>
</html>
)html";

} // namespace service

#endif
