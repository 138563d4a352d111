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

// The result of a reader that does not wait. Its virtual functions call it through a pointer, because they are no
// templates.
LANGEXPORT_TEMPLATE_DECL asio::awaitable<std::size_t> completed_read(std::size_t count) {
    co_return count;
}
using completed_read_function = asio::awaitable<std::size_t> (*)(std::size_t);

class bytes_reader final : public import_reader {
public:
    bytes_reader(std::shared_ptr<const std::string> document,
                 completed_read_function completed) noexcept
        : document_(std::move(document)), completed_(completed) {}

    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        const std::size_t count = (std::min)(into.size(), document_->size() - done_);
        std::copy_n(document_->data() + done_, count, static_cast<char*>(into.data()));
        done_ += count;
        return completed_(count);
    }

private:
    std::shared_ptr<const std::string> document_;
    completed_read_function completed_;
    std::size_t done_ = 0;
};

class file_reader final : public import_reader {
public:
    file_reader(const std::filesystem::path& path, completed_read_function completed)
        : path_(path), completed_(completed), file_(open_to_read(path)) {}

    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        return completed_(read_some(file_, path_, static_cast<char*>(into.data()), into.size()));
    }

private:
    std::filesystem::path path_;
    completed_read_function completed_;
    system_file file_;
};

inline std::uint64_t size_of_file(const std::filesystem::path& path) {
    error_code failure;
    const std::uint64_t size = open_to_read(path).size(failure);
    check_file(failure, "cannot read", path);
    return size;
}

} // namespace detail

LANGEXPORT_TEMPLATE_DECL import_source import_source::from_bytes(std::string document) {
    const detail::completed_read_function completed = &detail::completed_read;
    const std::uint64_t size = document.size();
    auto shared = std::make_shared<const std::string>(std::move(document));
    return import_source(
        [shared = std::move(shared), completed] {
            return std::make_unique<detail::bytes_reader>(shared, completed);
        },
        size);
}

LANGEXPORT_TEMPLATE_DECL import_source import_source::from_file(std::filesystem::path path) {
    const detail::completed_read_function completed = &detail::completed_read;
    const std::uint64_t size = detail::size_of_file(path);
    return import_source(
        [path = std::move(path), completed] {
            return std::make_unique<detail::file_reader>(path, completed);
        },
        size);
}

} // namespace v0
} // namespace langexport

#endif
