// Texts and the offsets in them.

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/document/text_offset.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace langexport_tests::fuzz {

using namespace langexport;

void handle_text(std::string_view text) {
    for (const std::size_t most : {16u, 17u, 50u, 1200u}) {
        promise_words(detail::one_printable_line(text, most), most);
        promise(detail::cut_utf8(text, most).size() <= most, "what was cut is short");
    }
    const auto bytes = detail::base64url_decode(text);
    promise(!bytes || detail::base64url_encode(*bytes) == text, "base64url has one spelling");
    promise(detail::base64url_decode(detail::base64url_encode(text)) == std::string(text),
            "base64url brings every text back");
    const std::string encoded = detail::percent_encode(text);
    promise(detail::find_invisible(encoded) == std::string::npos, "what is encoded is visible");
    promise(detail::percent_decode(encoded) == text, "what is encoded can be decoded");
    promise(detail::percent_decode(text).size() <= text.size(), "what is decoded is no longer");
}

// The first byte is an offset.
void convert_offsets_of(std::string_view text) {
    if (text.empty())
        return;
    const std::uint64_t offset = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    constexpr text_unit units[] = {text_unit::utf8_bytes, text_unit::utf16_code_units,
                                   text_unit::code_points};
    const bool is_valid = detail::find_invalid_utf8(text) == std::string_view::npos;
    const std::vector<std::uint64_t> offsets = {offset, 0, offset / 2, offset + 1};
    for (const text_unit from : units) {
        promise(try_text_length(text, from).has_value() == is_valid, "only UTF-8 has a length");
        const auto part = try_text_at(text, text_span(offset / 2, offset - offset / 2), from);
        promise(!part || detail::find_invalid_utf8(*part) == std::string_view::npos,
                "what is cut out is UTF-8");
        for (const text_unit to : units) {
            const auto many = try_convert_offsets(text, offsets, from, to);
            for (std::size_t i = 0; i < offsets.size(); ++i) {
                const auto one = try_convert_offset(text, offsets[i], from, to);
                promise(one == many[i], "one offset is converted as many are");
                promise(!one || try_convert_offset(text, *one, to, from) == offsets[i],
                        "an offset is converted back");
                const auto thrown =
                    result_of([&] { return convert_offset(text, offsets[i], from, to); });
                promise(thrown == one, "both variants agree");
            }
        }
    }
}

} // namespace langexport_tests::fuzz
