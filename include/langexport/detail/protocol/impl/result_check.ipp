#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_RESULT_CHECK_IPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_RESULT_CHECK_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/impl/parse_json.hpp>
#include <langexport/detail/protocol/read_error.hpp>
#include <langexport/detail/protocol/result_check.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The media type of a Content-Type, without its parameters.
inline std::string_view media_type(std::string_view content_type) noexcept {
    return trim(content_type.substr(0, content_type.find(';')));
}

LANGEXPORT_DECL std::string unwanted_encoding(std::string_view content_encoding) {
    if (content_encoding.empty() || equal_ignoring_case(content_encoding, "identity"))
        return {};
    // Longer texts are not shown, because they may contain secrets that have not been redacted yet.
    const std::string shown = content_encoding.size() <= 40
                                  ? "'" + one_printable_line(content_encoding) + "'"
                                  : "of " + count_of(content_encoding.size(), "character");
    return "the content encoding " + shown + ", which the client does not accept";
}

// The size of the part that is kept to identify a document. Errors are usually shorter.
inline constexpr std::size_t longest_head = 2048;

LANGEXPORT_DECL result_check::result_check(std::string_view content_type,
                                           std::string_view content_encoding,
                                           result_expectation expected)
    : expected_(expected) {
    encoding_ = unwanted_encoding(content_encoding);
    const std::string type = to_lower(media_type(content_type));
    if (type == "text/html" || type == "application/xhtml+xml")
        declared_ = content_ = content::page;
    else if (type == "application/json" || type == "text/json" || type.ends_with("+json"))
        declared_ = content::json;
    else if (!type.empty())
        declared_ = content::other;
}

// The first byte after a byte order mark and white space, also in UTF-16 and UTF-32; zero if there is
// none.
inline char first_byte_of(std::string_view text) noexcept {
    constexpr std::string_view skipped("\xEF\xBB\xBF\xFF\xFE\0 \t\r\n", 10);
    const std::size_t at = text.find_first_not_of(skipped);
    return at == text.npos ? '\0' : text[at];
}

// The kind of content that begins with this byte. The header decides if the byte does not.
LANGEXPORT_DECL result_check::content result_check::content_of(char first) const noexcept {
    const bool is_bracket = first == '{' || first == '[';
    const bool is_open = declared_ == content::unknown || expected_.has_structure;
    if (declared_ == content::json &&
        (may_be(result_forms::project | result_forms::luis) || !expected_.has_structure))
        return content::json;
    if (is_open && first == '<' && !(is_json_due(expected_.due) && declared_ == content::other))
        return content::page;
    return is_json_due(expected_.due) || (is_open && is_bracket) ? content::json : content::other;
}

LANGEXPORT_DECL void result_check::take(std::string_view piece) {
    size_ += piece.size();
    if (head_.size() < longest_head)
        head_.append(piece.substr(0, longest_head - head_.size()));
    if (first_ == '\0' && content_ == content::unknown) {
        first_ = first_byte_of(piece);
        if (first_ != '\0')
            content_ = content_of(first_);
    }
    if (content_ == content::json || content_ == content::unknown) {
        structure_.take(piece);
        utf8_.take(piece);
    }
}

LANGEXPORT_DECL bool result_check::is_zip() const noexcept {
    using namespace std::string_view_literals;
    const std::string_view text = head_;
    return text.starts_with("PK\x03\x04"sv) || text.starts_with("PK\x05\x06"sv) ||
           text.starts_with("PK\x07\x08"sv);
}

LANGEXPORT_DECL std::optional<result_check::problem> result_check::problem_so_far() const {
    if (!encoding_.empty())
        return problem{errc::unexpected_response, "the result has " + encoding_};
    if (content_ == content::page)
        return problem{errc::malformed_response, "the result is a page of HTML"};
    if (expected_.has_structure && expected_.due == result_forms::workbook && head_.size() >= 4 &&
        content_ == content::other && !is_zip())
        return problem{errc::malformed_response,
                       "the result is not an Excel workbook: it does not begin as a zip archive"};
    return std::nullopt;
}

LANGEXPORT_DECL std::optional<result_check::problem> result_check::problem_at_end() const {
    if (const auto early = problem_so_far())
        return early;
    if (size_ == 0)
        return problem{errc::malformed_response, "the result is empty"};
    if (content_ == content::json)
        return problem_with_json();
    if (expected_.has_structure && expected_.due == result_forms::workbook && !is_zip())
        return problem{errc::malformed_response,
                       "the result is not an Excel workbook: it does not begin as a zip archive"};
    if (content_ == content::unknown) // nothing but white space
        return problem{errc::malformed_response, "the result is empty"};
    if (expected_.has_structure && scalar_kind())
        return problem{errc::malformed_response,
                       "the result is JSON, but not " + expected_form() + words()};
    return std::nullopt;
}

// The kind of a short JSON string, number or literal; null for every other result.
LANGEXPORT_DECL const char* result_check::scalar_kind() const {
    std::string why;
    const auto value =
        size_ > head_.size() ? std::nullopt : parse_json(head_, longest_head, {}, why);
    return value && why.empty() ? kind_name(*value) : nullptr;
}

LANGEXPORT_DECL std::string result_check::expected_form() const {
    return may_be(result_forms::project) ? "a project"
           : may_be(result_forms::luis)  ? "a LUIS application"
           : may_be(result_forms::table) ? "a table"
                                         : "an Excel workbook";
}

LANGEXPORT_DECL std::optional<result_check::problem> result_check::problem_with_json() const {
    const bool is_table_due = expected_.has_structure && !is_json_due(expected_.due);
    if (!structure_.is_whole()) {
        // The first cell of a table may begin with a bracket.
        if (is_table_due && may_be(result_forms::table) && declared_ != content::json &&
            first_ == '[')
            return std::nullopt;
        const char* const kind = expected_.has_structure ? scalar_kind() : nullptr;
        if (kind)
            return problem{errc::malformed_response,
                           "the result is JSON, but not " + expected_form() + ": it is " + kind};
        return problem{errc::malformed_response,
                       "the result of " + std::to_string(size_) + " bytes is not complete JSON" +
                           (structure_.is_lost() ? ": its syntax is wrong" : "")};
    }
    if (!expected_.has_structure)
        return std::nullopt;
    const bool may_be_project = may_be(result_forms::project);
    const bool may_be_luis = may_be(result_forms::luis);
    if (!structure_.is_array() && !structure_.has_error() &&
        ((may_be_project && structure_.has_assets()) ||
         (may_be_luis && structure_.has_luis_version())))
        return problem_with_texts();
    std::string detail = "the result is JSON, but not " + expected_form();
    if (!may_be_project && !may_be_luis)
        return problem{errc::malformed_response, detail + words()};
    detail += ": ";
    if (structure_.is_array())
        detail += "it is an array";
    else if (structure_.has_error())
        detail += "it has an 'error'" + words();
    else if (!may_be_project)
        detail += "it has no 'luis_schema_version'" + words();
    else if (structure_.has_odd_assets())
        detail += "its 'assets' are not an object";
    else
        detail += "it has no 'assets'" + words();
    return problem{errc::malformed_response, std::move(detail)};
}

// JSON parsers reject a document with such a string, so it could not be imported.
LANGEXPORT_DECL std::optional<result_check::problem> result_check::problem_with_texts() const {
    const char* const what = structure_.has_control() ? "a control character in a string"
                             : !utf8_.is_whole()      ? "bytes that are not UTF-8"
                                                      : nullptr;
    if (!what)
        return std::nullopt;
    return problem{errc::malformed_response, std::string("the result is not JSON: it has ") + what};
}

// The error text in a document that is not a result.
LANGEXPORT_DECL std::string result_check::words() const {
    if (size_ > head_.size() || structure_.is_array())
        return {};
    const service_error said = read_error(head_, 32);
    std::string text = said.code;
    if (!said.message.empty())
        text.append(text.empty() ? "" : ": ").append(said.message);
    return text.empty() ? text : "; it says " + one_printable_line(text, 300);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
