#ifndef LANGEXPORT_DETAIL_PROTOCOL_IMPL_PARSE_JSON_HPP
#define LANGEXPORT_DETAIL_PROTOCOL_IMPL_PARSE_JSON_HPP

#include <langexport/detail/lone_surrogate.hpp>
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

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Strict JSON: no comments, no trailing commas, valid UTF-8, nothing behind it. A byte order mark may
// stand before it. U+FFFD replaces one half of a UTF-16 pair: what is read here is shown, or followed
// as a link that must not have any. If it is no JSON, `why` names the byte where that shows.
inline std::optional<boost::json::value> parse_json(std::string_view text, std::size_t max_depth,
                                                    boost::json::storage_ptr storage,
                                                    std::string& why) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    unsigned char scratch[1024];
    boost::json::parser parser({}, options, scratch, sizeof(scratch));
    parser.reset(std::move(storage));
    boost::system::error_code failure;
    const std::size_t before = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    const std::optional<std::string> replaced = without_lone_surrogates(text.substr(before));
    const std::string_view json = replaced ? std::string_view(*replaced) : text.substr(before);
    const std::size_t at = before + parser.write(json.data(), json.size(), failure);
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
