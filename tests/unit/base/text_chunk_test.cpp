#include <langexport/detail/base/text_chunk.hpp>

#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace text_chunk_test {

using namespace langexport::detail;

namespace {

std::size_t size_by_bytes(std::string_view text, bool (*belongs)(char) noexcept) {
    std::size_t size = 0;
    while (size < text.size() && belongs(text[size]))
        ++size;
    return size;
}

template <class Chunk>
void check_text(std::string_view text) {
    CAPTURE(text, text.size());
    REQUIRE(plain_size<Chunk>(text) == size_by_bytes(text, is_plain));
    REQUIRE(space_size<Chunk>(text) == size_by_bytes(text, is_json_space));
    REQUIRE(ascii_size<Chunk>(text) == size_by_bytes(text, is_ascii));
    if (text.size() < 64)
        return;
    std::uint64_t others = 0;
    for (std::size_t at = 0; at < 64; ++at)
        others |= std::uint64_t(is_plain(text[at]) ? 0 : 1) << at;
    REQUIRE(not_plain_64<Chunk>(text.data()) == others);
}

void check_text(std::string_view text) {
    check_text<plain_text_chunk>(text);
    check_text<text_chunk>(text);
}

} // namespace

TEST_CASE("each byte is found at each position and alignment", "[text]") {
    // Bytes that belong, for each of the functions.
    for (const char filler : {'x', ' ', '\n', '\x7F', '\xC3'})
        for (int value = 0; value < 256; ++value) {
            const std::size_t offset = static_cast<std::size_t>(value) % 16;
            std::string text(offset + 81, filler);
            for (std::size_t at = 0; at < 81; ++at) {
                text[offset + at] = static_cast<char>(value);
                check_text(std::string_view(text).substr(offset));
                text[offset + at] = filler;
            }
        }
}

TEST_CASE("sizes of leading bytes agree with a loop, at all alignments and sizes", "[text]") {
    constexpr std::string_view bytes = "aZ~\x7F\x80\xC3\xFF \t\r\n\"\\\x1F\x20\x01!#[]^";
    std::mt19937 random(19);
    for (int round = 0; round < 300; ++round) {
        std::string text(200, " x\xE4"[random() % 3]);
        for (auto others = random() % 12; others-- > 0;)
            text[random() % text.size()] = bytes[random() % bytes.size()];
        for (std::size_t start = 0; start < 70; ++start)
            check_text(std::string_view(text).substr(start, random() % 131));
    }
}

} // namespace text_chunk_test
