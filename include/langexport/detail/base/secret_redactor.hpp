#ifndef LANGEXPORT_DETAIL_BASE_SECRET_REDACTOR_HPP
#define LANGEXPORT_DETAIL_BASE_SECRET_REDACTOR_HPP

#include <langexport/detail/base/secret.hpp>
#include <langexport/version.hpp>

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

class text_reading;
struct byte_range;

// Finds secrets in text, in any case and encoding: percent-encoded, with the escapes of JSON and HTML, each
// up to three times, in base64 and base64url, and with white space, control characters and invisible characters
// in between.
//
// A secret is found by its pieces of eight consecutive characters, so a secret that was truncated at either end, or
// shortened in its middle, is found as well. A secret of fewer characters is only found as a whole and not in base64:
// a part of it may occur in any text.
class secret_redactor {
public:
    // Adds a secret: visible ASCII. An empty one is ignored.
    LANGEXPORT_DECL void add(std::string_view secret);

    // Whether `text` contains a whole secret. A secret of fewer than eight characters must be the whole text. Cheap
    // for texts without escapes.
    LANGEXPORT_DECL bool is_in(std::string_view text) const;

    // Replaces by `[redacted]` every run of eight or more consecutive characters of a secret, and each whole
    // occurrence of a shorter secret.
    LANGEXPORT_DECL void redact(std::string& text) const;

private:
    // Eight consecutive characters of a secret do not occur by chance. A piece is stored as one number.
    static constexpr std::size_t piece_size = 8;
    using pieces = std::vector<std::uint64_t, wiping_allocator<std::uint64_t>>;

    void add_piece(std::size_t size, std::uint64_t piece);
    bool has_piece(std::size_t size, std::uint64_t piece) const noexcept;
    bool occurs(char c) const noexcept;
    bool may_be_in(std::string_view plain_text) const noexcept;
    bool may_be_in_base64(std::string_view plain_text) const noexcept;
    bool may_be_secret(std::string_view text, std::size_t position) const noexcept;
    bool has_whole(const text_reading& text, bool is_base64) const;
    void find_pieces(const text_reading& text, bool is_base64,
                     std::vector<byte_range>& found) const;

    std::vector<secret_bytes> secrets_;               // in lower case
    std::array<pieces, piece_size> pieces_of_size_{}; // sorted; of size 1 at 0
    std::bitset<4096> filter_;               // rejects most texts quickly: they contain no piece
    std::bitset<256> characters_;            // that occur in secrets, in lower case
    std::array<bool, 256> may_be_encoded_{}; // bytes of secrets, of blanks and of escapes
    std::size_t shortest_ = 0;               // size of the shortest secret
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/base/impl/secret_redactor.ipp>
#endif

#endif
