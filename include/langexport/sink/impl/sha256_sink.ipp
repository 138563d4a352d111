#ifndef LANGEXPORT_SINK_IMPL_SHA256_SINK_IPP
#define LANGEXPORT_SINK_IMPL_SHA256_SINK_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/impl/completed_awaitable.hpp>
#include <langexport/sink/sha256_sink.hpp>

#include <openssl/evp.h>

#include <stdexcept>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

inline void check_digest(int result) {
    if (result != 1)
        throw std::runtime_error("OpenSSL cannot compute SHA-256");
}

} // namespace detail

LANGEXPORT_TEMPLATE_DECL sha256_sink::sha256_sink(std::shared_ptr<result_sink> next)
    : commit_(&sha256_sink::commit_sum), next_(std::move(next)), digest_(EVP_MD_CTX_new()) {
    // A policy of the system may forbid SHA-256. Then the constructor throws, so that the export does not
    // fail at its end.
    const bool is_good = digest_ && EVP_DigestInit_ex(digest_, EVP_sha256(), nullptr) == 1;
    if (!is_good)
        EVP_MD_CTX_free(digest_);
    detail::check_digest(is_good);
}

LANGEXPORT_DECL sha256_sink::~sha256_sink() {
    EVP_MD_CTX_free(digest_);
}

LANGEXPORT_DECL asio::awaitable<void> sha256_sink::write(asio::const_buffer bytes) {
    if (!is_begun_)
        detail::check_digest(EVP_DigestInit_ex(digest_, EVP_sha256(), nullptr));
    is_begun_ = true;
    detail::check_digest(EVP_DigestUpdate(digest_, bytes.data(), bytes.size()));
    size_ += bytes.size();
    return next_ ? next_->write(bytes) : detail::completed_awaitable();
}

LANGEXPORT_DECL asio::awaitable<void> sha256_sink::commit() {
    return (this->*commit_)();
}

LANGEXPORT_TEMPLATE_DECL asio::awaitable<void> sha256_sink::commit_sum() {
    const std::string sum = finish();
    if (next_)
        co_await next_->commit();
    checksum_ = sum;
}

LANGEXPORT_DECL void sha256_sink::discard() noexcept {
    is_begun_ = false;
    size_ = 0;
    checksum_.clear();
    if (next_)
        next_->discard();
}

LANGEXPORT_DECL std::string sha256_sink::finish() {
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (!is_begun_)
        detail::check_digest(EVP_DigestInit_ex(digest_, EVP_sha256(), nullptr));
    is_begun_ = false;
    detail::check_digest(EVP_DigestFinal_ex(digest_, sum, &length));
    std::string text;
    for (unsigned i = 0; i < length; ++i)
        detail::append_hex(text, sum[i], 2);
    return text;
}

} // namespace v0
} // namespace langexport

#endif
