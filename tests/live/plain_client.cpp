#include "live/plain_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>

namespace langexport_tests {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;

bool is_same_name(std::string_view a, std::string_view b) {
    return beast::iequals(beast::string_view(a.data(), a.size()),
                          beast::string_view(b.data(), b.size()));
}

template <class Stream>
exchange_seen send_and_read(Stream& stream, const http::request<http::string_body>& request) {
    http::write(stream, request);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(std::uint64_t{256} * 1024 * 1024);
    http::read(stream, buffer, parser);
    exchange_seen seen;
    seen.status = parser.get().result_int();
    for (const auto& field : parser.get())
        seen.headers.emplace_back(field.name_string(), field.value());
    seen.body = parser.get().body();
    return seen;
}

// In any case: a service may write a host in another one than its client.
void replace_all(std::string& text, const std::string& what, const std::string& by) {
    for (std::size_t at = 0; !what.empty() && at + what.size() <= text.size(); ++at)
        if (is_same_name(std::string_view(text).substr(at, what.size()), what)) {
            text.replace(at, what.size(), by);
            at += by.size() - 1;
        }
}

// The name may be encoded.
void hide_project(std::string& url) {
    const std::string before = "/projects/";
    const std::size_t at = url.find(before);
    if (at == std::string::npos)
        return;
    const std::size_t begin = at + before.size();
    const std::size_t end = std::min(url.find_first_of("/?", begin), url.size());
    url.replace(begin, end - begin, "PROJECT");
}

// The form of a value in a recording.
json::value shape_of(const json::value& value, std::string_view name) {
    static constexpr std::array kept = {"status", "projectKind", "projectFileVersion",
                                        "stringIndexType", "code"};
    if (const auto* text = value.if_string()) {
        if (std::find(kept.begin(), kept.end(), name) != kept.end())
            return value;
        return json::value("(" + std::to_string(text->size()) + " bytes)");
    }
    if (const auto* list = value.if_array()) {
        json::array first;
        if (!list->empty())
            first.push_back(shape_of(list->front(), name));
        return first;
    }
    if (const auto* members = value.if_object()) {
        // That of a response, unlike that of a project, has names that people chose.
        if (name == "metadata" && !members->contains("projectName"))
            return json::value("(" + std::to_string(members->size()) + " members)");
        json::object shapes;
        for (const auto& [key, member] : *members)
            shapes[key] = shape_of(member, key);
        return shapes;
    }
    return value;
}

json::value body_of(const std::string& body) {
    if (body.empty())
        return nullptr;
    boost::system::error_code failed;
    const json::value value = json::parse(body, failed);
    if (failed)
        return json::value("(" + std::to_string(body.size()) + " bytes that are no JSON)");
    return shape_of(value, {});
}

} // namespace

std::string path_segment(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF", unreserved = "-._~";
    std::string segment;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') ||
                              unreserved.find(c) != std::string_view::npos;
        if (is_plain)
            segment += c;
        else
            segment.append(1, '%').append(1, digits[byte / 16]).append(1, digits[byte % 16]);
    }
    return segment;
}

std::string exchange_seen::header(std::string_view name) const {
    for (const auto& [field, value] : headers)
        if (is_same_name(field, name))
            return value;
    return {};
}

plain_client::plain_client(const std::string& endpoint, std::string key, std::string ca_file)
    : key_(std::move(key)), ca_file_(std::move(ca_file)) {
    std::string rest = endpoint;
    while (!rest.empty() && rest.back() == '/')
        rest.pop_back();
    origin_ = rest;
    is_secure_ = rest.rfind("https://", 0) == 0;
    const bool is_plain = rest.rfind("http://", 0) == 0;
    if (!is_secure_ && !is_plain)
        throw std::runtime_error("the endpoint does not begin with https://");
    rest.erase(0, is_secure_ ? 8 : 7);
    const std::size_t colon = rest.find(':');
    host_ = rest.substr(0, colon);
    port_ = colon == std::string::npos ? (is_secure_ ? "443" : "80") : rest.substr(colon + 1);
    if (host_.empty() || host_.find('/') != std::string::npos)
        throw std::runtime_error("the endpoint is no https://host");
    if (is_plain && host_ != "127.0.0.1" && host_ != "localhost")
        throw std::runtime_error("the key does not travel in clear text: use https");
}

const exchange_seen& plain_client::send(const std::string& method, const std::string& url,
                                        const std::string& body) {
    std::string target = url;
    for (const std::string& origin : {origin_ + ":443", origin_})
        if (is_same_name(std::string_view(url).substr(0, origin.size()), origin)) {
            target = url.substr(origin.size());
            break;
        }
    if (target.empty() || target.front() != '/')
        throw std::runtime_error("a link leads to another origin, where the key does not go");

    http::request<http::string_body> request(http::string_to_verb(method), target, 11);
    request.set(http::field::host, origin_.substr(origin_.find("//") + 2));
    request.set("Ocp-Apim-Subscription-Key", key_);
    request.set(http::field::user_agent, "langexport-live-test");
    if (!body.empty())
        request.set(http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();

    asio::io_context context;
    beast::tcp_stream tcp(context);
    const auto addresses = asio::ip::tcp::resolver(context).resolve(host_, port_);
    tcp.connect(addresses);
    exchange_seen seen;
    if (is_secure_) {
        asio::ssl::context tls(asio::ssl::context::tls_client);
        if (ca_file_.empty())
            tls.set_default_verify_paths();
        else
            tls.load_verify_file(ca_file_);
        asio::ssl::stream<beast::tcp_stream&> stream(tcp, tls);
        stream.set_verify_mode(asio::ssl::verify_peer);
        stream.set_verify_callback(asio::ssl::host_name_verification(host_));
        ::SSL_set_tlsext_host_name(stream.native_handle(), host_.c_str());
        stream.handshake(asio::ssl::stream_base::client);
        seen = send_and_read(stream, request);
    } else
        seen = send_and_read(tcp, request);
    seen.method = method;
    seen.target = target;
    seen.request_body = body;
    seen_.push_back(std::move(seen));
    return seen_.back();
}

std::string plain_client::hidden(std::string text) const {
    hide_project(text);
    replace_all(text, key_, "KEY");
    replace_all(text, host_, "resource.example");
    return text;
}

json::object plain_client::recording() const {
    json::array entries;
    for (const exchange_seen& one : seen_) {
        json::object headers;
        for (const auto& [name, value] : one.headers)
            headers[name] = hidden(value);
        entries.push_back({{"RequestMethod", one.method},
                           {"RequestUri", hidden(one.target)},
                           {"RequestBody", one.request_body},
                           {"StatusCode", one.status},
                           {"ResponseHeaders", std::move(headers)},
                           {"ResponseBody", body_of(one.body)}});
    }
    return {{"Entries", std::move(entries)}};
}

std::size_t plain_client::count_of(std::string_view method) const {
    return static_cast<std::size_t>(
        std::count_if(seen_.begin(), seen_.end(),
                      [&](const exchange_seen& one) { return one.method == method; }));
}

} // namespace langexport_tests
