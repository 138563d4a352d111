#ifndef LANGEXPORT_DOCUMENT_IMPL_PROJECT_FILE_PARSER_IPP
#define LANGEXPORT_DOCUMENT_IMPL_PROJECT_FILE_PARSER_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/json/json_reader.hpp>
#include <langexport/document/impl/project_events.hpp>
#include <langexport/document/impl/project_schema.hpp>
#include <langexport/document/project_file.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

class project_reader {
public:
    project_reader(std::size_t max_depth, parse_mode mode) : reader_(max_depth) {
        reader_.events().is_tolerant = mode == parse_mode::tolerant;
    }

    std::uint64_t size() const noexcept { return reader_.size(); }
    void write(std::string_view piece) { reader_.write(piece); }

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

    json_reader<project_events> reader_;
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
