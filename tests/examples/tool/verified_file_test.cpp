#include "examples/tool/verified_file.hpp"

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

#include <langexport/file/file_error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <exception>
#include <string>

namespace verified_file_test {

using namespace tool;
using namespace langexport_tests;

namespace {

boost::asio::awaitable<void> read_pieces(langexport::import_reader& reader, std::string& into) {
    std::string buffer(7, '\0');
    for (std::size_t count = 1; count > 0;) {
        const boost::asio::mutable_buffer space(buffer.data(), buffer.size());
        count = co_await reader.read(space);
        into.append(buffer, 0, count);
    }
}

std::string read_all(const langexport::import_source& source) {
    std::string all;
    std::exception_ptr thrown;
    boost::asio::io_context context;
    const auto reader = source.open();
    boost::asio::co_spawn(context, read_pieces(*reader, all),
                          [&](std::exception_ptr error) { thrown = error; });
    context.run();
    if (thrown)
        std::rethrow_exception(thrown);
    return all;
}

} // namespace

TEST_CASE("a file that no longer matches its entry cannot be read to its end",
          "[tool][verified_file]") {
    const temporary_folder folder;
    const std::string document = R"({"language":"en-us"})";
    write_content(folder / "A.json", document);
    langexport::manifest_entry entry;
    entry.file = "A.json";
    const langexport::file_digest digest = langexport::digest_of(folder / "A.json");
    entry.bytes = digest.bytes;
    entry.sha256 = digest.sha256;
    const langexport::import_source source = verified_file(folder.path(), entry);
    CHECK(read_all(source) == document);
    CHECK(read_all(source) == document); // a second pass

    const std::string advice = "): export the project again, or restore the file from a copy";
    write_content(folder / "A.json", R"({"language":"de-de"})");
    CHECK_THROWS_WITH(
        read_all(source),
        contains_text("'A.json' has changed since it was verified (its SHA-256 is ") &&
            contains_text(advice));
    write_content(folder / "A.json", document + ' ');
    CHECK_THROWS_WITH(read_all(source),
                      contains_text("(it has 21 bytes, and the manifest says 20" + advice));
    CHECK_THROWS_AS(verified_file(folder / "none", entry), langexport::file_error);
}

} // namespace verified_file_test
