#ifndef LANGEXPORT_SINK_IMPL_FILE_SINK_IPP
#define LANGEXPORT_SINK_IMPL_FILE_SINK_IPP

#include <langexport/detail/base/shortage.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/impl/completed_awaitable.hpp>
#include <langexport/sink/file_sink.hpp>

#include <algorithm>
#include <utility>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL file_sink::file_sink(std::filesystem::path target, file_options options)
    : target_(std::move(target)), options_(std::move(options)) {
    try {
        atomic_file(target_, options_).discard();
    } catch (const file_error& error) {
        if (!detail::is_shortage(error.code()))
            throw;
    }
}

LANGEXPORT_DECL atomic_file& file_sink::file() {
    if (!file_) {
        file_.emplace(target_, options_);
        file_->reserve(std::exchange(expected_size_, 0));
    }
    return *file_;
}

LANGEXPORT_DECL asio::awaitable<void> file_sink::write(asio::const_buffer bytes) {
    file().write({static_cast<const char*>(bytes.data()), bytes.size()});
    size_ += bytes.size();
    const std::size_t enough = 256;
    first_bytes_.append(static_cast<const char*>(bytes.data()),
                        (std::min)(bytes.size(), enough - (std::min)(enough, first_bytes_.size())));
    return detail::completed_awaitable();
}

LANGEXPORT_DECL asio::awaitable<void> file_sink::commit() {
    const std::string extension = extension_of_content(content_type_, first_bytes_);
    if (options_.name_after_content && !extension.empty()) {
        std::filesystem::path target = target_;
        file().set_target(target.replace_extension(extension));
        target_ = std::move(target);
    }
    try {
        is_unchanged_ = !file().commit();
    } catch (...) {
        file_.reset(); // frees the descriptor until the next attempt
        throw;
    }
    file_.reset();
    is_committed_ = true;
    return detail::completed_awaitable();
}

LANGEXPORT_DECL void file_sink::discard() noexcept {
    file_.reset();
    first_bytes_.clear();
    expected_size_ = 0;
    size_ = 0;
}

} // namespace v0
} // namespace langexport

#endif
