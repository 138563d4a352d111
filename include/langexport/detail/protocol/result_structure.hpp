#ifndef LANGEXPORT_DETAIL_PROTOCOL_RESULT_STRUCTURE_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_RESULT_STRUCTURE_HPP

#include <langexport/detail/json/json_completeness.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Scans a JSON document that arrives in pieces and records the outermost members that identify its form. Members may
// come in any order, and names in upper or lower case. Nested values are skipped block by block, except `metadata`,
// which contains the project's name.
class result_structure {
public:
    LANGEXPORT_DECL void take(std::string_view piece);

    bool is_whole() const noexcept { return json_.is_whole(); }
    // Whether a string contains an unescaped control character, which JSON does not allow.
    bool has_control() const noexcept { return json_.has_control(); }
    // Whether the syntax is wrong. False if only the end is missing.
    bool is_lost() const noexcept { return json_.is_lost(); }
    // Whether the document is an array or a scalar, not an object.
    bool is_array() const noexcept { return root_ == '['; }
    bool has_assets() const noexcept { return has_assets_; }             // an object
    bool has_odd_assets() const noexcept { return has_odd_assets_; }     // not an object
    bool has_error() const noexcept { return has_error_; }               // not null
    bool has_luis_version() const noexcept { return has_luis_version_; } // not null
    // `metadata.projectName`; empty if there is none.
    const std::string& project_name() const noexcept { return project_name_; }

private:
    enum class member : unsigned char { other, assets, error, luis_version, metadata, name };

    std::size_t take_some(std::string_view piece);
    void add_text(std::string_view raw);
    void see(char c);
    void end_text();
    void see_value(char first);
    member member_named(std::string_view name) const noexcept;

    json_completeness json_;
    // The depth whose members are examined: 1 for those of the document, 2 for those of its metadata.
    std::size_t watched_ = 1;
    char root_ = '\0';
    bool is_name_due_ = true;   // the next string is the name of a member, not a value
    bool is_value_due_ = false; // the next byte that is not white space begins the value
    member member_ = member::other;
    std::string text_; // the current string, not unescaped; only its beginning if it is long
    bool has_assets_ = false;
    bool has_odd_assets_ = false;
    bool has_error_ = false;
    bool has_luis_version_ = false;
    std::string project_name_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/protocol/impl/result_structure.ipp>
#endif

#endif
