// Shows what is in an exported project: its classes, entities, intents and datasets, in tables.
//
// The file is read piece by piece, so its text is never held as a whole.
//
// What it shows: the incremental parser, the typed project, counting and checking labels, texts in columns of
// a terminal, exit codes for scripts.

#include "tool/document_list.hpp"
#include "tool/process.hpp"
#include "tool/terminal_text.hpp"

#include <langexport/document/misplaced_label.hpp>
#include <langexport/document/project_file.hpp>
#include <langexport/document/project_summary.hpp>
#include <langexport/document/text_format.hpp>
#include <langexport/error.hpp>
#include <langexport/file/atomic_file.hpp>
#include <langexport/log/printable.hpp>

#include <algorithm>
#include <cctype>
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
    "usage: inspect_project [--wide] [FILE]\n"
    "       inspect_project --documents [LIST] FILE\n"
    "\n"
    "Shows the contents of an exported project, from FILE or standard input (-): each\n"
    "class, entity, intent or source, with the number of items (documents, utterances,\n"
    "answers) that have it, by dataset. If a category occurs in an item more than once,\n"
    "the number of labels follows: 2 (5). Labels outside of their text are listed.\n"
    "\n"
    "--wide shows long names whole; without it nothing is wider than 80 columns.\n"
    "--documents writes the names of the documents, whose texts an export does not\n"
    "contain, one a line, as azcopy --list-of-files reads them: to the file LIST or to\n"
    "standard output. It prints their blob container. FILE may be -. An old list is\n"
    "replaced; a LIST that is a project is rejected.\n"
    "\n"
    "Exit status: 0 shown, 1 not a project file, or the output is lost, 2 wrong usage\n"
    "or unreadable.\n";

class unreadable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};
class no_project : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// [read]
langexport::project_file read(std::FILE* input, const std::string& name) {
    langexport::project_file_parser parser(tool::readable_depth(),
                                           langexport::parse_mode::tolerant);
    std::string beginning;
    std::vector<char> piece(64 * 1024);
    try {
        while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), input)) {
            const std::string_view text(piece.data(), size);
            if (parser.size() == 0)
                beginning = text.substr(0, 4096);
            parser.write(text);
        }
        if (std::ferror(input)) // not every std::istream notices
            throw unreadable(name + " cannot be read to its end");
        return parser.finish();
    } catch (const langexport::export_error&
                 error) { // not a project: the error has the place and the byte
        const auto format = langexport::text_format_of(beginning);
        std::string why = error.diagnostics().detail;
        if (!format.empty())
            why = "the file is " + std::string(format) + ", not JSON in UTF-8";
        throw no_project(why + " (" + name + (beginning.empty() ? " is empty)" : ")"));
    }
}
// [end read]

class file_closer {
public:
    void operator()(std::FILE* file) const { std::fclose(file); }
};

langexport::project_file read(const std::string& name) {
    if (name == "-")
        return read(stdin, "standard input");
    const std::unique_ptr<std::FILE, file_closer> file(std::fopen(name.c_str(), "rb"));
    const int first = file ? std::getc(file.get()) : EOF;
    if (!file || std::ferror(file.get())) // a folder can be opened, but not read
        throw unreadable(name + " cannot be read");
    if (first == EOF)
        throw unreadable(name + " is empty");
    std::ungetc(first, file.get());
    return read(file.get(), name);
}

using table_row = std::vector<std::string>;

// Aligns the first column to the left and numbers to the right. Names are cut if the table is too wide.
void print(const std::vector<table_row>& table, std::size_t widest) {
    std::vector<std::size_t> widths(table.front().size());
    for (const table_row& row : table) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], tool::columns_of(row[i]));
    }
    const std::string gap(3, ' ');
    std::size_t numbers = 0;
    for (std::size_t i = 1; i < widths.size(); ++i)
        numbers += gap.size() + widths[i];
    const std::size_t room = widest - std::min(widest, numbers);
    widths[0] = std::min(widths[0], std::max<std::size_t>(room, 10));
    std::cout << '\n';
    for (const table_row& row : table) {
        std::cout << tool::pad_columns(row[0], widths[0]);
        for (std::size_t i = 1; i < row.size(); ++i)
            std::cout << gap << std::string(widths[i] - tool::columns_of(row[i]), ' ') << row[i];
        std::cout << '\n';
        if (&row == &table.front())
            std::cout << std::string(widths[0] + numbers, '-') << '\n';
    }
}

std::string cell(const langexport::label_count& count) {
    std::string text = std::to_string(count.items);
    if (count.labels != count.items)
        text += " (" + std::to_string(count.labels) + ")";
    return text;
}

// Text of the file must not control the terminal.
std::string shown(const std::string& text, const std::string& otherwise, std::size_t widest) {
    return text.empty() ? otherwise : tool::fit_columns(langexport::printable(text), widest);
}

// In upper or lower case.
bool is_same_word(const std::string& a, const std::string& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char c, unsigned char d) {
        return std::tolower(c) == std::tolower(d);
    });
}

std::string kind_of(const langexport::project_file& file, std::size_t widest) {
    using langexport::project_kind;
    const std::string& word =
        file.metadata.kind_text.empty() ? file.assets.kind_text : file.metadata.kind_text;
    std::string text(to_string(file.kind()));
    if (file.kind() == project_kind::unknown && !word.empty())
        text += " (" + shown(word, "", widest) + ")";
    const std::string& other = file.assets.kind_text;
    const project_kind inner = langexport::project_kind_of(other);
    const bool is_same =
        inner == project_kind::unknown ? is_same_word(other, word) : inner == file.kind();
    if (!other.empty() && !is_same)
        text += ", but its assets say " + shown(other, "", widest);
    return text;
}

std::string items_of(const langexport::project_file& file,
                     const langexport::project_counts& counts) {
    std::string text = std::to_string(counts.items);
    if (counts.knows_labels && counts.items > 0)
        text += ", " + std::to_string(counts.unlabeled) + " of them without a " +
                (file.kind() == langexport::project_kind::question_answering ? "source" : "label");
    return text;
}

void show_misplaced(const langexport::project_file& file, std::size_t widest) {
    constexpr std::size_t most = 20;
    const auto misplaced = langexport::find_misplaced_labels(file);
    if (misplaced.empty())
        return;
    std::cout << "\nlabels outside of their text: " << misplaced.size() << '\n';
    for (std::size_t i = 0; i < std::min(misplaced.size(), most); ++i) {
        const auto& one = misplaced[i];
        std::cout << "  " << shown(one.item, "(no name)", widest - 2) << "\n    "
                  << to_string(one.label.role) << ' '
                  << shown(one.label.category, "(no name)", widest / 2) << " at "
                  << one.label.span->offset << '+' << one.label.span->length << ' ' << one.why
                  << '\n';
    }
    if (misplaced.size() > most)
        std::cout << "  and " << misplaced.size() - most << " more\n";
}

// [tables]
void show(const langexport::project_file& file, std::size_t widest) {
    const langexport::project_counts counts = langexport::count_labels(file);
    const std::size_t room = widest - 10;
    std::cout << "project   " << shown(file.name(), "(no name)", room) << '\n'
              << "kind      " << kind_of(file, room) << '\n'
              << "language  " << shown(file.language(), "(none)", room) << '\n'
              << "items     " << items_of(file, counts) << '\n';

    table_row names;
    std::vector<table_row> datasets = {{"dataset", "items"}};
    for (const auto& [dataset, count] : counts.datasets) {
        names.push_back(shown(dataset, "(none)", 12));
        datasets.push_back({names.back(), std::to_string(count.items)});
        if (counts.knows_labels)
            datasets.back().push_back(std::to_string(count.labels));
    }
    if (counts.knows_labels)
        datasets.front().emplace_back("labels");
    if (datasets.size() > 1)
        print(datasets, widest);

    bool is_any_undeclared = false;
    for (const auto role :
         {langexport::category_role::document_class, langexport::category_role::intent,
          langexport::category_role::entity, langexport::category_role::sentiment,
          langexport::category_role::source}) {
        const bool is_declarable = role != langexport::category_role::sentiment &&
                                   role != langexport::category_role::source;
        std::vector<table_row> table(1);
        table[0].emplace_back(to_string(role));
        table[0].insert(table[0].end(), names.begin(), names.end());
        table[0].emplace_back("total");
        for (const langexport::category_count& category : counts.categories) {
            if (category.role != role)
                continue;
            const bool is_undeclared = is_declarable && !category.is_declared;
            is_any_undeclared = is_any_undeclared || is_undeclared;
            table_row& row = table.emplace_back();
            row.push_back((is_undeclared ? "* " : "") + langexport::printable(category.category));
            for (const auto& [dataset, unused] : counts.datasets) {
                const auto uses = category.datasets.find(dataset);
                row.push_back(uses == category.datasets.end() ? "-" : cell(uses->second));
            }
            row.push_back(cell(category.total()));
        }
        if (table.size() > 1)
            print(table, widest);
    }
    if (is_any_undeclared)
        std::cout << "\n* used, but not in the project's list\n";
    show_misplaced(file, widest);
    std::cout << "\nnot in this file:\n";
    for (const std::string& line : tool::missing_from_export(file))
        std::cout << "  " << line << '\n';
}
// [end tables]

// Without a list, the names are the output.
void list_documents(const langexport::project_file& file, const std::string& list) {
    const std::vector<std::string> blobs = tool::blobs_of(file);
    const std::string text = tool::text_of_list(blobs);
    if (list.empty())
        std::cout << text;
    else
        langexport::write_file(list, text);
    const std::string& container = file.metadata.storage_input_container_name;
    (list.empty() ? std::cerr : std::cout)
        << "container " << shown(container, "(none)", 100) << ", "
        << langexport::detail::count_of(blobs.size(), "document") << '\n';
}

} // namespace

int main(int argc, char** argv) {
    tool::prepare_process(); // lost output is an error, not a signal
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (tool::asks_for_help(argc, argv)) {
        if (std::cout << help << std::flush)
            return 0;
        std::cerr << "inspect_project: standard output cannot be written\n";
        return 1;
    }
    const auto others = std::remove(arguments.begin(), arguments.end(), "--wide");
    const bool is_wide = others != arguments.end();
    arguments.erase(others, arguments.end());
    const bool lists = !arguments.empty() && arguments[0] == "--documents";
    if (lists)
        arguments.erase(arguments.begin());
    const std::string name = arguments.empty() ? "-" : arguments.back();
    const std::string list = arguments.size() > 1 ? arguments[0] : "";
    const bool is_wrong =
        lists ? is_wide || arguments.empty() || arguments.size() > 2 : arguments.size() > 1;
    if (is_wrong || list.starts_with("-") || (name.starts_with("-") && name != "-")) {
        std::cerr << help;
        return 2;
    }
    try {
        if (!list.empty())
            tool::check_list_file(list, name);
        const langexport::project_file file = read(name);
        if (lists)
            list_documents(file, list);
        else
            show(file, is_wide ? 100'000 : 80);
        if (!std::cout.flush())
            throw std::runtime_error("standard output cannot be written");
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "inspect_project: " << error.what() << '\n';
        const bool is_unusable = dynamic_cast<const unreadable*>(&error) ||
                                 dynamic_cast<const std::invalid_argument*>(&error);
        return is_unusable ? 2 : 1;
    }
}
