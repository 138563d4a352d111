// Exports many projects of Azure AI Language resources into folders: a tool for nightly backups.
//
//   export_projects --output-dir backup --report backup.jsonl Contracts Tickets Reviews
//
// If it is killed, it loses nothing: the report contains the token of each job as soon as the job exists, and
// `--resume` waits for those jobs instead of submitting others.
// What it shows: batches, sinks, a checkpoint, an observer, draining a client.

#include "tool/backup.hpp"
#include "tool/command_line.hpp"
#include "tool/help.hpp"
#include "tool/known_keys.hpp"
#include "tool/manifest_check.hpp"
#include "tool/option_names.hpp"
#include "tool/options.hpp"
#include "tool/preview.hpp"
#include "tool/process.hpp"

#include <langexport.hpp>
#include <langexport/log/printable.hpp>

#include <algorithm>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

int main(int count, char** arguments) {
    tool::prepare_process(); // a closed pipe or a file size limit does not end the process
    const tool::texts all(arguments + 1, arguments + count);
    const auto end = std::find(all.begin(), all.end(), "--");
    const bool wants_help = tool::asks_for_help(count, arguments);
    if (wants_help || std::find(all.begin(), end, "--version") != end) {
        std::cout << (wants_help ? tool::help : "export_projects " LANGEXPORT_VERSION_STRING "\n");
        if (std::cout.flush())
            return 0;
        std::cerr << "export_projects: standard output cannot be written\n";
        return 1;
    }
    tool::known_keys keys(all);
    bool has_config = false;
    const auto complain = [&](const std::string& text) {
        const std::string shown = keys.hide(tool::with_option_names(text, has_config));
        std::cerr << "export_projects: " << langexport::printable(shown) << "\n";
    };
    // Prints an error, and returns the exit status for it, which is usually `status`.
    const auto fail = [&](const std::exception_ptr& failure, int status) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::invalid_argument& error) {
            complain(std::string(error.what()) + " (see --help)");
        } catch (const langexport::folder_in_use& error) {
            complain(error.what());
            return tool::status_locked;
        } catch (const std::exception& error) {
            complain(error.what());
        }
        return status;
    };
    int status = tool::status_unusable;
    try {
        const std::string command = tool::shell_word(arguments[0]);
        const tool::settings set = tool::read_arguments(all);
        has_config = !set.config.empty();
        keys.add(set.resources);
        keys.reject_in(all);
        keys.reject_in(set.resources);
        if (!set.verify.empty())
            return tool::print_differences(set.verify, std::cout, set.quiet ? nullptr : &std::cerr)
                       ? tool::status_good
                       : tool::status_failed;
        if (set.is_preview())
            return tool::preview(set, std::cout, complain).run() ? tool::status_good
                                                                 : tool::status_failed;
        tool::backup work(set);
        status = tool::status_failed;
        status = work.run(command);
        std::cerr << work.advice(command);
        return status;
    } catch (const tool::no_resource& error) {
        bool is_locked = true;
        for (const std::exception_ptr& problem : error.problems)
            is_locked = fail(problem, status) == tool::status_locked && is_locked;
        return is_locked ? tool::status_locked : status;
    } catch (...) {
        return fail(std::current_exception(), status);
    }
}
