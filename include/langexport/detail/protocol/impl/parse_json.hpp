#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_PARSE_JSON_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_PARSE_JSON_HPP

#include <langexport/version.hpp>

#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// Strict JSON: no comments, no trailing commas, valid UTF-8, nothing behind it. `why` then names the
// byte at which it ends being that.
inline std::optional<boost::json::value> parse_json(std::string_view text, std::size_t max_depth,
                                                    boost::json::storage_ptr storage,
                                                    std::string& why) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    unsigned char scratch[1024];
    boost::json::parser parser({}, options, scratch, sizeof(scratch));
    parser.reset(std::move(storage));
    boost::system::error_code failure;
    const std::size_t at = parser.write(text.data(), text.size(), failure);
    if (!failure)
        return parser.release();
    why = failure == boost::json::error::incomplete
              ? "it ends at byte " + std::to_string(text.size()) + ", before its JSON does"
              : "byte " + std::to_string((std::min)(at, text.size())) + ": " + failure.message();
    return std::nullopt;
}

inline const char* kind_name(const boost::json::value& value) noexcept {
    switch (value.kind()) {
    case boost::json::kind::null:
        return "null";
    case boost::json::kind::bool_:
        return "a boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
        return "a number";
    case boost::json::kind::string:
        return "a string";
    case boost::json::kind::array:
        return "an array";
    case boost::json::kind::object:
        return "an object";
    }
    return "something else";
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
