#ifndef LANGEXPORT_IMPORT_IMPORT_SOURCE_HPP
#define LANGEXPORT_IMPORT_IMPORT_SOURCE_HPP

#include <langexport/version.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

/// Reads the document of an import once, from its first byte to its last.
///
/// `read` runs on the executor of the operation, never on the client's strand, one call at a time. The reader is
/// destroyed there, too, before the operation completes, often before it has reached the end.
class import_reader {
public:
    /// For derived classes.
    import_reader() = default;
    /// Not copyable: derived classes are used by pointer.
    import_reader(const import_reader&) = delete;
    /// Not copyable.
    import_reader& operator=(const import_reader&) = delete;
    /// Releases the document.
    virtual ~import_reader() = default;

    /// Reads the next bytes.
    ///
    /// If it throws, the operation fails with errc::source_failed. If the operation is cancelled meanwhile, it
    /// completes after this call, so the function should have a time limit of its own.
    ///
    /// @param into  Where the bytes go; not empty.
    /// @return      How many bytes there are; 0: the document has ended.
    virtual asio::awaitable<std::size_t> read(asio::mutable_buffer into) = 0;
};

/// The document of an import. It can be read several times: the client reads it once to check it, and once for each
/// submission. All passes must deliver the same bytes; if one does not, the operation fails with
/// errc::source_failed before the service has the whole document.
///
/// A copyable value. Thread safety: as the standard library's types.
class import_source {
public:
    /// Opens a reader. Runs on the executor of the operation. If it throws, the operation fails with
    /// errc::source_failed.
    using factory = std::function<std::unique_ptr<import_reader>()>;

    /// A document in memory. Copies of the source share it.
    ///
    /// @param document  The bytes, for example `exported_project::document`.
    LANGEXPORT_TEMPLATE_DECL static import_source from_bytes(std::string document);

    /// A file, which must not change before the operation has completed. Each pass opens it. Reading blocks the
    /// executor of the operation, for tens of microseconds at a time.
    ///
    /// @param path  The file.
    /// @throws file_error  It cannot be read.
    LANGEXPORT_TEMPLATE_DECL static import_source from_file(std::filesystem::path path);

    /// A document from elsewhere, for example another resource.
    ///
    /// @param open  Opens a fresh reader for each pass; not empty.
    /// @param size  How many bytes the document has, if it is known. If it has another size, the operation fails
    ///              with errc::source_failed. Without it the first pass determines the size.
    static import_source from_factory(factory open,
                                      std::optional<std::uint64_t> size = std::nullopt) {
        return import_source(std::move(open), size);
    }

    /// Opens a reader that begins at the first byte.
    std::unique_ptr<import_reader> open() const { return open_(); }
    /// How many bytes the document has. Known for bytes and files.
    std::optional<std::uint64_t> size() const noexcept { return size_; }

private:
    import_source(factory open, std::optional<std::uint64_t> size)
        : open_(std::move(open)), size_(size) {}

    factory open_;
    std::optional<std::uint64_t> size_;
};

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/import/impl/import_source.ipp>
#endif

#endif
