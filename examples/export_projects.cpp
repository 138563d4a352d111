// Exports many projects of Azure AI Language resources into folders: a tool for nightly back-ups.
//
//   export_projects --output-dir backup --report backup.jsonl Contracts Tickets Reviews
//
// Killed at any moment it loses nothing: the report has the token of each job from the moment there is
// one, and `--resume` waits for those jobs instead of submitting others.
// What it shows: batches, sinks, a checkpoint, an observer, draining a client.

#include "tool/backup.hpp"
#include "tool/help.hpp"
#include "tool/options.hpp"

#include <langexport.hpp>
#include <langexport/process.hpp>

#include <exception>
#include <iostream>
#include <string>

int main(int count, char** arguments) {
    langexport::prepare_process(); // a reader that goes, or a file size limit, is no end of the run
    const tool::texts all(arguments + 1, arguments + count);
    for (const std::string& word : all)
        if (word == "--help" || word == "-h" || word == "--version") {
            std::cout << (word == "--version" ? "export_projects " LANGEXPORT_VERSION_STRING "\n"
                                              : tool::help);
            if (std::cout.flush())
                return 0;
            std::cerr << "export_projects: standard output cannot be written\n";
            return 1;
        }
    int status = 2;
    try {
        const tool::settings s = tool::read_arguments(all);
        tool::backup work(s);
        status = 1;
        status = work.run();
        const bool is_unwritten = work.report().is_open() && !work.report().kept().empty();
        if (status == 3 || is_unwritten)
            std::cerr << work.report().resume_advice(langexport::shell_word(arguments[0]) + s.kept);
    } catch (const std::exception& error) {
        std::cerr << "export_projects: " << error.what() << "\n";
    }
    return status;
}
