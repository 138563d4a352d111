#include <langexport/testing/emulator.hpp>

#include "integration/emulator_peer.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <string>

namespace emulator_chunks_test {

namespace testing = langexport::testing;
using langexport_tests::raw_peer;
using langexport_tests::running_emulator;

// Over TLS each piece is a record, and the emulator reads one record at a time.
TEST_CASE("a chunked request is read in pieces of any size", "[emulator]") {
    testing::emulator_options options;
    options.tls = true;
    running_emulator service(options);
    service->add_project(testing::project("Demo"));
    const std::string header = "POST /language/authoring/analyze-text/projects/Demo/:export"
                               "?stringIndexType=Utf16CodeUnit&api-version=2022-05-01 HTTP/1.1\r\n"
                               "Host: x\r\nOcp-Apim-Subscription-Key: " +
                               service->key() +
                               "\r\nContent-Type: application/json\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n";
    raw_peer peer(service->port(), service->certificate_pem());
    for (const std::string body :
         {"0\r\n\r\n", "00\r\n\r\n", "0\r\nA: b\r\n\r\n", "2\r\n{}\r\n0\r\n\r\n"})
        for (std::size_t first = 0; first < body.size(); ++first) {
            CAPTURE(body, first);
            peer.send(header + body.substr(0, first));
            for (std::size_t at = first; at < body.size(); ++at)
                peer.send(body.substr(at, 1));
            CHECK(peer.response().status == 202);
        }
}

} // namespace emulator_chunks_test
