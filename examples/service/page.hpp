#ifndef LANGEXPORT_EXAMPLES_SERVICE_PAGE_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_PAGE_HPP

#include "page_script.hpp"
#include "page_style.hpp"

#include <string>
#include <string_view>

namespace service {

inline constexpr std::string_view page_begin = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Exports</title>
<link rel="icon" href="data:,">
<style>
)html";

inline constexpr std::string_view page_body = R"html(</style>
</head>
<body>
<header class="wide">
<div>
<h1>Exports</h1>
<p id="resource"></p>
</div>
<p id="connection" role="status">Connecting</p>
</header>
<div id="messages" class="wide">
<p id="lost" role="status" hidden></p>
<p id="problem" role="alert" hidden></p>
</div>
<main class="wide">
<noscript><p class="panel">This page needs JavaScript. The README of the examples has commands for curl.</p></noscript>
<section id="overview" class="panel" aria-label="Queue and quota">
<dl id="counts">
<div><dt>Queued</dt><dd id="queued">–</dd></div>
<div><dt>In progress</dt><dd id="progressing">–</dd></div>
<div><dt>Exported</dt><dd id="exported">–</dd></div>
<div><dt>Failed</dt><dd id="failed">–</dd></div>
<div><dt>Cancelled</dt><dd id="cancelled">–</dd></div>
</dl>
<dl id="quota">
<div><dt>Submissions left in the quota</dt><dd id="submissions">–</dd></div>
<div><dt>Other requests left in the quota</dt><dd id="reads">–</dd></div>
</dl>
</section>
<section class="panel" aria-labelledby="start-title">
<h2 id="start-title">Export a project</h2>
<form id="start">
<div>
<label for="project">Project</label>
<input id="project" maxlength="100" required autocomplete="off" autocapitalize="none" spellcheck="false">
</div>
<div>
<label for="surface">Surface</label>
<select id="surface">
<option value="analyze-text">Text</option>
<option value="analyze-conversations">Conversations</option>
<option value="query-knowledgebases">Knowledge base</option>
</select>
</div>
<div>
<label for="tag">Tag (optional)</label>
<input id="tag" maxlength="256" autocomplete="off">
</div>
<button>Export</button>
</form>
</section>
<section class="panel" aria-labelledby="list-title">
<h2 id="list-title">Exports, newest first</h2>
<p id="empty" hidden>There are no exports yet. Enter the name of a project above.</p>
<ul id="exports" role="list"></ul>
</section>
</main>
<template id="row">
<li tabindex="-1">
<p class="state"></p>
<div>
<h3 class="project"></h3>
<p class="details"></p>
<progress hidden></progress>
<p class="error" hidden></p>
</div>
<div class="actions">
<a class="button">Download</a>
<button class="cancel">Cancel</button>
<button class="remove">Remove</button>
</div>
</li>
</template>
<script>
)html";

inline constexpr std::string_view page_end = R"html(</script>
</body>
</html>
)html";

/// The page of the service. It loads nothing from other sites.
inline std::string page_text() {
    std::string text;
    for (const std::string_view part : {page_begin, page_style, page_body, page_script, page_end})
        text += part;
    return text;
}

} // namespace service

#endif
