#ifndef LANGEXPORT_EXAMPLES_SERVICE_PAGE_STYLE_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_PAGE_STYLE_HPP

#include <string_view>

namespace service {

/// The style of the page: colors for light and dark, one column on a narrow screen.
inline constexpr std::string_view page_style = R"html(:root {
  --page: #f4f6f8; --panel: #fff; --text: #1c2128; --quiet: #555e69; --line: #d3d9e0; --edge: #7d8792;
  --accent: #0a5ab0; --on-accent: #fff; --accent-hover: #084a92;
  --blue: #0a4f9c; --blue-back: #dfecfb; --green: #14602b; --green-back: #d9f2df;
  --red: #a3161b; --red-back: #fde4e3; --grey: #4b5460; --grey-back: #e7eaee; --violet: #5b359b; --violet-back: #ebe3fa;
  --amber: #7a4400; --amber-back: #ffedcc;
  font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #11151a; --panel: #1a2027; --text: #e4e8ed; --quiet: #a3adb8; --line: #333c46; --edge: #7d8792;
    --accent: #6cb0ff; --on-accent: #0b1a2b; --accent-hover: #93c5ff;
    --blue: #9ccaff; --blue-back: #17324f; --green: #8fdca4; --green-back: #173a22;
    --red: #ffb1ac; --red-back: #4a1c1e; --grey: #c0c8d1; --grey-back: #2c343d; --violet: #cdb5ff;
    --violet-back: #35265a; --amber: #ffd28a; --amber-back: #46310d;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere; }
.wide { max-width: 64rem; margin: 0 auto; padding: 0 1rem; }
header.wide { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 0 1rem;
  padding-top: 1.25rem; padding-bottom: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; }
h2 { font-size: 1.0625rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: 0; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin-bottom: 1rem; }
#connection, #resource { color: var(--quiet); font-size: .875rem; }
#connection::before { content: ""; display: inline-block; width: .625rem; height: .625rem; margin-right: .5rem;
  border-radius: 50%; border: 2px solid currentColor; }
#connection.connected::before { background: var(--green); border-color: var(--green); }
#messages { position: sticky; top: 0; z-index: 1; }
#messages p { padding: .625rem 1rem; border: 1px solid; border-radius: .5rem; margin-bottom: 1rem; }
#lost { background: var(--amber-back); color: var(--amber); }
#problem { background: var(--red-back); color: var(--red); }
#overview { display: grid; grid-template-columns: 3fr 2fr; gap: 1rem 2rem; }
dl { margin: 0; }
dt { font-size: .8125rem; color: var(--quiet); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
#counts { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: .5rem 1rem; }
#counts div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
#counts dd { font-size: 1.5rem; line-height: 1.25; font-weight: 600; }
#quota { display: grid; gap: .25rem 1rem; align-content: center; }
#quota div { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0 1rem; }
#quota dt { font-size: .875rem; }
form { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 3fr) minmax(0, 4fr) auto; gap: .75rem 1rem; align-items: end; }
label { display: block; font-size: .875rem; }
input, select, button, .button { font: inherit; min-height: 2.75rem; border-radius: .375rem; }
input, select { display: block; width: 100%; margin-top: .25rem; padding: .375rem .75rem; color: var(--text);
  background: var(--page); border: 1px solid var(--edge); }
button, .button { display: inline-flex; align-items: center; justify-content: center; padding: .375rem 1rem;
  border: 1px solid var(--edge); background: transparent; color: var(--text); cursor: pointer; text-decoration: none; }
button:hover, .button:hover { background: var(--grey-back); }
form button, .button { border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600; }
form button:hover, .button:hover { background: var(--accent-hover); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
#exports { list-style: none; margin: 0 -1rem -1rem; padding: 0; }
#exports:empty { display: none; }
#exports li { display: grid; grid-template-columns: 8rem minmax(0, 1fr) auto; gap: .25rem 1rem; align-items: start;
  padding: .75rem 1rem; border-top: 1px solid var(--line); }
#exports li:last-child { border-radius: 0 0 .5rem .5rem; }
#exports li:focus-visible { outline-offset: -3px; }
.state { justify-self: start; margin-top: .0625rem; padding: 0 .625rem; border-radius: 1rem; font-size: .875rem;
  line-height: 1.5rem; font-weight: 600; white-space: nowrap; background: var(--grey-back); color: var(--grey); }
[data-state=submitted] .state, [data-state=running] .state { background: var(--blue-back); color: var(--blue); }
[data-state=downloading] .state { background: var(--violet-back); color: var(--violet); }
[data-state=exported] .state { background: var(--green-back); color: var(--green); }
[data-state=failed] .state { background: var(--red-back); color: var(--red); }
.details { font-size: .875rem; color: var(--quiet); }
.details span { display: inline-block; margin-right: .25em; }
.details span:not(:last-child)::after { content: "\a0·"; }
.error { margin-top: .375rem; padding: .375rem .75rem; font-size: .875rem; color: var(--red);
  border-left: 3px solid; white-space: pre-wrap; }
progress { display: block; width: 100%; max-width: 24rem; height: .625rem; margin-top: .375rem; accent-color: var(--accent); }
.actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: .5rem; }
.actions > * { min-width: 6.25rem; }
#empty { color: var(--quiet); }
@media (max-width: 48rem) {
  #overview, form { grid-template-columns: minmax(0, 1fr); }
  #counts { grid-template-columns: repeat(5, auto); gap: .5rem; justify-content: space-between; }
  #counts dd { font-size: 1.25rem; }
  #counts dt { font-size: .75rem; }
  #exports li { grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: .375rem .5rem; }
  #exports li > div:first-of-type { grid-area: 2 / 1 / auto / -1; }
  .actions > * { min-width: 0; padding: .375rem .75rem; }
}
@media (prefers-reduced-motion: no-preference) { button, .button { transition: background .15s; } }
)html";

} // namespace service

#endif
