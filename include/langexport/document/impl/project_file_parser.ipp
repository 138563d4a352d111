#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_FILE_PARSER_IPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_FILE_PARSER_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/text_chunk.hpp>
#include <langexport/detail/json/json_reader.hpp>
#include <langexport/document/impl/project_events.hpp>
#include <langexport/document/impl/project_schema.hpp>
#include <langexport/document/project_file.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

class project_reader {
public:
    project_reader(std::size_t max_depth, parse_mode mode)
        : reader_(max_depth), max_depth_(max_depth) {
        reader_.events().is_tolerant = mode == parse_mode::tolerant;
    }

    std::uint64_t size() const noexcept { return reader_.size(); }

    // Elements of lists, which are most of a file, are read in a faster way than by events if they have the usual form.
    // They can begin behind a [ and, after other elements, behind a }. So the parser receives the text up to each of
    // these bytes.
    void write(std::string_view piece) {
        std::size_t invalid_size =
            unknown; // of the end of the piece, from the first byte that is not UTF-8
        do {
            if (const std::size_t passed = unexamined_size(); passed != 0)
                write_to_place(piece, (std::min)(passed, piece.size()));
            const std::uint64_t places = reader_.events().places();
            write_to_place(piece, 0);
            ++useless_;
            if (places == reader_.events().places() || !reader_.is_up_to_date())
                continue;
            if (invalid_size == unknown)
                invalid_size = piece.size() - (std::min)(find_invalid_utf8(piece), piece.size());
            if (piece.size() > invalid_size)
                piece.remove_prefix(take_elements(piece.substr(0, piece.size() - invalid_size)));
        } while (!piece.empty());
    }

    project_file finish() {
        reader_.finish();
        project_events& events = reader_.events();
        project_file& file = events.file;
        if (!events.deferred_error.empty() && file.kind() != project_kind::unknown)
            reader_.reject(at_byte(events.deferred_error_byte) + events.deferred_error);
        if (!has_object(file, "metadata") && !has_object(file, "assets") &&
            file.luis.schema_version.empty() &&
            !(events.is_tolerant && file.other.contains("documents")))
            reader_.reject("it is not a project file: it has neither metadata nor assets");
        return std::move(file);
    }

private:
    // In upper or lower case. An unknown value does not make the project invalid.
    static bool has_object(const project_file& file, std::string_view name) {
        const auto members = project_file_schema.members;
        for (unsigned i = 0; i < members.size(); ++i) {
            if (members[i].name == name && member_access::order(file).has(i))
                return true;
        }
        return std::any_of(file.other.begin(), file.other.end(), [&](const auto& member) {
            return equal_ignoring_case(member.key(), name) && member.value().is_object();
        });
    }

    // Passes the front of a piece to the parser, up to the first such byte behind some bytes that are not examined.
    void write_to_place(std::string_view& piece, std::size_t passed) {
        const auto cut = std::find_if(piece.begin() + static_cast<std::ptrdiff_t>(passed),
                                      piece.end(), may_precede_element);
        const auto size = static_cast<std::size_t>(cut - piece.begin()) + (cut != piece.end());
        reader_.write(piece.substr(0, size));
        piece.remove_prefix(size);
    }
    static bool may_precede_element(char c) noexcept { return c == '[' || c == '}'; }

    // Texts without such elements are passed in larger parts.
    std::size_t unexamined_size() const noexcept {
        constexpr std::size_t usual = 8, step = 64, most = 4096;
        return useless_ < usual ? 0 : (std::min)(step * (useless_ - usual), most);
    }

    std::size_t take_elements(std::string_view text) {
        project_events& events = reader_.events();
        const std::size_t size = events.take_elements(text, reader_.size(), max_depth_);
        if (size == 0)
            return 0;
        const bool has_comma = text[space_size(text)] == ',';
        events.ignore_object(true);
        reader_.skip(size, has_comma ? ",{}" : "{}");
        events.ignore_object(false);
        useless_ = 0;
        return size;
    }

    static constexpr std::size_t unknown = std::string_view::npos;

    json_reader<project_events> reader_;
    std::size_t max_depth_;
    std::size_t useless_ = 0; // the parts since the last such element
};

} // namespace detail

LANGEXPORT_DECL project_file_parser::project_file_parser(std::size_t max_depth, parse_mode mode)
    : max_depth_(max_depth), mode_(mode),
      reader_(std::make_unique<detail::project_reader>(max_depth, mode)) {}

LANGEXPORT_DECL project_file_parser::project_file_parser(project_file_parser&&) noexcept = default;
LANGEXPORT_DECL project_file_parser&
project_file_parser::operator=(project_file_parser&&) noexcept = default;
LANGEXPORT_DECL project_file_parser::~project_file_parser() = default;

LANGEXPORT_DECL void project_file_parser::write(std::string_view piece) {
    reader_->write(piece);
}

LANGEXPORT_DECL project_file project_file_parser::finish() {
    project_file file = reader_->finish();
    reader_ = std::make_unique<detail::project_reader>(max_depth_, mode_);
    return file;
}

LANGEXPORT_DECL std::uint64_t project_file_parser::size() const noexcept {
    return reader_->size();
}

LANGEXPORT_DECL project_file parse_project_file(std::string_view text) {
    project_file_parser parser;
    parser.write(text);
    return parser.finish();
}

} // namespace v0
} // namespace langexport

#endif
