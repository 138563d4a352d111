#include <langexport/detail/engine/source_runner.hpp>

#include "support/catch.hpp"
#include "unit/engine/document_input.hpp"
#include "unit/import/watched_source.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace source_runner_test {

using namespace langexport;
using namespace langexport_tests;
using detail::source_runner;

namespace {

class runner_bench {
public:
    explicit runner_bench(const std::string& text)
        : document(std::make_shared<watched_document>(text)),
          runner(std::make_shared<source_runner>(
              std::make_unique<document_input>(document),
              detail::import_check(project_surface::analyze_text, ""), context.get_executor(),
              context.get_executor(),
              detail::strand_type(asio::any_io_executor(context.get_executor())),
              &source_runner::start_call)) {}
    ~runner_bench() { runner->abandon(); }

    void go_on() {
        context.restart();
        context.poll();
    }
    // Checks the whole document.
    void check() {
        runner->begin_check([this](std::exception_ptr error) {
            ++checks;
            thrown = std::move(error);
        });
        go_on();
    }
    // Returns the next piece; what went wrong if there is none.
    std::string next_piece() {
        std::optional<error_code> result;
        runner->prepare([&](error_code ec, std::size_t) { result = ec; });
        go_on();
        return !result ? "(waits)" : *result ? result->message() : std::string(runner->piece());
    }

    asio::io_context context;
    std::shared_ptr<watched_document> document;
    std::shared_ptr<source_runner> runner;
    int checks = 0;
    std::exception_ptr thrown;
};

} // namespace

TEST_CASE("a document is checked once and delivered in pieces as often as needed",
          "[import][source_runner]") {
    const std::string text = text_document(300'000);
    runner_bench b(text);
    b.check();
    REQUIRE(b.checks == 1);
    CHECK_FALSE(b.thrown);
    CHECK(b.runner->document().findings().problem().empty());
    CHECK(b.runner->document().size() == text.size());
    CHECK(b.document->open == 0);
    for (int attempt = 0; attempt < 2; ++attempt) {
        b.runner->begin_attempt();
        std::string all;
        do
            all += b.next_piece();
        while (!b.runner->is_last() && all.size() < 2 * text.size());
        CHECK(all == text);
        CHECK(b.document->open == 0);
    }
    CHECK_FALSE(b.runner->is_busy());
}

TEST_CASE("an attempt that broke off begins again at the first byte", "[import][source_runner]") {
    const std::string text = text_document(300'000);
    runner_bench b(text);
    b.check();
    b.runner->begin_attempt();
    const std::string first = b.next_piece();
    CHECK(text.starts_with(first));
    CHECK_FALSE(b.runner->is_last());
    b.runner->begin_attempt();
    CHECK(b.next_piece() == first);
}

TEST_CASE("a document of exactly some pieces ends with the last of them",
          "[import][source_runner]") {
    const std::size_t piece = 128 * 1024;
    std::string text = text_document(2 * piece - 200);
    text.append(2 * piece - text.size(), ' ');
    runner_bench b(text);
    b.check();
    b.runner->begin_attempt();
    CHECK(b.next_piece().size() == piece);
    CHECK_FALSE(b.runner->is_last());
    CHECK(b.next_piece().size() == piece);
    CHECK(b.runner->is_last());
}

TEST_CASE("a check stops at the first mistake", "[import][source_runner]") {
    runner_bench b("{x" + text_document(1'000'000));
    b.check();
    CHECK(b.checks == 1);
    CHECK_FALSE(b.runner->document().findings().problem().empty());
    CHECK(b.document->largest_read <= 128 * 1024);
}

TEST_CASE("an exchange need not wait for a running call", "[import][source_runner]") {
    const std::string text = text_document(300'000);
    runner_bench b(text);
    b.check();
    b.runner->begin_attempt();
    std::optional<error_code> result;
    b.runner->prepare([&](error_code ec, std::size_t) { result = ec; });
    CHECK(b.runner->is_busy());
    b.runner->detach_source();
    bool is_free = false;
    b.runner->when_free([&] { is_free = true; });
    CHECK_FALSE(is_free);
    b.go_on();
    REQUIRE(result);
    CHECK(*result == asio::error::operation_aborted);
    CHECK(is_free);
}

TEST_CASE("a stopped check calls nothing more", "[import][source_runner]") {
    runner_bench b(text_document(1'000'000));
    b.runner->begin_check([&](std::exception_ptr) { ++b.checks; });
    b.runner->stop();
    bool is_free = false;
    b.runner->when_free([&] { is_free = true; });
    b.go_on();
    CHECK(b.checks == 0);
    CHECK(is_free);
    CHECK(b.document->opened == 1);
    b.runner->end();
    CHECK(b.document->open == 0);
}

} // namespace source_runner_test
