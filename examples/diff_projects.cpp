// Shows how two exports of a project differ: documents and classes that were added, removed or
// relabeled, and settings that changed. The exit status is that of diff, for scripts.
//
// What it shows: parsing, the difference as values and as text, normalizing for version control.

#include "tool/process.hpp"

#include <langexport/document/json_normalizer.hpp>
#include <langexport/document/project_difference.hpp>
#include <langexport/document/project_file.hpp>
#include <langexport/document/text_format.hpp>
#include <langexport/error.hpp>

#include <cstddef>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr const char* help =
    "usage: diff_projects [--quiet] BEFORE AFTER\n"
    "       diff_projects --normalize[=sorted] FILE > NORMALIZED\n"
    "\n"
    "Shows how two exported project files differ, a line for each class, document,\n"
    "utterance or answer: + added, - removed, ~ changed, and below it what changed.\n"
    "Long texts are cut around the part that differs.\n"
    "Their order is not a difference. One of the files can be -, which is standard\n"
    "input. --quiet prints nothing: see the exit status.\n"
    "\n"
    "--normalize writes a file with a fixed order of members, one document a line:\n"
    "then the tools of version control show what changed, too. It takes any JSON.\n"
    "Documents keep their order. --normalize=sorted sorts them by name, so that\n"
    "files that differ only in the order become equal.\n"
    "\n"
    "Exit status: 0 the same, 1 different, 2 wrong usage, or a file is unreadable or\n"
    "not a project.\n";

class file_closer {
public:
    void operator()(std::FILE* file) const { std::fclose(file); }
};

// Passes a file piece by piece to a reader of the library, and returns the reader's result.
template <class Reader>
auto read(const std::string& name, Reader reader) {
    const bool is_piped = name == "-";
    const std::string shown = is_piped ? "standard input" : name;
    const std::unique_ptr<std::FILE, file_closer> file(is_piped ? nullptr
                                                                : std::fopen(name.c_str(), "rb"));
    std::FILE* const input = is_piped ? stdin : file.get();
    const int first = input ? std::getc(input) : EOF;
    if (!input || std::ferror(input)) // a folder can be opened, but not read
        throw std::invalid_argument(shown + ": it cannot be read");
    if (!is_piped && first == EOF)
        throw std::invalid_argument(shown + ": it is empty");
    std::ungetc(first, input);
    std::string beginning;
    try {
        std::vector<char> piece(64 * 1024);
        while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), input)) {
            const std::string_view text(piece.data(), size);
            if (reader.size() == 0)
                beginning = text.substr(0, 4096);
            reader.write(text);
        }
        if (std::ferror(input)) // not every std::istream notices
            throw std::invalid_argument(shown + ": it cannot be read to its end");
        return reader.finish();
    } catch (const langexport::export_error&
                 error) { // not a project: the error has the place and the byte
        const auto format = langexport::text_format_of(beginning);
        std::string why = error.diagnostics().detail;
        if (!format.empty())
            why = "the file is " + std::string(format) + ", not JSON in UTF-8";
        throw std::invalid_argument(shown + ": " + why +
                                    (beginning.empty() ? ": it is empty" : ""));
    }
}

int normalize(const std::string& name, bool is_sorted) {
    langexport::normalizing_options options;
    options.max_depth = tool::readable_depth();
    options.sort_items = is_sorted;
    for (const std::string& piece : read(name, langexport::json_normalizer(options)))
        std::cout << piece;
    if (!std::cout.flush())
        throw std::runtime_error("standard output cannot be written");
    return 0;
}

// [compare]
int compare(const std::string& before, const std::string& after, bool is_quiet) {
    const auto parse = [](const std::string& name) {
        return read(name, langexport::project_file_parser(tool::readable_depth(),
                                                          langexport::parse_mode::tolerant));
    };
    const auto difference = langexport::compare(parse(before), parse(after));
    if (!is_quiet && !(std::cout << to_text(difference) << std::flush))
        throw std::runtime_error("standard output cannot be written");
    return difference.is_empty() ? 0 : 1;
}
// [end compare]

bool is_option(const std::string& argument) {
    return argument.starts_with("-") && argument != "-";
}

int run(const std::vector<std::string>& arguments) {
    if (arguments.size() == 2 &&
        (arguments[0] == "--normalize" || arguments[0] == "--normalize=sorted"))
        return normalize(arguments[1], arguments[0] != "--normalize");
    const bool is_quiet = !arguments.empty() && arguments[0] == "--quiet";
    const std::size_t first = is_quiet ? 1 : 0;
    if (arguments.size() != first + 2 || is_option(arguments[first]) ||
        is_option(arguments[first + 1]) ||
        (arguments[first] == "-" && arguments[first + 1] == "-")) {
        std::cerr << help;
        return 2;
    }
    return compare(arguments[first], arguments[first + 1], is_quiet);
}

} // namespace

int main(int argc, char** argv) {
    tool::prepare_process(); // lost output is an error, not a signal
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    try {
        if (tool::asks_for_help(argc, argv)) {
            if (std::cout << help << std::flush)
                return 0;
            throw std::runtime_error("standard output cannot be written");
        }
        return run(arguments);
    } catch (const std::exception& error) {
        std::cerr << "diff_projects: " << error.what() << '\n';
        return 2;
    }
}
