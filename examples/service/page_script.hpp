#ifndef LANGEXPORT_EXAMPLES_SERVICE_PAGE_SCRIPT_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_PAGE_SCRIPT_HPP

#include <string_view>

namespace service {

/// The script of the page. It reads the list of exports and the metrics every second.
inline constexpr std::string_view page_script = R"html("use strict";
const surfaces = { "analyze-text": "Text", "analyze-conversations": "Conversations", "query-knowledgebases": "Knowledge base" };
const ended = ["exported", "failed", "cancelled"];
const rows = new Map(); // by id
let turn = 0;           // counts refreshes and changes: the response to an older refresh is ignored
let seen = null;        // when the service last responded
let timer;

const element = id => document.getElementById(id);

function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

function sizeText(bytes) {
  if (bytes < 1000) return bytes + " B";
  return bytes < 1e6 ? (bytes / 1e3).toFixed(1) + " KB" : (bytes / 1e6).toFixed(1) + " MB";
}

function timeText(date) {
  const isToday = date.toDateString() === new Date().toDateString();
  return date.toLocaleString([], { dateStyle: isToday ? undefined : "medium", timeStyle: "medium" });
}

function report(text) {
  element("problem").textContent = text;
  element("problem").hidden = !text;
}

// The known facts about an export, in a few words each.
function detailsOf(each, position) {
  const details = [surfaces[each.surface]];
  if (each.tag) details.push(each.tag);
  if (each.created_at) details.push("started " + timeText(new Date(each.created_at)));
  if (each.state === "queued" && position) details.push("position " + position + " in the queue");
  if (each.polls) details.push("polled " + (each.polls === 1 ? "once" : each.polls + " times"));
  if (each.state === "downloading" && each.total)
    details.push(sizeText(each.bytes) + " of " + sizeText(each.total));
  else if (each.bytes !== undefined && each.state !== "cancelled") details.push(sizeText(each.bytes));
  return details;
}

function makeRow(each) {
  const row = element("row").content.firstElementChild.cloneNode(true);
  const part = name => row.querySelector(name);
  row.id = "export-" + each.id;
  part(".project").textContent = each.project;
  part("progress").setAttribute("aria-label", "Download of " + each.project);
  const link = part("a");
  link.href = "/exports/" + each.id + "/result";
  link.download = each.project + ".json";
  link.setAttribute("aria-label", "Download the result of " + each.project);
  for (const name of ["cancel", "remove"]) {
    const button = part("." + name);
    button.setAttribute("aria-label", button.textContent + " " + each.project);
    button.onclick = () => remove(each, name);
  }
  element("exports").prepend(row);
  return row;
}

// Changes only what differs: focus, selections and clicks survive.
function show(each, position) {
  const news = JSON.stringify([each, position]);
  const known = rows.get(each.id);
  if (known && known.news === news) return;
  const row = known ? known.row : makeRow(each);
  rows.set(each.id, { row, news });
  const part = name => row.querySelector(name);
  const hasEnded = ended.includes(each.state);
  row.dataset.state = each.state;
  setText(part(".state"), each.state);
  part(".details").replaceChildren(...detailsOf(each, position).map(text => {
    const span = document.createElement("span");
    span.textContent = text;
    return span;
  }));
  const bar = part("progress");
  bar.hidden = each.state !== "downloading";
  if (each.total) Object.assign(bar, { max: each.total, value: each.bytes });
  else bar.removeAttribute("value");
  setText(part(".error"), each.error || "");
  part(".error").hidden = !each.error;
  if (row.contains(document.activeElement) && hasEnded && document.activeElement.matches(".cancel")) row.focus();
  part("a").hidden = each.state !== "exported";
  part(".cancel").hidden = hasEnded;
  part(".remove").hidden = !hasEnded;
}

function drop(id) {
  const { row } = rows.get(id);
  if (row.contains(document.activeElement))
    (row.nextElementSibling || row.previousElementSibling || element("project")).focus();
  row.remove();
  rows.delete(id);
}

function showList(list) {
  const ids = new Set(list.map(each => each.id));
  for (const id of [...rows.keys()]) if (!ids.has(id)) drop(id);
  let queued = 0;
  for (const each of list) show(each, each.state === "queued" ? ++queued : 0);
  const count = state => list.filter(each => each.state === state).length;
  const progressing = count("submitted") + count("running") + count("downloading");
  setText(element("queued"), String(queued));
  setText(element("progressing"), String(progressing));
  for (const state of ended) setText(element(state), String(count(state)));
  element("empty").hidden = list.length > 0;
  document.title = (queued + progressing ? "(" + (queued + progressing) + ") " : "") + "Exports";
}

// The quota of a class of requests, from the metrics.
function quotaText(metrics, kind) {
  const valueOf = name => {
    const line = new RegExp("^langexport_" + name + "\\{.*class=\"" + kind + "\"\\} (\\S+)$", "m").exec(metrics);
    return line ? Number(line[1]) : null;
  };
  const left = valueOf("quota_remaining");
  const wait = valueOf("throttled_seconds");
  if (wait) return "throttled for " + Math.ceil(wait) + " s";
  return left === null ? "no limit" : left + " of " + valueOf("quota_limit");
}

// @param why  Why there is no list; nothing if there is one.
function setConnection(why) {
  if (!why) seen = new Date();
  const since = seen ? " The list shows the state at " + timeText(seen) + "." : "";
  element("connection").className = why ? "" : "connected";
  setText(element("connection"), why ? "Not connected" : "Connected");
  setText(element("lost"), why ? why + " Trying again every second." + since : "");
  element("lost").hidden = !why;
}

async function get(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(10000) });
  if (!response.ok) throw { status: response.status };
  return response;
}

async function refresh() {
  const own = ++turn;
  const began = performance.now();
  clearTimeout(timer);
  let list, metrics, why;
  try {
    [list, metrics] = await Promise.all([
      get("/exports").then(response => response.json()),
      get("/metrics").then(response => response.text())
    ]);
  } catch (failure) {
    why = failure.status ? "The service responded with status " + failure.status + "." : "The service cannot be reached.";
  }
  if (own !== turn) return;
  // A long list takes a tenth of the time at most.
  timer = setTimeout(refresh, Math.max(1000, 10 * (performance.now() - began)));
  setConnection(why);
  if (why) return;
  showList(list);
  setText(element("resource"), "of " + /resource="([^"]*)"/.exec(metrics)[1]);
  setText(element("submissions"), quotaText(metrics, "POST"));
  setText(element("reads"), quotaText(metrics, "GET"));
}

// Sends a request that changes the list; a failure is reported. One at a time for an `owner`.
async function act(owner, path, options, use) {
  if (owner.dataset.busy) return;
  owner.dataset.busy = "yes";
  report("");
  try {
    const response = await fetch(path, { ...options, signal: AbortSignal.timeout(30000) });
    ++turn;
    if (response.ok || (options.method === "DELETE" && response.status === 404)) await use(response);
    else report((await response.json()).detail);
  } catch {
    report("The service did not respond to your request. Look at the list before you try again.");
  }
  delete owner.dataset.busy;
  refresh();
}

function remove(each, name) {
  const { row } = rows.get(each.id);
  const isAsked = name === "remove" && row.dataset.state === "exported";
  if (isAsked && !confirm("Remove the export of " + each.project + " and its result?")) return;
  act(row, "/exports/" + each.id, { method: "DELETE" }, () => {
    if (name === "remove" && rows.has(each.id)) drop(each.id);
  });
}

element("start").onsubmit = event => {
  event.preventDefault();
  const order = { project: element("project").value, surface: element("surface").value };
  if (element("tag").value) order.tag = element("tag").value;
  const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(order) };
  act(event.target, "/exports", post, async response => {
    show(await response.json(), 0);
    element("empty").hidden = true;
    element("project").value = "";
    element("project").focus();
  });
};

document.onvisibilitychange = () => document.hidden || refresh();
refresh();
)html";

} // namespace service

#endif
