#ifndef LANGEXPORT_IMPL_PROJECT_FILE_PARSER_IPP
#define LANGEXPORT_IMPL_PROJECT_FILE_PARSER_IPP

#include <langexport/detail/project_events.hpp>
#include <langexport/detail/project_schema.hpp>
#include <langexport/detail/text.hpp>
#include <langexport/error.hpp>
#include <langexport/project_file.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/parse_options.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

class project_reader {
public:
    explicit project_reader(std::size_t max_depth) : parser_(options(max_depth)) {}

    std::uint64_t size() const noexcept { return size_; }

    void write(std::string_view piece) {
        check();
        piece = without_byte_order_mark(piece);
        if (piece.empty())
            return;
        parser_.handler().begin_piece(piece, size_);
        error_code failed;
        const std::size_t read = parser_.write_some(true, piece.data(), piece.size(), failed);
        if (!failed && read < piece.size())
            failed = boost::json::make_error_code(boost::json::error::extra_data);
        if (failed)
            refuse(failed, size_ + read);
        size_ += piece.size();
    }

    project_file finish() {
        check();
        error_code failed;
        parser_.handler().begin_piece({}, size_);
        parser_.write_some(false, nullptr, 0, failed);
        project_events& events = parser_.handler();
        if (failed)
            refuse("it ends at byte " + std::to_string(size_) + ", before its JSON does" +
                   (events.path().empty() ? std::string() : ", in " + events.path()));
        project_file& file = events.file;
        if (!events.doubt.empty() && file.kind() != project_kind::unknown)
            refuse(at_byte(events.doubt_byte) + events.doubt);
        if (!has_object("metadata") && !has_object("assets"))
            refuse("it is no project file: it has neither metadata nor assets");
        return std::move(file);
    }

private:
    static boost::json::parse_options options(std::size_t max_depth) {
        boost::json::parse_options result;
        result.max_depth = max_depth;
        return result;
    }

    // In upper or lower case: what is not known is no reason to refuse a project.
    bool has_object(std::string_view name) const {
        const project_file& file = parser_.handler().file;
        const auto members = project_file_schema.members;
        for (unsigned i = 0; i < members.size(); ++i) {
            if (members[i].name == name && member_access::order(file).has(i))
                return true;
        }
        return std::any_of(file.other.begin(), file.other.end(), [&](const auto& member) {
            return equal_ignoring_case(member.key(), name) && member.value().is_object();
        });
    }

    static std::string at_byte(std::uint64_t byte) { return "byte " + std::to_string(byte) + ": "; }

    void check() const {
        if (!refusal_.empty())
            throw_error(errc::malformed_response, refusal_);
    }

    void refuse(const error_code& failed, std::uint64_t byte) {
        const project_events& events = parser_.handler();
        if (!events.why.empty())
            refuse(at_byte(events.why_byte) + events.why);
        const std::string path = events.path();
        refuse(at_byte(byte) + (path.empty() ? "" : path + ": ") + failed.message());
    }

    [[noreturn]] void refuse(const std::string& what) {
        refusal_ = one_printable_line(what, 600);
        throw_error(errc::malformed_response, refusal_);
    }

    // U+FEFF at the very beginning, as some editors leave it.
    std::string_view without_byte_order_mark(std::string_view piece) {
        constexpr std::string_view mark = "\xEF\xBB\xBF";
        while (!piece.empty() && may_be_mark_ && size_ < mark.size()) {
            may_be_mark_ = piece.front() == mark[static_cast<std::size_t>(size_)];
            if (!may_be_mark_ && size_ > 0)
                refuse(at_byte(0) + "no JSON begins like this");
            if (!may_be_mark_)
                break;
            piece.remove_prefix(1);
            ++size_;
        }
        return piece;
    }

    boost::json::basic_parser<project_events> parser_;
    std::uint64_t size_ = 0;
    bool may_be_mark_ = true;
    std::string refusal_;
};

} // namespace detail

LANGEXPORT_DECL project_file_parser::project_file_parser(std::size_t max_depth)
    : max_depth_(max_depth), reader_(std::make_unique<detail::project_reader>(max_depth)) {}

LANGEXPORT_DECL project_file_parser::project_file_parser(project_file_parser&&) noexcept = default;
LANGEXPORT_DECL project_file_parser&
project_file_parser::operator=(project_file_parser&&) noexcept = default;
LANGEXPORT_DECL project_file_parser::~project_file_parser() = default;

LANGEXPORT_DECL void project_file_parser::write(std::string_view piece) {
    reader_->write(piece);
}

LANGEXPORT_DECL project_file project_file_parser::finish() {
    project_file file = reader_->finish();
    reader_ = std::make_unique<detail::project_reader>(max_depth_);
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
