#include <langexport/import/import_source.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <langexport/file/file_error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <fstream>
#include <string>

namespace import_source_test {

using namespace langexport;
using namespace langexport_tests;

namespace {

asio::awaitable<void> read_pieces(import_reader& reader, std::size_t piece, std::string& into) {
    std::string buffer(piece, '\0');
    for (std::size_t count = 1; count > 0;) {
        const asio::mutable_buffer space(buffer.data(), buffer.size());
        count = co_await reader.read(space);
        into.append(buffer, 0, count);
    }
}

std::string read_all(const import_source& source, std::size_t piece) {
    std::string all;
    std::exception_ptr thrown;
    asio::io_context context;
    const auto reader = source.open();
    asio::co_spawn(context, read_pieces(*reader, piece, all),
                   [&](std::exception_ptr error) { thrown = error; });
    context.run();
    if (thrown)
        std::rethrow_exception(thrown);
    return all;
}

} // namespace

TEST_CASE("each reader of bytes begins at the first byte", "[import][import_source]") {
    const std::string document(1000, 'x');
    const auto source = import_source::from_bytes(document + "end");
    CHECK(source.size() == 1003u);
    CHECK(read_all(source, 7) == document + "end");
    CHECK(read_all(source, 5000) == document + "end");
    CHECK(import_source::from_bytes("").size() == 0u);
    CHECK(read_all(import_source::from_bytes(""), 10).empty());
}

TEST_CASE("each reader of a file begins at the first byte", "[import][import_source]") {
    const temporary_folder folder;
    const auto path = folder.path() / "project.json";
    const std::string document = "{" + std::string(300'000, ' ') + "}";
    std::ofstream(path, std::ios::binary) << document;
    const auto source = import_source::from_file(path);
    CHECK(source.size() == document.size());
    CHECK(read_all(source, 10'000) == document);
    CHECK(read_all(source, 1'000'000) == document);
    std::filesystem::remove(path);
    CHECK_THROWS_AS(source.open(), file_error);
}

TEST_CASE("a file that cannot be read is reported when the source is made",
          "[import][import_source]") {
    const temporary_folder folder;
    CHECK_THROWS_AS(import_source::from_file(folder.path() / "missing.json"), file_error);
}

TEST_CASE("a factory makes a reader for each pass", "[import][import_source]") {
    int opened = 0;
    const auto source = import_source::from_factory([&] {
        ++opened;
        return import_source::from_bytes("abc").open();
    });
    CHECK_FALSE(source.size());
    CHECK(opened == 0);
    CHECK(read_all(source, 2) == "abc");
    CHECK(read_all(source, 2) == "abc");
    CHECK(opened == 2);
    CHECK(import_source::from_factory([] { return nullptr; }, 12).size() == 12u);
}

} // namespace import_source_test
