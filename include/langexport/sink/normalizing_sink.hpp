#ifndef LANGEXPORT_SINK_NORMALIZING_SINK_HPP
#define LANGEXPORT_SINK_NORMALIZING_SINK_HPP

#include <langexport/document/json_normalizer.hpp>
#include <langexport/result_sink.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace langexport {
inline namespace v0 {

/// Converts a result to the normal form for version control (see json_normalizer) and passes it to another
/// sink.
///
/// The target receives its first byte after the whole result was read. Until then, the normal form is in
/// memory. A result that is not JSON (`tsv` and `excel` of knowledge bases) fails with errc::sink_failed:
/// pass the target itself to such an operation.
///
///     file_options options;
///     options.keep_unchanged = true;
///     auto file = std::make_shared<file_sink>("projects/Home.json", options);
///     auto sink = std::make_shared<normalizing_sink>(file);
///
/// Thread safety: none; use it after the operation has completed.
class normalizing_sink final : public result_sink {
public:
    /// @param target     Receives the normal form; not null.
    /// @param max_depth  See normalizing_options::max_depth.
    /// @param limit      The largest result in bytes; a larger one fails with errc::sink_failed. Default: 1
    ///                   GiB.
    /// @throws export_error (errc::invalid_request) if `target` is null.
    LANGEXPORT_TEMPLATE_DECL explicit normalizing_sink(std::shared_ptr<result_sink> target,
                                                       std::size_t max_depth = 64,
                                                       std::uint64_t limit = std::uint64_t(1)
                                                                             << 30);

    /// @param target   Receives the normal form; not null.
    /// @param options  How to normalize.
    /// @param limit    The largest result in bytes; a larger one fails with errc::sink_failed. Default: 1
    ///                 GiB.
    /// @throws export_error (errc::invalid_request) if `target` is null.
    LANGEXPORT_TEMPLATE_DECL normalizing_sink(std::shared_ptr<result_sink> target,
                                              const normalizing_options& options,
                                              std::uint64_t limit = std::uint64_t(1) << 30);

    void set_content_type(std::string_view content_type) override {
        target_->set_content_type(content_type);
    }
    LANGEXPORT_DECL asio::awaitable<void> write(asio::const_buffer bytes) override;
    LANGEXPORT_DECL asio::awaitable<void> commit() override;
    LANGEXPORT_DECL void discard() noexcept override;

private:
    LANGEXPORT_TEMPLATE_DECL asio::awaitable<void> commit_pieces();
    json_normalizer& normalizer();

    asio::awaitable<void> (normalizing_sink::*commit_)(); // the coroutine of `commit`
    std::shared_ptr<result_sink> target_;
    normalizing_options options_;
    std::uint64_t limit_;
    std::optional<json_normalizer> normalizer_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/sink/impl/normalizing_sink.ipp>
#endif

#endif
