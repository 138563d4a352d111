#ifndef LANGEXPORT_DETAIL_PLACED_JSON_HPP
#define LANGEXPORT_DETAIL_PLACED_JSON_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// JSON that remembers where it stands, for files that people write: small ones.
class placed_value {
public:
    enum class kind : unsigned char { null, boolean, number, text, array, object };

    kind what = kind::null;
    bool flag = false;              // of a boolean
    std::string text;               // a text, or a number as it was written
    std::string name;               // of a member
    std::size_t byte = 0;           // where it begins; of a member, where its value does
    std::size_t name_byte = 0;      // where a member's name begins
    std::vector<placed_value> list; // elements, or members in their order
};

// "an object", "a text", …
LANGEXPORT_DECL std::string_view to_string(placed_value::kind what) noexcept;

// What is wrong with a text, and at which byte.
class placed_error {
public:
    std::size_t byte = 0;
    std::string why;
};

// Whether `text` is JSON; if not, what is wrong with it.
LANGEXPORT_DECL bool parse_placed_json(std::string_view text, placed_value& value,
                                       placed_error& wrong);

// "12:7", line and column of a byte, both from 1; a column is a character.
LANGEXPORT_DECL std::string line_and_column(std::string_view text, std::size_t byte);

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/impl/placed_json.ipp>
#endif

#endif
