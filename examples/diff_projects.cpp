// Tells how two exports of a project differ: documents and classes that were added, removed or
// relabelled, and settings that changed. The exit status is that of diff, for scripts.
//
// What it shows: parsing, the difference as values and as text, normalizing for version control.

#include <langexport/error.hpp>
#include <langexport/project_difference.hpp>
#include <langexport/project_file.hpp>

#include <cstddef>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr const char* help =
    "usage: diff_projects [--quiet] BEFORE AFTER\n"
    "       diff_projects --normalize FILE > NORMALIZED\n"
    "\n"
    "Tells how two exported project files differ, a line for each class, document, utterance or\n"
    "answer: + added, - removed, ~ changed. The order in which they come is no difference. One of\n"
    "the files can be -, which is standard input. --quiet: only the exit status tells.\n"
    "\n"
    "--normalize writes a file with a fixed order of members, one document a line: then the tools\n"
    "of version control show what changed, too.\n"
    "\n"
    "Exit status: 0 the same, 1 different, 2 wrong usage, or a file is unreadable or no project.\n";

langexport::project_file read(std::istream& input) {
    langexport::project_file_parser parser;
    std::vector<char> piece(64 * 1024);
    while (input.read(piece.data(), static_cast<std::streamsize>(piece.size())) ||
           input.gcount() > 0)
        parser.write(std::string_view(piece.data(), static_cast<std::size_t>(input.gcount())));
    if (input.bad())
        throw std::runtime_error("it cannot be read to its end");
    return parser.finish();
}

langexport::project_file read(const std::string& name) {
    const std::string shown = name == "-" ? "standard input" : name;
    try {
        if (name == "-")
            return read(std::cin);
        std::ifstream file(name, std::ios::binary);
        if (!file || file.peek() == std::ifstream::traits_type::eof())
            throw std::runtime_error("it cannot be read, or is empty");
        return read(file);
    } catch (const langexport::export_error& error) { // no project: the place and the byte
        throw std::invalid_argument(shown + ": " + error.diagnostics().detail);
    } catch (const std::runtime_error& error) {
        throw std::invalid_argument(shown + ": " + error.what());
    }
}

// [compare]
int compare(const std::string& before, const std::string& after, bool is_quiet) {
    const auto difference = langexport::compare(read(before), read(after));
    if (!is_quiet)
        std::cout << to_text(difference);
    return difference.is_empty() ? 0 : 1;
}
// [end compare]

int run(const std::vector<std::string>& arguments) {
    if (arguments.size() == 2 && arguments[0] == "--normalize") {
        langexport::write_json(
            read(arguments[1]), [](std::string_view piece) { std::cout << piece; },
            langexport::json_style(langexport::json_layout::lines, true));
        if (!std::cout.flush())
            throw std::runtime_error("standard output cannot be written");
        return 0;
    }
    const bool is_quiet = !arguments.empty() && arguments[0] == "--quiet";
    const std::size_t first = is_quiet ? 1 : 0;
    if (arguments.size() != first + 2 || arguments[first].starts_with("--") ||
        (arguments[first] == "-" && arguments[first + 1] == "-")) {
        std::cerr << help;
        return 2;
    }
    return compare(arguments[first], arguments[first + 1], is_quiet);
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() == 1 && arguments[0] == "--help") {
        std::cout << help;
        return 0;
    }
    try {
        return run(arguments);
    } catch (const std::exception& error) {
        std::cerr << "diff_projects: " << error.what() << '\n';
        return 2;
    }
}
