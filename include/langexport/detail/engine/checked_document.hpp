#ifndef LANGEXPORT_DETAIL_ENGINE_CHECKED_DOCUMENT_HPP
#define LANGEXPORT_DETAIL_ENGINE_CHECKED_DOCUMENT_HPP

#include <langexport/detail/base/sha256.hpp>
#include <langexport/detail/protocol/import_check.hpp>
#include <langexport/version.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

// The document of an import, which can be read several times.
class import_input {
public:
    import_input() = default;
    import_input(const import_input&) = delete;
    import_input& operator=(const import_input&) = delete;
    virtual ~import_input() = default;

    // The size that the document must have; nothing if any size will do.
    virtual std::optional<std::uint64_t> size() const noexcept = 0;
    // Begins at the first byte again.
    virtual void open() = 0;
    // Returns the number of bytes; 0 is the end.
    virtual asio::awaitable<std::size_t> read(asio::mutable_buffer into) = 0;
    // Releases what `open` has acquired.
    virtual void close() noexcept = 0;
};

// Splits a document into pieces. The first pass checks it; each further pass delivers it and compares it with the one
// that was checked. The caller reads the bytes, because only it can wait. A function that throws has found that the
// document has changed, or has another size than it should have.
class checked_document {
public:
    LANGEXPORT_DECL checked_document(std::unique_ptr<import_input> input, import_check check);

    // The next piece is the first one of a new pass.
    void begin_pass() noexcept { must_open_ = true; }
    // Whether the first pass is complete.
    bool is_checked() const noexcept { return !is_checking_; }
    const import_check& findings() const noexcept { return check_; }
    // The size of the document that was checked.
    std::uint64_t size() const noexcept { return size_; }

    LANGEXPORT_DECL void begin_piece();
    // Whether bytes for the piece must be read into `space`.
    LANGEXPORT_DECL bool wants_more() const noexcept;
    LANGEXPORT_DECL asio::mutable_buffer space() noexcept;
    import_input& input() noexcept { return *input_; }
    // So many bytes were read; 0: the document has ended.
    LANGEXPORT_DECL void add(std::size_t count);
    // The last piece of a document is delivered only if all of it is the document that was checked: otherwise the
    // service would receive another one.
    LANGEXPORT_DECL void end_piece();

    std::string_view piece() const noexcept { return {buffer_.data(), filled_}; }
    bool is_last() const noexcept { return done_ == size_; }

    // Releases the document.
    void release() noexcept { input_.reset(); }

private:
    bool is_at_end_of_size() const noexcept { return !is_checking_ && done_ + filled_ == size_; }
    void end_check();

    std::unique_ptr<import_input> input_;
    import_check check_;
    bool must_open_ = true;
    bool is_checking_ = true; // the first pass
    bool has_ended_ = false;  // the pass has reached the end of the document
    char spare_ = 0;          // for a byte that the document should not have
    std::vector<char> buffer_;
    std::size_t filled_ = 0; // bytes of the piece in the buffer
    std::uint64_t done_ = 0; // bytes of the pass, up to the end of the last complete piece
    std::uint64_t size_ = 0;
    sha256 digest_;
    sha256::value sum_{}; // of the document that was checked
};

} // namespace detail
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/detail/engine/impl/checked_document.ipp>
#endif

#endif
