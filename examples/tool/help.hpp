#ifndef LANGEXPORT_EXAMPLES_TOOL_HELP_HPP
#define LANGEXPORT_EXAMPLES_TOOL_HELP_HPP

#include <string_view>

namespace tool {

// What --help prints.
inline constexpr std::string_view help =
    R"(usage: export_projects [options] PROJECT...
       export_projects [options] --all
       export_projects [options] --config FILE
       export_projects [options] --resume [REPORT] [PROJECT...]

Exports projects of Azure AI Language resources, each into a file of its own.

What:
  --endpoint URL       the resource (default: $AZURE_LANGUAGE_ENDPOINT)
  --key-file FILE      has the key (default: $AZURE_LANGUAGE_KEY is the key)
  --all                all projects of the resource, of all surfaces
  --allow-empty        --all that finds no project has not failed
  --surface S          analyze-text (default for named projects),
                       analyze-conversations or query-knowledgebases; for --all
                       it can be repeated
  --format F           of results: Conversation or Luis; json, tsv or excel
  --api-version V      of the service; SURFACE=V for one surface; repeatable
                       (default: the newest stable version of each surface)
  --config FILE        JSON: several resources, with all of the above, a folder
                       and a quota each: see backup_config.hpp
  --gateway-backend O  follow links to this origin through the endpoint, which
                       is a gateway; can be repeated
  --accept-partial     take the result of a job that is partiallyCompleted
  --accept-any-result  keep a result whatever structure it has
Where to:
  --output-dir DIR     where PROJECT.json goes, whole or not at all; a file that
                       would stay the same is left alone (default: .)
  --normalize          write JSON so that versions compare: a line a document,
                       in the order in which they come; --normalize=sorted
                       orders documents, utterances, ... by what identifies them
  --report FILE        append a line of JSON for each job submitted and each end
                       (default: .langexport/report.jsonl in the output folder);
                       one of 10 MiB becomes report.1.jsonl as a run starts
  --resume [REPORT]    finish its last run, or only the named projects of it;
                       names that it does not have are added. Jobs are waited
                       for, not made again; files that are gone are exported
How:
  --max-in-flight N    exports of a resource at the same time (default: 64)
  --quota-posts N      submissions in a window; 0: no limit (default: 10)
  --quota-gets N       other requests in a window; 0: no limit (default: 100)
  --quota-window D     the window; 0: no limit (default: 1m)
  --deadline D         for each export in all (default: none)
  --job-timeout D      for each job, from its submission (default: 30m)
  --attempt-timeout D  for one request and its answer (default: 1m)
  --poll-first D       from submission to the first question (default: 500ms)
  --poll-max D         between two questions at most (default: 30s)
  --grace D            what SIGINT and SIGTERM leave to exports (default: 25s)
  --ca-file PEM        certificates to trust instead of the system's
  --log-level L        error, warning, info, debug or trace (default: info)
  --quiet              only what went wrong
  -h, --help; --version

Times: 500ms, 30s, 10m, 2h, 1d. Of an option that is given twice, and cannot be
repeated, the last one counts. The key is never an argument: others could read
it. If two surfaces have a project of the same name, their files are called
PROJECT~SURFACE.json, and the run fails. A file that an earlier run wrote for
another surface or format is kept in the same way. If a failure concerns the
whole resource (a rejected key, TLS, DNS), nothing more is submitted to it; a
403 does if three projects get it before any request is successful, or twelve
in a row.
Exit status: 0 all exported, 1 something failed, 2 wrong usage or settings, 3
stopped by a signal with something left, 4 another run works in the folder. If
something is left, the command that resumes is printed. A second signal ends
the program at once.
)";

} // namespace tool

#endif
