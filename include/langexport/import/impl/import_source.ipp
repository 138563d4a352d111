#ifndef LANGEXPORT_IMPORT_IMPL_IMPORT_SOURCE_IPP
#define LANGEXPORT_IMPORT_IMPL_IMPORT_SOURCE_IPP

#include <langexport/detail/os/system.hpp>
#include <langexport/file/file_error.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/import/import_source.hpp>

#include <algorithm>

namespace langexport {
inline namespace v0 {
namespace detail {

// The result of a reader that does not wait.
inline asio::awaitable<std::size_t> completed_read(std::size_t count) {
    co_return count;
}

class bytes_reader final : public import_reader {
public:
    explicit bytes_reader(std::shared_ptr<const std::string> document) noexcept
        : document_(std::move(document)) {}

    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        const std::size_t count = (std::min)(into.size(), document_->size() - done_);
        std::copy_n(document_->data() + done_, count, static_cast<char*>(into.data()));
        done_ += count;
        return completed_read(count);
    }

private:
    std::shared_ptr<const std::string> document_;
    std::size_t done_ = 0;
};

class file_reader final : public import_reader {
public:
    explicit file_reader(const std::filesystem::path& path)
        : path_(path), file_(open_to_read(path)) {}

    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        return completed_read(
            read_some(file_, path_, static_cast<char*>(into.data()), into.size()));
    }

private:
    std::filesystem::path path_;
    system_file file_;
};

inline std::uint64_t size_of_file(const std::filesystem::path& path) {
    error_code failure;
    const std::uint64_t size = open_to_read(path).size(failure);
    check_file(failure, "cannot read", path);
    return size;
}

} // namespace detail

LANGEXPORT_DECL import_source import_source::from_bytes(std::string document) {
    const std::uint64_t size = document.size();
    auto shared = std::make_shared<const std::string>(std::move(document));
    return import_source(
        [shared = std::move(shared)] { return std::make_unique<detail::bytes_reader>(shared); },
        size);
}

LANGEXPORT_DECL import_source import_source::from_file(std::filesystem::path path) {
    const std::uint64_t size = detail::size_of_file(path);
    return import_source(
        [path = std::move(path)] { return std::make_unique<detail::file_reader>(path); }, size);
}

} // namespace v0
} // namespace langexport

#endif
