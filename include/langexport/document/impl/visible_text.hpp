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

// Texts from files for one line of a terminal, in a way that texts that differ also look different.

// Which characters are written as \uXXXX.
enum class escapes {
    none,    // control characters become spaces
    unclear, // what cannot be seen, is drawn over another character, or is a second form of one
    foreign  // all that is not ASCII, spaces, and the backslash
};

// A text on one line; of escapes::none what `one_printable_line` makes of it, uncut.
LANGEXPORT_DECL std::string visible(std::string_view text, escapes which);

// Two texts that differ, each on one line, cut to some hundred bytes so that the part that differs is
// there. The results differ for the eye, too. Where they were cut, their sizes follow if these differ.
LANGEXPORT_DECL std::pair<std::string, std::string> shown_apart(std::string_view before,
                                                                std::string_view after);

// Names for one line each, of which no two look the same unless they are the same.
class shown_names {
public:
    void add(std::string_view name) { names_.emplace(name, std::string()); }
    // Once all are there. Long ones are cut where the others are like them.
    LANGEXPORT_DECL void finish();
    // One that was added.
    const std::string& operator[](std::string_view name) const { return names_.find(name)->second; }

private:
    std::map<std::string, std::string, std::less<>> names_; // and how they are shown
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/visible_text.ipp>
#endif

#endif
