// Restores projects that export_projects has exported: the other half of a backup.
//
//   restore_projects --endpoint https://NAME.cognitiveservices.azure.com backup
//
// If it is killed, the report says which projects it has begun, and `--resume` continues: it waits for submitted
// jobs, and imports the other files.
// What it shows: imports from files, tokens of jobs in a report, draining clients.

#include "tool/known_keys.hpp"
#include "tool/process.hpp"
#include "tool/program_errors.hpp"
#include "tool/restore.hpp"
#include "tool/restore_help.hpp"
#include "tool/restore_options.hpp"

#include <langexport.hpp>

#include <exception>
#include <iostream>
#include <string>

int main(int count, char** arguments) {
    tool::prepare_process(); // a closed pipe or a file size limit does not end the process
    const tool::texts all(arguments + 1, arguments + count);
    if (const auto printed =
            tool::print_help_or_version(count, arguments, "restore_projects", tool::restore_help))
        return *printed;
    tool::program_errors errors("restore_projects", all, std::cerr);
    int status = tool::status_unusable;
    try {
        const std::string command = tool::shell_word(arguments[0]);
        const tool::restore_settings set = tool::read_restore_arguments(all);
        errors.keys.add(set.run.resources);
        errors.keys.reject_in(all);
        tool::restore work(set);
        status = tool::status_failed;
        status = work.run(command, std::cout);
        std::cerr << work.advice(command);
        return status;
    } catch (...) {
        return errors.fail(std::current_exception(), status);
    }
}
