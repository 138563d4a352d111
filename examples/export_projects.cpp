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
#include "tool/manifest_check.hpp"
#include "tool/options.hpp"
#include "tool/preview.hpp"
#include "tool/process.hpp"
#include "tool/program_errors.hpp"

#include <langexport.hpp>

#include <exception>
#include <iostream>
#include <string>

int main(int count, char** arguments) {
    tool::prepare_process(); // a closed pipe or a file size limit does not end the process
    const tool::texts all(arguments + 1, arguments + count);
    if (const auto printed =
            tool::print_help_or_version(count, arguments, "export_projects", tool::help))
        return *printed;
    tool::program_errors errors("export_projects", all, std::cerr);
    int status = tool::status_unusable;
    try {
        const std::string command = tool::shell_word(arguments[0]);
        const tool::settings set = tool::read_arguments(all);
        errors.has_config = !set.config.empty();
        errors.keys.add(set.resources);
        errors.keys.reject_in(all);
        errors.keys.reject_in(set.resources);
        if (!set.verify.empty())
            return tool::print_differences(set.verify, std::cout, set.quiet ? nullptr : &std::cerr)
                       ? tool::status_good
                       : tool::status_failed;
        if (set.is_preview())
            return tool::preview(
                       set, std::cout,
                       [&](const std::string& text) {
                           errors.complain(text);
                       }).run()
                       ? tool::status_good
                       : tool::status_failed;
        tool::backup work(set);
        status = tool::status_failed;
        status = work.run(command);
        std::cerr << work.advice(command);
        return status;
    } catch (const tool::no_resource& error) {
        bool is_locked = true;
        for (const std::exception_ptr& problem : error.problems)
            is_locked = errors.fail(problem, status) == tool::status_locked && is_locked;
        return is_locked ? tool::status_locked : status;
    } catch (...) {
        return errors.fail(std::current_exception(), status);
    }
}
