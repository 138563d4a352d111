#ifndef LANGEXPORT_TESTING_IMPL_FAULT_IPP
#define LANGEXPORT_TESTING_IMPL_FAULT_IPP

#include <langexport/testing/fault.hpp>
#include <langexport/testing/impl/wire_format.hpp>

namespace langexport {
inline namespace v0 {
namespace testing {

LANGEXPORT_DECL canned_response canned_response::malformed(malformation how) {
    constexpr std::size_t depth = 100'000;
    switch (how) {
    case malformation::no_http:
        return raw_bytes("SSH-2.0-OpenSSH_9.2\r\n");
    case malformation::status_line:
        return raw_bytes("HTTP/1.1 2x0 OK\r\nContent-Length: 2\r\n\r\n{}");
    case malformation::header_line:
        return raw_bytes("HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 2\r\n\r\n{}");
    case malformation::content_length:
        return raw_bytes("HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}");
    case malformation::two_lengths:
        return raw_bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 20\r\n\r\n{}");
    case malformation::chunk_size:
        return raw_bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "xyz\r\n{}\r\n0\r\n\r\n");
    case malformation::no_json:
        return canned_response(200, "<html><body><h1>It works!</h1></body></html>");
    case malformation::half_json:
        return canned_response(200, R"({"status":"running","warnings":[{"code)");
    case malformation::wrong_json:
        return canned_response(200,
                               R"({"status":{},"resultUrl":7,"warnings":"none","errors":true})");
    case malformation::bottomless_json:
        return canned_response(200, R"({"status":"running","x":)" + std::string(depth, '[') +
                                        std::string(depth, ']') + "}");
    case malformation::no_body:
        return canned_response(200);
    }
    return canned_response(500);
}

LANGEXPORT_DECL canned_response canned_response::after_provisional(unsigned http_status,
                                                                   unsigned count) {
    canned_response response;
    for (unsigned i = 0; i < count; ++i)
        response.prefix += "HTTP/1.1 " + std::to_string(http_status) + " " +
                           std::string(detail::reason_phrase(http_status)) + "\r\n\r\n";
    return response;
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
