#ifndef LANGEXPORT_JSON_STYLE_HPP
#define LANGEXPORT_JSON_STYLE_HPP

#include <langexport/version.hpp>

namespace langexport {
inline namespace v0 {

/// How a project file is laid out.
enum class json_layout {
    compact, ///< All in one line, as the service does.
    lines ///< A document, utterance, class, … each in a line of its own, members above indented.
};

/// How a project file is written.
class json_style {
public:
    json_style() = default;
    json_style(json_layout how, bool sorted) noexcept : layout(how), sort_members(sorted) {}

    json_layout layout = json_layout::compact; ///< Default: compact.
    /// Members in a fixed order, whatever the one they were parsed in: those with a name in their
    /// class first, then the others by name. Default: in the order they were parsed in.
    bool sort_members = false;
};

} // namespace v0
} // namespace langexport

#endif
