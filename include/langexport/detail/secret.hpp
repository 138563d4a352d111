#ifndef LANGEXPORT_DETAIL_SECRET_HPP
#define LANGEXPORT_DETAIL_SECRET_HPP

#include <langexport/detail/text.hpp>
#include <langexport/version.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

// Wipes memory before it gives it back, so that neither growth nor the end leaves a copy behind.
template <class T>
class wiping_allocator {
public:
    using value_type = T;

    wiping_allocator() noexcept = default;
    template <class U>
    wiping_allocator(const wiping_allocator<U>&) noexcept {}

    T* allocate(std::size_t count) { return std::allocator<T>().allocate(count); }
    void deallocate(T* memory, std::size_t count) noexcept {
        OPENSSL_cleanse(memory, count * sizeof(T));
        std::allocator<T>().deallocate(memory, count);
    }

    friend bool operator==(wiping_allocator, wiping_allocator) noexcept { return true; }
};

// A vector and no string: a short string would live inside the object, out of the allocator's sight.
using secret_bytes = std::vector<char, wiping_allocator<char>>;

inline void append(secret_bytes& bytes, std::string_view text) {
    const std::size_t size = bytes.size();
    bytes.resize(size + text.size());
    std::copy(text.begin(), text.end(), bytes.data() + size);
}

inline std::string_view view(const secret_bytes& bytes) noexcept {
    return std::string_view(bytes.data(), bytes.size());
}

// Where a text has a secret, in either case; `npos` if nowhere. Every link and id goes through it, so what
// cannot be the secret's first byte is passed over at once.
inline std::size_t find_secret(std::string_view text, std::string_view secret, std::size_t from) {
    const char first = to_lower(secret.front());
    for (std::size_t at = from; at + secret.size() <= text.size(); ++at)
        if (to_lower(text[at]) == first &&
            equal_ignoring_case(text.substr(at, secret.size()), secret))
            return at;
    return std::string_view::npos;
}

// So much of a secret's beginning is told from a word that begins like it by chance.
inline constexpr std::size_t least_of_secret = 8;

// Whether a text that goes into a message, a log or a request has a secret in it, or would once %XX is
// decoded. A short secret may be in a text by chance: it has to be all of it.
inline bool is_secret_in(std::string_view text, std::string_view secret) {
    if (secret.size() < least_of_secret)
        return !secret.empty() && equal_ignoring_case(text, secret);
    return find_secret(text, secret, 0) != std::string_view::npos ||
           (text.find('%') != std::string_view::npos &&
            find_secret(percent_decode(text), secret, 0) != std::string_view::npos);
}

// What stands behind the last space of a header line that carries it.
inline std::string_view secret_of(const secret_bytes& line) noexcept {
    const std::string_view text = trim(view(line));
    return text.substr(text.rfind(' ') + 1);
}

// Replaces a secret wherever a text has it, in lower case, too: so hosts are written. Also the beginning
// of one at the text's end, where somebody has cut it.
inline void redact(std::string& text, std::string_view secret) {
    constexpr std::string_view substitute = "[redacted]";
    if (secret.empty())
        return;
    std::size_t from = 0;
    for (std::size_t at = 0; (at = find_secret(text, secret, from)) != std::string_view::npos;) {
        text.replace(at, secret.size(), substitute);
        from = at + substitute.size();
    }
    const std::string_view rest = std::string_view(text).substr(from);
    for (std::size_t size = (std::min)(secret.size(), rest.size() + 1); size-- > least_of_secret;) {
        const std::string_view end = rest.substr(rest.size() - size);
        if (to_lower(end.front()) != to_lower(secret.front()) ||
            !equal_ignoring_case(end, secret.substr(0, size)))
            continue;
        text.replace(text.size() - size, size, substitute);
        return;
    }
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
