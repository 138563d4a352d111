#include <langexport/detail/engine/checked_document.hpp>

#include "support/catch.hpp"
#include "unit/import/watched_source.hpp"

#include <langexport/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace checked_document_test {

using namespace langexport;
using namespace langexport_tests;
using detail::checked_document;

namespace {

// Delivers a text in reads of a size.
class text_input final : public detail::import_input {
public:
    explicit text_input(std::string& text) : text_(text) {}

    std::optional<std::uint64_t> size() const noexcept override { return due; }
    void open() override { done_ = 0; }
    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        const std::size_t count =
            std::min({into.size(), text_.size() - done_, std::size_t(50'000)});
        std::copy_n(text_.data() + done_, count, static_cast<char*>(into.data()));
        done_ += count;
        co_return count;
    }
    void close() noexcept override { ++closed; }

    std::optional<std::uint64_t> due;
    int closed = 0;

private:
    std::string& text_;
    std::size_t done_ = 0;
};

asio::awaitable<void> read_piece(checked_document& document) {
    document.begin_piece();
    while (document.wants_more()) {
        const asio::mutable_buffer space = document.space();
        const std::size_t count = co_await document.input().read(space);
        document.add(count);
    }
    document.end_piece();
}

class document_bench {
public:
    explicit document_bench(std::string document, std::optional<std::uint64_t> due = {})
        : text(std::move(document)) {
        auto made = std::make_unique<text_input>(text);
        made->due = due;
        input = made.get();
        tested = std::make_unique<checked_document>(
            std::move(made), detail::import_check(project_surface::analyze_text, ""));
    }
    // The message of what was thrown; empty if nothing was.
    std::string next() {
        std::exception_ptr thrown;
        asio::co_spawn(context_, read_piece(*tested),
                       [&](std::exception_ptr error) { thrown = error; });
        context_.restart();
        context_.run();
        return message_of(thrown);
    }
    std::string first_pass() {
        std::string why;
        while (why.empty() && !tested->is_checked())
            why = next();
        return why;
    }
    // The bytes of a pass that delivers, and behind them what was thrown.
    std::string pass() {
        std::string all;
        tested->begin_pass();
        do {
            const std::string why = next();
            if (!why.empty())
                return why;
            all += tested->piece();
        } while (!tested->is_last());
        return all;
    }

    std::string text;
    text_input* input = nullptr;
    std::unique_ptr<checked_document> tested;

private:
    asio::io_context context_;
};

} // namespace

TEST_CASE("a document is the same in each pass", "[import][checked_document]") {
    const std::size_t size =
        GENERATE(std::size_t(0), std::size_t(128 * 1024), std::size_t(300'000));
    std::string text = text_document(size);
    document_bench b(text);
    CHECK(b.first_pass().empty());
    CHECK(b.tested->findings().problem().empty());
    CHECK(b.tested->size() == text.size());
    const int closed = b.input->closed;
    CHECK(b.pass() == text);
    CHECK(b.pass() == text);
    CHECK(b.input->closed >= closed + 2);
}

TEST_CASE("a document that changes is found before its last piece", "[import][checked_document]") {
    const std::string text = text_document(300'000);
    document_bench b(text);
    REQUIRE(b.first_pass().empty());
    const std::string prefix = "the document has changed since it was checked: ";
    b.text[5] = '!';
    CHECK(b.pass() == prefix + "other bytes");
    b.text = text + " ";
    CHECK(b.pass() == prefix + "it has more than " + std::to_string(text.size()) + " bytes");
    b.text = text.substr(0, 1000);
    CHECK(b.pass() == prefix + "it has 1000 instead of " + std::to_string(text.size()) + " bytes");
    b.text.clear();
    CHECK(b.pass() == prefix + "it has 0 instead of " + std::to_string(text.size()) + " bytes");
    b.text = text;
    CHECK(b.pass() == text);
}

TEST_CASE("a document must have the announced size", "[import][checked_document]") {
    const std::string text = text_document();
    document_bench good(text, text.size()), bad(text, text.size() + 1);
    CHECK(good.first_pass().empty());
    CHECK(bad.first_pass() == "it has " + std::to_string(text.size()) + " bytes instead of " +
                                  std::to_string(text.size() + 1));
    CHECK_FALSE(bad.tested->is_checked());
}

TEST_CASE("more bytes than there is room for are rejected", "[import][checked_document]") {
    document_bench b(text_document());
    b.tested->begin_piece();
    const std::size_t room = b.tested->space().size();
    CHECK(room == 128 * 1024);
    CHECK_THROWS_AS(b.tested->add(room + 1), std::length_error);
}

} // namespace checked_document_test
