// Shows what is in an exported project: its classes, entities, intents and datasets, in tables.
//
// The file is read piece by piece, so its text is never held as a whole.
//
// What it shows: the incremental parser, the typed project, counting labels, exit codes for scripts.

#include <langexport/error.hpp>
#include <langexport/project_file.hpp>
#include <langexport/project_summary.hpp>
#include <langexport/text_offset.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr const char* help =
    "usage: inspect_project [FILE]\n"
    "\n"
    "Shows what is in the project that was exported to FILE, or that comes from standard input "
    "(-):\n"
    "each class, entity, intent or source, with the items (documents, utterances, answers) that "
    "have\n"
    "it, by dataset. Where a category occurs in an item more than once, the labels are counted, "
    "too.\n"
    "\n"
    "Exit status: 0 shown, 1 not a project file, 2 wrong usage or unreadable.\n";

class unreadable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// [read]
langexport::project_file read(std::istream& input, const std::string& name) {
    langexport::project_file_parser parser;
    std::vector<char> piece(64 * 1024);
    while (input.read(piece.data(), static_cast<std::streamsize>(piece.size())) ||
           input.gcount() > 0)
        parser.write(std::string_view(piece.data(), static_cast<std::size_t>(input.gcount())));
    if (input.bad())
        throw unreadable(name + " cannot be read to its end");
    return parser.finish(); // throws if the text is no project, with the place and the byte
}
// [end read]

langexport::project_file read(const std::string& name) {
    if (name == "-")
        return read(std::cin, "standard input");
    std::ifstream file(name, std::ios::binary);
    // A folder can be opened, but not read.
    if (!file || file.peek() == std::ifstream::traits_type::eof())
        throw unreadable(name + " cannot be read, or is empty");
    return read(file, name);
}

// What the file says must not steer the terminal: no control characters.
std::string printable(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const bool is_c1 = c == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (c < 0x20 || c == 0x7F)
            text[i] = ' ';
        else if (is_c1)
            text.replace(i, 2, " ");
    }
    return text;
}

using table_row = std::vector<std::string>;

// The first column to the left, numbers to the right.
void print(const std::vector<table_row>& table) {
    const auto width_of = [](const std::string& text) {
        return langexport::text_length(text, langexport::text_unit::code_points);
    };
    std::vector<std::uint64_t> widths(table.front().size());
    for (const table_row& row : table) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i]));
    }
    for (const table_row& row : table) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string space(static_cast<std::size_t>(widths[i] - width_of(row[i])), ' ');
            line += i == 0 ? row[i] + space : "   " + space + row[i];
        }
        std::cout << line << '\n';
    }
}

std::string cell(const langexport::label_count& count) {
    std::string text = std::to_string(count.items);
    if (count.labels != count.items)
        text += " (" + std::to_string(count.labels) + ")";
    return text;
}

// [tables]
void show(const langexport::project_file& file) {
    const langexport::project_counts counts = langexport::count_labels(file);
    const langexport::project_metadata& about = file.metadata;
    std::cout << printable(about.project_name.empty() ? "(no name)" : about.project_name) << ": "
              << (about.kind_text.empty() ? std::string(to_string(file.kind()))
                                          : printable(about.kind_text))
              << ", " << printable(about.language.empty() ? "no language" : about.language) << ", "
              << counts.items << " items, " << counts.unlabelled << " of them unlabelled\n";

    table_row names;
    for (const auto& [dataset, count] : counts.datasets)
        names.push_back(dataset.empty() ? "(none)" : printable(dataset));

    std::vector<table_row> datasets = {{"dataset", "items", "labels"}};
    std::size_t at = 0;
    for (const auto& [dataset, count] : counts.datasets)
        datasets.push_back(
            {names[at++], std::to_string(count.items), std::to_string(count.labels)});
    if (datasets.size() > 1) {
        std::cout << '\n';
        print(datasets);
    }

    for (const auto role :
         {langexport::category_role::document_class, langexport::category_role::intent,
          langexport::category_role::entity, langexport::category_role::sentiment,
          langexport::category_role::source}) {
        std::vector<table_row> table(1);
        table[0].emplace_back(to_string(role));
        table[0].insert(table[0].end(), names.begin(), names.end());
        table[0].emplace_back("total");
        for (const langexport::category_count& category : counts.categories) {
            if (category.role != role)
                continue;
            table_row& row = table.emplace_back();
            row.push_back(printable(category.category));
            for (const auto& [dataset, unused] : counts.datasets) {
                const auto uses = category.datasets.find(dataset);
                row.push_back(uses == category.datasets.end() ? "-" : cell(uses->second));
            }
            row.push_back(cell(category.total()));
        }
        if (table.size() == 1)
            continue;
        std::cout << '\n';
        print(table);
    }
}
// [end tables]

} // namespace

int main(int argc, char** argv) {
    const std::string name = argc == 2 ? argv[1] : "-";
    if (name == "--help") {
        std::cout << help;
        return 0;
    }
    if (argc > 2 || (name.starts_with("-") && name != "-")) {
        std::cerr << help;
        return 2;
    }
    try {
        show(read(name));
        return 0;
    } catch (const langexport::export_error& error) { // no project: the place and the byte
        std::cerr << "inspect_project: " << error.diagnostics().detail << '\n';
        return 1;
    } catch (const unreadable& error) {
        std::cerr << "inspect_project: " << error.what() << '\n';
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "inspect_project: " << error.what() << '\n';
        return 1;
    }
}
