#include <langexport/detail/transport/body_consumer.hpp>

#include "support/catch.hpp"

#include <boost/asio/error.hpp>

#include <cstddef>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace body_consumer_test {

using namespace langexport;
using namespace langexport::detail;

namespace {

// Keeps the handler of the last piece.
class waiting_consumer final : public body_consumer {
public:
    void take(std::size_t size, io_handler handler) override {
        pieces.emplace_back(buffer_.data(), size);
        waiting.emplace(std::move(handler));
    }
    void finish(error_code ec) {
        auto handler = std::move(*waiting);
        waiting.reset();
        std::move(handler)(ec, 0);
    }
    std::vector<char> keep_buffer() { return std::move(buffer_); }
    void fail(std::exception_ptr error) { thrown_ = std::move(error); }
    const std::string& content_type() const { return content_type_; }

    std::vector<std::string> pieces;
    std::optional<io_handler> waiting;
};

std::vector<char> buffer_of(const std::string& text) {
    return std::vector<char>(text.begin(), text.end());
}

// Begins the operation, as awaiting it does.
void begin(const io_step& step, std::optional<error_code>& result) {
    step.begin(step, io_handler([&result](error_code ec, std::size_t) { result = ec; }));
}

} // namespace

TEST_CASE("a consumer has the buffer of the exchange while it takes a piece", "[body_consumer]") {
    waiting_consumer consumer;
    std::vector<char> buffer = buffer_of("piece, and free space");
    const char* const bytes = buffer.data();
    std::optional<error_code> result;
    begin(consumer.take_operation(buffer, 5), result);
    CHECK(buffer.empty());
    CHECK(consumer.pieces == std::vector<std::string>{"piece"});
    CHECK_FALSE(result);

    consumer.finish({});
    REQUIRE(result);
    CHECK_FALSE(*result);
    buffer = consumer.release_buffer();
    CHECK(buffer.data() == bytes); // the same memory, with its whole size
    CHECK(buffer.size() == 21);
    CHECK(consumer.release_buffer().empty());
}

TEST_CASE("a consumer may keep the buffer, and the exchange gets an empty one", "[body_consumer]") {
    waiting_consumer consumer;
    std::vector<char> buffer = buffer_of("piece");
    std::optional<error_code> result;
    begin(consumer.take_operation(buffer, 5), result);
    const std::vector<char> kept = consumer.keep_buffer();
    consumer.finish(boost::asio::error::operation_aborted);
    CHECK(result == error_code(boost::asio::error::operation_aborted));
    CHECK(consumer.release_buffer().empty());
    CHECK(std::string(kept.begin(), kept.end()) == "piece");
}

TEST_CASE("a consumer receives the content type before the body, and keeps its exception",
          "[body_consumer]") {
    waiting_consumer consumer;
    body_consumer& base = consumer;
    {
        const std::string header = "application/json";
        base.set_content_type(header);
    }
    CHECK(consumer.content_type() == "application/json");
    CHECK_FALSE(base.thrown());
    consumer.fail(std::make_exception_ptr(std::runtime_error("the disk is full")));
    CHECK_THROWS_AS(std::rethrow_exception(base.thrown()), std::runtime_error);
}

} // namespace body_consumer_test
