#ifndef LANGEXPORT_DOCUMENT_IMPL_VISIBLE_TEXT_HPP
#define LANGEXPORT_DOCUMENT_IMPL_VISIBLE_TEXT_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Functions that write texts from files on one line of a terminal. Different texts also look different.

// The characters that are written as \uXXXX.
enum class escapes {
    none,    // none; control characters become spaces
    unclear, // invisible and combining characters, and second encodings of a character
    foreign  // everything except visible ASCII characters, spaces, and the backslash
};

// A text on one line. With escapes::none, it is the result of `one_printable_line`, not truncated.
LANGEXPORT_DECL std::string visible(std::string_view text, escapes escaped);

// Writes two different texts on one line each, truncated to some hundred bytes around the part that
// differs. The results look different. If they were truncated and their sizes differ, the sizes follow.
LANGEXPORT_DECL std::pair<std::string, std::string> shown_apart(std::string_view before,
                                                                std::string_view after);

// Writes names on one line each. No two look the same unless they are equal.
class shown_names {
public:
    void add(std::string_view name) { names_.emplace(name, std::string()); }
    // Call this after all names were added. Parts of long names that equal parts of other names are left
    // out.
    LANGEXPORT_DECL void finish();
    // `name` must have been added.
    const std::string& operator[](std::string_view name) const { return names_.find(name)->second; }

private:
    std::map<std::string, std::string, std::less<>> names_; // the value is the visible form
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/visible_text.ipp>
#endif

#endif
