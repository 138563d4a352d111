#include "headers/include_arrows.hpp"
#include "headers/source_text.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>

using namespace langexport_tests;

namespace {

const std::string include_folder = "include/";

// As an #include names it.
std::string header_name(const source_file& file) {
    return file.path.substr(include_folder.size());
}

bool is_ours(std::string_view header) {
    return header == "langexport.hpp" || header.starts_with("langexport/");
}

std::string place(const source_file& file, const include_line& include) {
    return file.path + ":" + std::to_string(include.line) + " includes " + include.target;
}

} // namespace

TEST_CASE("a header knows its ring by its place", "[arrows]") {
    CHECK(ring_of("langexport.hpp") == ring::face);
    CHECK(ring_of("langexport/src.hpp") == ring::face);
    CHECK(ring_of("langexport/client.hpp") == ring::face);
    CHECK(ring_of("langexport/impl/client.ipp") == ring::face);
    CHECK(ring_of("langexport/export_project.hpp") == ring::face);
    CHECK(ring_of("langexport/export_projects.hpp") == ring::face);
    CHECK(ring_of("langexport/impl/export_projects.ipp") == ring::face);

    CHECK(ring_of("langexport/client_params.hpp") == ring::values);
    CHECK(ring_of("langexport/exported_project.hpp") == ring::values);
    CHECK(ring_of("langexport/impl/error.ipp") == ring::values);
    CHECK(ring_of("langexport/detail/text.hpp") == ring::values);
    CHECK(ring_of("langexport/detail/impl/text.ipp") == ring::values);

    CHECK(ring_of("langexport/detail/protocol/answer.hpp") == ring::decisions);
    CHECK(ring_of("langexport/detail/policy/impl/step.ipp") == ring::decisions);
    CHECK(ring_of("langexport/detail/transport/stream.hpp") == ring::io);
    CHECK(ring_of("langexport/detail/engine/impl/state.ipp") == ring::io);
    CHECK(ring_of("langexport/testing/impl/emulator.ipp") == ring::testing);

    CHECK_FALSE(ring_of("langexport/detail/storage/file.hpp"));
    CHECK_FALSE(ring_of("langexport/extra/file.hpp"));
    CHECK_FALSE(ring_of("other.hpp"));
}

TEST_CASE("arrows point to the same ring or inward", "[arrows]") {
    const std::string value = "langexport/error.hpp";
    const std::string protocol = "langexport/detail/protocol/answer.hpp";
    const std::string policy = "langexport/detail/policy/step.hpp";
    const std::string transport = "langexport/detail/transport/stream.hpp";
    const std::string engine = "langexport/detail/engine/state.hpp";
    const std::string face = "langexport/client.hpp";
    const std::string testing = "langexport/testing/emulator.hpp";

    CHECK(objection_to_include(protocol, value).empty());
    CHECK(objection_to_include(policy, protocol).empty());
    CHECK(objection_to_include(engine, transport).empty());
    CHECK(objection_to_include(face, engine).empty());
    CHECK(objection_to_include(testing, value).empty());
    CHECK(objection_to_include(testing, protocol).empty());
    CHECK(objection_to_include(testing, testing).empty());

    CHECK_FALSE(objection_to_include(value, protocol).empty());
    CHECK_FALSE(objection_to_include(value, face).empty());
    CHECK_FALSE(objection_to_include(policy, transport).empty());
    CHECK_FALSE(objection_to_include(engine, face).empty());
    CHECK_FALSE(objection_to_include(testing, policy).empty());
    CHECK_FALSE(objection_to_include(testing, engine).empty());
    CHECK_FALSE(objection_to_include(testing, face).empty());
    CHECK_FALSE(objection_to_include(engine, testing).empty());
    CHECK_FALSE(objection_to_include(face, testing).empty());
    CHECK_FALSE(objection_to_include(face, "langexport/detail/nowhere/x.hpp").empty());
}

TEST_CASE("I/O objects are told from what only describes work", "[arrows]") {
    CHECK(brings_io_objects("boost/asio/ip/tcp.hpp"));
    CHECK(brings_io_objects("boost/asio/steady_timer.hpp"));
    CHECK(brings_io_objects("boost/asio/ssl/context.hpp"));
    CHECK(brings_io_objects("boost/asio.hpp"));
    CHECK(brings_io_objects("boost/beast/core/tcp_stream.hpp"));
    CHECK(brings_io_objects("boost/beast/core/basic_stream.hpp"));

    CHECK_FALSE(brings_io_objects("boost/asio/awaitable.hpp"));
    CHECK_FALSE(brings_io_objects("boost/asio/buffer.hpp"));
    CHECK_FALSE(brings_io_objects("boost/asio/ip/address.hpp"));
    CHECK_FALSE(brings_io_objects("boost/asio/error.hpp"));
    CHECK_FALSE(brings_io_objects("boost/beast/http/parser.hpp"));
    CHECK_FALSE(brings_io_objects("boost/json/parse.hpp"));
}

TEST_CASE("the includes of the library follow the rings", "[arrows]") {
    const auto headers = read_sources("include", {".hpp", ".ipp"});
    REQUIRE_FALSE(headers.empty());

    for (const auto& header : headers) {
        const auto own_ring = ring_of(header_name(header));
        INFO(header.path);
        REQUIRE(own_ring);
        for (const auto& include : includes_of(header.text)) {
            INFO(place(header, include));
            CHECK_FALSE(include.is_quoted);
            if (is_ours(include.target)) {
                CHECK(objection_to_include(header_name(header), include.target) == "");
                CHECK(std::filesystem::exists(source_root() / include_folder / include.target));
            } else if (own_ring == ring::values || own_ring == ring::decisions) {
                CHECK_FALSE(brings_io_objects(include.target));
            }
        }
    }
}

TEST_CASE("examples include what users may include", "[arrows]") {
    const auto examples = read_sources("examples", {".cpp", ".hpp"});
    REQUIRE_FALSE(examples.empty());

    for (const auto& example : examples) {
        for (const auto& include : includes_of(example.text)) {
            INFO(place(example, include));
            CHECK(include.target.find("/detail/") == std::string::npos);
            CHECK(include.target.find("/impl/") == std::string::npos);
            if (!include.is_quoted)
                continue;
            // Only programs that are run as they are have several files. The others are copied one by one.
            const auto folder = std::filesystem::path(example.path).parent_path();
            CHECK((example.path == "examples/emulator.cpp" ||
                   example.path == "examples/export_projects.cpp" || folder == "examples/tool"));
            CHECK((source_root() / folder / include.target).lexically_normal().parent_path() ==
                  source_root() / "examples/tool");
        }
    }
}
