#ifndef LANGEXPORT_SINK_FILE_SINK_HPP
#define LANGEXPORT_SINK_FILE_SINK_HPP

#include <langexport/file/atomic_file.hpp>
#include <langexport/result_sink.hpp>
#include <langexport/version.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

/// Writes a result to a file through an `atomic_file`: at any time the file is either the old one or the
/// complete new one.
///
/// Its functions block the executor of the operation: hundreds of microseconds for a piece, milliseconds
/// for `commit` (see `file_options::sync`). If that is too long, use a completion handler whose executor is
/// a thread pool's. `write` and `commit` throw `file_error`; the operation then fails with
/// errc::sink_failed.
///
/// Thread safety: none; use it after the operation has completed.
class file_sink final : public result_sink {
public:
    /// Checks whether the file can be written, so that an export to an unusable target fails before it
    /// starts. The sink opens the file when it receives the first byte of the result. If there are no free
    /// file descriptors, it skips the check.
    ///
    /// @param target   The file. Its folder must exist.
    /// @param options  Options for writing it.
    /// @throws file_error  It cannot be written: no such folder, no permission, another process writes it, …
    LANGEXPORT_DECL explicit file_sink(std::filesystem::path target,
                                       file_options options = file_options());

    /// The number of bytes that were written.
    std::uint64_t size() const noexcept { return size_; }
    /// The file. Before `commit`, it does not have the extension of `file_options::name_after_content` yet.
    const std::filesystem::path& target() const noexcept { return target_; }
    /// Whether `commit` has succeeded, so that the target is the complete file.
    bool is_committed() const noexcept { return is_committed_; }
    /// Whether `commit` left the target unchanged because it already had the same bytes: see
    /// `file_options::keep_unchanged`.
    bool is_unchanged() const noexcept { return is_unchanged_; }

    void set_content_type(std::string_view content_type) override { content_type_ = content_type; }
    void set_expected_size(std::uint64_t size) override { expected_size_ = size; }
    LANGEXPORT_DECL asio::awaitable<void> write(asio::const_buffer bytes) override;
    LANGEXPORT_DECL asio::awaitable<void> commit() override;
    LANGEXPORT_DECL void discard() noexcept override;

private:
    atomic_file& file();

    std::filesystem::path target_;
    file_options options_;
    std::optional<atomic_file> file_;
    std::string content_type_;
    std::string first_bytes_;
    std::uint64_t expected_size_ = 0;
    std::uint64_t size_ = 0;
    bool is_committed_ = false;
    bool is_unchanged_ = false;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/sink/impl/file_sink.ipp>
#endif

#endif
