#ifndef LANGEXPORT_SINK_SHA256_SINK_HPP
#define LANGEXPORT_SINK_SHA256_SINK_HPP

#include <langexport/result_sink.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <memory>
#include <string>

// OpenSSL's digest context.
struct evp_md_ctx_st;

namespace langexport {
inline namespace v0 {

/// Computes the SHA-256 of a result and passes the result to another sink. For manifests, and for a
/// later check that a file is unchanged.
///
/// Thread safety: none; use it after the operation has completed.
class sha256_sink final : public result_sink {
public:
    /// @param next  Receives the bytes. If it is null, the sink only computes the checksum.
    /// @throws std::runtime_error  OpenSSL does not provide SHA-256.
    LANGEXPORT_TEMPLATE_DECL explicit sha256_sink(std::shared_ptr<result_sink> next);
    /// Releases OpenSSL's context.
    LANGEXPORT_DECL ~sha256_sink() override;

    /// The checksum of the whole result: 64 hexadecimal digits in lower case, as `sha256sum` prints them;
    /// empty before `commit`.
    const std::string& checksum() const noexcept { return checksum_; }
    /// The number of bytes that were received.
    std::uint64_t size() const noexcept { return size_; }

    void set_content_type(std::string_view content_type) override {
        if (next_)
            next_->set_content_type(content_type);
    }
    void set_expected_size(std::uint64_t size) override {
        if (next_)
            next_->set_expected_size(size);
    }
    LANGEXPORT_DECL asio::awaitable<void> write(asio::const_buffer bytes) override;
    LANGEXPORT_DECL asio::awaitable<void> commit() override;
    LANGEXPORT_DECL void discard() noexcept override;

private:
    LANGEXPORT_TEMPLATE_DECL asio::awaitable<void> commit_sum();
    std::string finish();

    asio::awaitable<void> (sha256_sink::*commit_)(); // the coroutine of `commit`
    std::shared_ptr<result_sink> next_;
    evp_md_ctx_st* digest_;
    std::uint64_t size_ = 0;
    bool is_begun_ = false;
    std::string checksum_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/sink/impl/sha256_sink.ipp>
#endif

#endif
