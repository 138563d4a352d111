#ifndef LANGEXPORT_REPORT_IMPL_FILE_DIGEST_IPP
#define LANGEXPORT_REPORT_IMPL_FILE_DIGEST_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/report/file_digest.hpp>

#include <openssl/evp.h>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace detail {

// Computes a SHA-256 from pieces.
class sha256_state {
public:
    sha256_state() : context_(EVP_MD_CTX_new()) {
        expect_success(context_ ? EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) : 0);
    }

    void add(std::string_view piece) {
        expect_success(EVP_DigestUpdate(context_.get(), piece.data(), piece.size()));
    }
    std::string finish() {
        unsigned char sum[EVP_MAX_MD_SIZE];
        unsigned length = 0;
        expect_success(EVP_DigestFinal_ex(context_.get(), sum, &length));
        std::string text;
        for (unsigned i = 0; i < length; ++i)
            append_hex(text, sum[i], 2);
        return text;
    }

private:
    class context_deleter {
    public:
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };

    static void expect_success(int result) {
        if (result != 1)
            throw std::runtime_error("OpenSSL cannot compute a SHA-256");
    }

    std::unique_ptr<EVP_MD_CTX, context_deleter> context_;
};

} // namespace detail

LANGEXPORT_DECL file_digest digest_of(const std::filesystem::path& file,
                                      const std::function<void(std::uint64_t)>& on_piece) {
    detail::system_file input = detail::open_to_read(file);
    detail::sha256_state state;
    file_digest digest;
    std::string piece(64 * 1024, '\0');
    for (std::size_t size = piece.size(); size == piece.size();) {
        size = detail::read_some(input, file, piece.data(), piece.size());
        state.add(std::string_view(piece).substr(0, size));
        digest.bytes += size;
        if (on_piece)
            on_piece(digest.bytes);
    }
    digest.sha256 = state.finish();
    return digest;
}

} // namespace v0
} // namespace langexport

#endif
