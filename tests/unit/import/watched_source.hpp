#ifndef LANGEXPORT_TESTS_UNIT_IMPORT_WATCHED_SOURCE_HPP
#define LANGEXPORT_TESTS_UNIT_IMPORT_WATCHED_SOURCE_HPP

#include <langexport/import/import_source.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace langexport_tests {

/// A document, and what happens when it is read.
class watched_document {
public:
    explicit watched_document(std::string bytes) : document(std::move(bytes)) {}

    std::string document;
    /// Called with the number of the reader, from 1, when it opens. May be empty, throw, or change the document.
    std::function<void(std::size_t)> at_open;
    /// Called inside each read, with the number of the reader and its position. May be empty.
    std::function<boost::asio::awaitable<void>(std::size_t, std::size_t)> in_read;

    std::size_t opened = 0;
    std::size_t open = 0; ///< Readers that exist.
    std::size_t largest_read = 0;
    bool overlapped = false; ///< Two reads ran at the same time.
    bool is_in_read = false;
    boost::asio::any_io_executor read_on;
};

/// Reads a watched document in pieces of at most 10,000 bytes.
class watched_reader final : public langexport::import_reader {
public:
    explicit watched_reader(std::shared_ptr<watched_document> from) : from_(std::move(from)) {
        number_ = ++from_->opened;
        ++from_->open;
    }
    ~watched_reader() override { --from_->open; }

    boost::asio::awaitable<std::size_t> read(boost::asio::mutable_buffer into) override {
        from_->read_on = co_await boost::asio::this_coro::executor;
        from_->overlapped = from_->overlapped || from_->is_in_read;
        from_->is_in_read = true;
        from_->largest_read = std::max(from_->largest_read, into.size());
        if (from_->in_read)
            co_await from_->in_read(number_, done_);
        const std::size_t left = from_->document.size() - std::min(done_, from_->document.size());
        const std::size_t count = std::min({into.size(), left, std::size_t(10'000)});
        std::copy_n(from_->document.data() + done_, count, static_cast<char*>(into.data()));
        done_ += count;
        from_->is_in_read = false;
        co_return count;
    }

private:
    std::shared_ptr<watched_document> from_;
    std::size_t number_ = 0;
    std::size_t done_ = 0;
};

inline langexport::import_source source_of(const std::shared_ptr<watched_document>& document) {
    return langexport::import_source::from_factory([document] {
        if (document->at_open)
            document->at_open(document->opened + 1);
        return std::make_unique<watched_reader>(document);
    });
}

/// A document of a text project with so many bytes, or a few more.
inline std::string text_document(std::size_t size = 0, const std::string& name = "Claims") {
    std::string text = R"({"projectFileVersion":"2023-04-01","stringIndexType":"Utf16CodeUnit",)"
                       R"("metadata":{"projectKind":"CustomEntityRecognition","projectName":")" +
                       name +
                       R"("},"assets":{"projectKind":"CustomEntityRecognition","documents":[)";
    const std::string entry = R"({"location":"a.txt","language":"en-us"},)";
    while (text.size() < size)
        text += entry;
    return text + R"({"location":"z.txt"}]}})";
}

} // namespace langexport_tests

#endif
