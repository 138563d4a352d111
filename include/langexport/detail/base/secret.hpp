#ifndef LANGEXPORT_DETAIL_BASE_SECRET_HPP
#define LANGEXPORT_DETAIL_BASE_SECRET_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

// As <openssl/crypto.h> declares it. Programs that only create a credential need none of OpenSSL's headers.
extern "C" void OPENSSL_cleanse(void* memory, std::size_t size);

namespace langexport {
inline namespace v0 {
namespace detail {

// Wipes memory before it releases it, so that neither growth nor destruction leaves a copy behind.
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

    // The caller writes the bytes next: they need no initial value.
    template <class U>
    void construct(U* place) noexcept(std::is_nothrow_default_constructible_v<U>) {
        ::new (static_cast<void*>(place)) U;
    }

    friend bool operator==(wiping_allocator, wiping_allocator) noexcept { return true; }
};

// A vector, because a short string would be stored inside the object, outside the allocator's memory.
using secret_bytes = std::vector<char, wiping_allocator<char>>;

inline void append(secret_bytes& bytes, std::string_view text) {
    const std::size_t size = bytes.size();
    bytes.resize(size + text.size());
    std::copy(text.begin(), text.end(), bytes.data() + size);
}

inline std::string_view view(const secret_bytes& bytes) noexcept {
    return std::string_view(bytes.data(), bytes.size());
}

// A text that is wiped at the end of its scope.
class wiped_text {
public:
    explicit wiped_text(std::string& text) noexcept : text_(text) {}
    ~wiped_text() { OPENSSL_cleanse(text_.data(), text_.size()); }
    wiped_text(const wiped_text&) = delete;
    wiped_text& operator=(const wiped_text&) = delete;

private:
    std::string& text_;
};

// The text after the last space of a header line that contains the secret.
inline std::string_view secret_of(const secret_bytes& line) noexcept {
    const std::string_view text = trim(view(line));
    return text.substr(text.rfind(' ') + 1);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
