#ifndef LANGEXPORT_EXAMPLES_SERVICE_RESULT_FILE_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_RESULT_FILE_HPP

#include <langexport/sink/file_sink.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace service {

/// A sink that writes a file, and remembers the type of its content.
class result_file final : public langexport::result_sink {
public:
    explicit result_file(std::filesystem::path target) : file_(std::move(target)) {}

    std::uint64_t size() const noexcept { return file_.size(); }
    const std::string& content_type() const noexcept { return content_type_; }

    void set_content_type(std::string_view content_type) override {
        content_type_ = content_type;
        file_.set_content_type(content_type);
    }
    void set_expected_size(std::uint64_t size) override { file_.set_expected_size(size); }
    boost::asio::awaitable<void> write(boost::asio::const_buffer bytes) override {
        return file_.write(bytes);
    }
    boost::asio::awaitable<void> commit() override { return file_.commit(); }
    void discard() noexcept override { file_.discard(); }

private:
    langexport::file_sink file_;
    std::string content_type_;
};

} // namespace service

#endif
