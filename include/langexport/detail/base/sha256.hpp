#ifndef LANGEXPORT_DETAIL_BASE_SHA256_HPP
#define LANGEXPORT_DETAIL_BASE_SHA256_HPP

#include <langexport/version.hpp>

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// The SHA-256 of bytes that arrive in pieces. Its functions throw std::runtime_error if OpenSSL cannot compute it: a
// policy of the system may forbid SHA-256.
class sha256 {
public:
    using value = std::array<unsigned char, 32>;

    sha256() : context_(EVP_MD_CTX_new()) { restart(); }

    void restart() {
        expect(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
    }
    void add(std::string_view bytes) {
        expect(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
    }
    // Returns the sum. `restart` must precede further bytes.
    value finish() {
        value sum{};
        expect(EVP_DigestFinal_ex(context_.get(), sum.data(), nullptr) == 1);
        return sum;
    }

private:
    struct free_context {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };

    static void expect(bool is_good) {
        if (!is_good)
            throw std::runtime_error("OpenSSL cannot compute a SHA-256");
    }

    std::unique_ptr<EVP_MD_CTX, free_context> context_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
