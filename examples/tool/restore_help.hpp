#ifndef LANGEXPORT_EXAMPLES_TOOL_RESTORE_HELP_HPP
#define LANGEXPORT_EXAMPLES_TOOL_RESTORE_HELP_HPP

#include <string_view>

namespace tool {

// The text of restore_projects --help.
inline constexpr std::string_view restore_help =
    R"(usage: restore_projects [options] DIR
       restore_projects [options] --resume REPORT DIR

Restores projects from the folder DIR, which export_projects has written, into
an Azure AI Language resource.

What:
  --include GLOB       only projects whose name matches, such as 'Contracts-*'
  --exclude GLOB       without those that match; both can be repeated
  --if-exists E        if the resource has such a project already: fail before
                       anything is sent, replace it, or skip it (default: fail)
  --without-manifest   DIR has no manifest.json: take surface and name of each
                       project from its document or file name. Nothing is
                       verified then
  --dry-run            only print what would be done: action (import, replace,
                       skip, wait), surface, project, file
  --report FILE        append a line of JSON for each submitted job and each
                       ended import (default: DIR/.langexport/restore.jsonl)
  --resume REPORT      continue the last restore of this report: wait for its
                       jobs, import the rest. --if-exists does not apply to
                       projects that it has begun
Where to:
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
  --api-version V      of the service; SURFACE=V for one surface; repeatable
                       (default: the one that exported the file)
  --gateway-backend O  follow links to this origin through the endpoint, which
                       is a gateway; can be repeated
How:
  --max-in-flight N    imports at the same time (default: 64)
  --quota-posts N      submissions in a window; 0: no limit (default: 10)
  --quota-gets N       other requests in a window; 0: no limit (default: 100)
  --quota-window D     the window; 0: no limit (default: 1m)
  --deadline D         for each import in all (default: none)
  --job-timeout D      for each job, from its submission (default: 30m)
  --attempt-timeout D  for one request for a status (default: 1m)
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
  --quiet              print only failures, and warnings about keys that are in
                       danger
  -h, --help; --version

Every file is compared with the manifest before anything is sent, and again
before it is sent. The projects that an orchestration leads to are restored
before it. The program never asks.
At the end it prints what a backup does not contain: documents, trained models,
deployments. Times: 500ms, 30s, 10m, 2h, 1d. The key is never an argument,
because other users could read it.
Exit status: 0 all restored (or skipped), 1 something failed, 2 wrong usage or
settings, or DIR is not the folder of a backup, 3 stopped by a signal with work
left, 4 another run uses the folder or the report. If work is left, the program
prints the command that resumes it. A second signal ends the program at once.
)";

} // namespace tool

#endif
