#ifndef LANGEXPORT_EXAMPLES_TOOL_HELP_HPP
#define LANGEXPORT_EXAMPLES_TOOL_HELP_HPP

#include <string_view>

namespace tool {

// The text of --help.
inline constexpr std::string_view help =
    R"(usage: export_projects [options] PROJECT...
       export_projects [options] --all
       export_projects [options] --config FILE
       export_projects [options] --resume [REPORT] [PROJECT...]
       export_projects --verify DIR

Exports projects of Azure AI Language resources, each into a file of its own.

What:
  --endpoint URL       the resource (default: $AZURE_LANGUAGE_ENDPOINT)
  --auth A             key, entra, managed or command (default: the first one
                       that is set up: $AZURE_LANGUAGE_KEY or --key-file,
                       $AZURE_TENANT_ID and $AZURE_CLIENT_ID,
                       $IDENTITY_ENDPOINT)
  --key-file FILE      has the key (default: $AZURE_LANGUAGE_KEY is the key, and
                       $AZURE_LANGUAGE_KEY2 the other one of the resource)
  --token-command CMD  a shell command that prints an access token, or the JSON
                       of az account get-access-token
  --audience URL       what tokens are for (default: $AZURE_LANGUAGE_AUDIENCE,
                       or by the cloud of the resource or $AZURE_AUTHORITY_HOST)
  --all                all projects of the resource, of all surfaces
  --include GLOB       of all projects only those whose name matches, such as
                       'Contracts-*'; can be repeated, and implies --all
  --exclude GLOB       without those whose name matches; can be repeated
  --allow-empty        succeed if --all finds no project
  --surface S          analyze-text (default for named projects),
                       analyze-conversations or query-knowledgebases; for --all
                       it can be repeated
  --format F           of results: Conversation or Luis; json, tsv or excel
  --api-version V      of the service; SURFACE=V for one surface; repeatable
                       (default: the newest stable version of each surface)
  --config FILE        JSON: several resources, each with all of the above, a
                       folder and a quota: see examples/README.md
  --gateway-backend O  follow links to this origin through the endpoint, which
                       is a gateway; can be repeated
  --trained-model L    the state that the model of this label was trained from
                       (not of knowledge bases; default: the current state)
  --accept-partial     accept the result of a partiallyCompleted job
  --accept-any-result  accept a result with an unknown structure
Where to:
  --output-dir DIR     folder of PROJECT.json, written whole or not at all; a
                       file whose content stays the same is not touched
                       (default: .)
  --normalize          write JSON for version control: one document a line, in
                       the service's order; --normalize=sorted sorts documents,
                       utterances, ... by name, text or id
  --prune              delete the files of projects that the manifest names and
                       the service lists no longer, and print each
  --report FILE        append a line of JSON for each submitted job and each
                       ended export (default: .langexport/report.jsonl in the
                       output folder); a run that finds a report of 10 MiB
                       renames it to report.1.jsonl first
  --resume [REPORT]    finish its last run, or only the named projects of it;
                       other names are added. Waits for submitted jobs instead
                       of submitting them again; exports missing files again
  --json               print each line of the report to standard output, too
  --metrics FILE       replace FILE at the end by metrics for Prometheus; a FILE
                       of the run before continues its counters, and a FILE
                       with other content is rejected
Instead of exporting:
  --list               print what would be exported: surface, tab, project
  --dry-run            the same with action (export, removed, delete) and file;
                       both with --json as a JSON object in each line
  --verify DIR         compare a folder with its manifest.json, offline, and
                       print a line for each difference
How:
  --max-in-flight N    exports of a resource at the same time (default: 64)
  --quota-posts N      submissions in a window; 0: no limit (default: 10)
  --quota-gets N       other requests in a window; 0: no limit (default: 100)
  --quota-window D     the window; 0: no limit (default: 1m)
  --deadline D         for each export in all (default: none)
  --job-timeout D      for each job, from its submission (default: 30m)
  --attempt-timeout D  for one request and its response (default: 1m)
  --poll-first D       from submission to the first poll (default: 500ms)
  --poll-max D         longest time between two polls (default: 30s)
  --grace D            time to finish after SIGINT or SIGTERM (default: 25s)
  --proxy URL|none     HTTP proxy (default: by https_proxy, all_proxy and
                       no_proxy, as for curl; a password only there)
  --ca-file PEM        certificates to trust instead of the system's, of the
                       resource and of the authority (default: $SSL_CERT_FILE
                       and $SSL_CERT_DIR, or the system's)
  --ca-folder DIR      the same, a folder made by openssl rehash
  --client-cert PEM    client certificate, for a gateway that requires one
  --client-key PEM     its key (default: in the same file)
  --client-key-passphrase-file FILE
                       has the passphrase of an encrypted key
  --log-level L        error, warning, info, debug or trace (default: info)
  --log-time           begin each line of the log with the time of day (UTC)
  --quiet              print only failures, removed projects and deleted files,
                       and warnings about keys that are in danger
  -h, --help; --version

Times: 500ms, 30s, 10m, 2h, 1d. If an option that cannot be repeated is given
twice, the last one counts. The key is never an argument, because other users
could read it. If two surfaces have a project of the same name, their files are
called PROJECT~SURFACE.json, and the run fails. A file that an earlier run wrote
for another surface or format is kept in the same way. If a failure concerns the
whole resource (a rejected key, TLS, DNS), the run submits nothing more to it. A
403 concerns it if three projects receive one before any request succeeds, or
twelve in a row.
Exit status: 0 all exported, 1 something failed, 2 wrong usage or settings, 3
stopped by a signal with work left, 4 another run uses the folder or the report.
If work is left, the program prints the command that resumes it. A second signal
ends the program at once. On a terminal, results have colors unless the variable
NO_COLOR is set.
)";

} // namespace tool

#endif
