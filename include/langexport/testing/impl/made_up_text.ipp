#ifndef LANGEXPORT_TESTING_IMPL_MADE_UP_TEXT_IPP
#define LANGEXPORT_TESTING_IMPL_MADE_UP_TEXT_IPP

#include <langexport/testing/impl/made_up_file.hpp>
#include <langexport/testing/impl/made_up_text.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

LANGEXPORT_DECL std::string json_text(std::string_view text) {
    return boost::json::serialize(boost::json::string(text));
}

LANGEXPORT_DECL std::string open_json_text(std::string_view text) {
    std::string result = json_text(text);
    result.pop_back();
    return result;
}

LANGEXPORT_DECL void append_number(std::string& output, std::uint64_t number, std::size_t digits) {
    output.append(digits, '0');
    for (std::size_t i = 1; i <= digits; ++i, number /= 10)
        output[output.size() - i] = static_cast<char>('0' + number % 10);
}

LANGEXPORT_DECL std::string_view dataset_of(std::uint64_t i) noexcept {
    const bool is_test = i % made_up_file::period == made_up_file::period - 1;
    return is_test ? ",\"dataset\":\"Test\"" : ",\"dataset\":\"Train\"";
}

LANGEXPORT_DECL std::string project_head(const project& p, const export_wish& wish) {
    return "{\"projectFileVersion\":" + json_text(wish.api_version) +
           ",\"stringIndexType\":" + json_text(wish.string_index_type) +
           ",\"metadata\":{\"projectKind\":" + json_text(to_string(p.kind));
}

LANGEXPORT_DECL std::string description_of(const project& p) {
    return ",\"projectName\":" + json_text(p.name) +
           ",\"multilingual\":" + (p.is_multilingual ? "true" : "false") +
           ",\"description\":" + open_json_text(p.description);
}

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#endif
