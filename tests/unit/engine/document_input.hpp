#ifndef LANGEXPORT_TESTS_UNIT_ENGINE_DOCUMENT_INPUT_HPP
#define LANGEXPORT_TESTS_UNIT_ENGINE_DOCUMENT_INPUT_HPP

#include "unit/import/watched_source.hpp"

#include <langexport/detail/engine/checked_document.hpp>
#include <langexport/import/import_source.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace langexport_tests {

/// A watched document as the input of the engine.
class document_input final : public langexport::detail::import_input {
public:
    explicit document_input(std::shared_ptr<watched_document> from) : from_(std::move(from)) {}

    std::optional<std::uint64_t> size() const noexcept override { return {}; }
    void open() override { reader_ = source_of(from_).open(); }
    boost::asio::awaitable<std::size_t> read(boost::asio::mutable_buffer into) override {
        return reader_->read(into);
    }
    void close() noexcept override { reader_.reset(); }

private:
    std::shared_ptr<watched_document> from_;
    std::unique_ptr<langexport::import_reader> reader_;
};

} // namespace langexport_tests

#endif
