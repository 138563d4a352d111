#ifndef LANGEXPORT_EXAMPLES_SERVICE_SESSION_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_SESSION_HPP

#include "error_text.hpp"
#include "exporter.hpp"
#include "http.hpp"
#include "metrics.hpp"
#include "order.hpp"
#include "page.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <chrono>
#include <exception>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace service {

namespace beast = boost::beast;

/// The data that all sessions share.
struct site {
    std::shared_ptr<exporter> exports;
    listening_address address;
    std::string resource; ///< The origin of the Language resource, for metrics.
};

/// The connection of one HTTP client. Its coroutines run on a strand of their own, so a slow client delays no other.
class session {
public:
    session(std::shared_ptr<const site> shared, beast::tcp_stream stream)
        : site_(std::move(shared)), stream_(std::move(stream)) {}

    /// Serves requests until the client closes the connection, or is silent or slow for too long.
    asio::awaitable<void> run() {
        bool is_open = true;
        while (is_open)
            is_open = co_await serve_one();
        stream_.close();
    }

private:
    using seconds = std::chrono::seconds;
    static constexpr seconds request_limit{30};
    static constexpr seconds write_limit{60};
    static constexpr seconds event_interval{15};

    asio::awaitable<bool> serve_one() {
        stream_.expires_after(request_limit);
        http::request_parser<http::string_body> parser;
        parser.body_limit(largest_body);
        beast::error_code failed;
        co_await http::async_read(stream_, buffer_, parser,
                                  asio::redirect_error(asio::use_awaitable, failed));
        if (failed) {
            co_await reject_unreadable(parser.get(), failed);
            co_return false;
        }
        const http_request request = parser.release();
        co_return co_await respond(request);
    }

    // Rejects a request that is too large or is not HTTP. A client that has left or is silent gets no response.
    asio::awaitable<void> reject_unreadable(const http_request& request, beast::error_code failed) {
        const bool is_http =
            failed.category() == http::make_error_code(http::error::bad_target).category();
        if (!is_http || failed == http::error::end_of_stream ||
            failed == http::error::partial_message)
            co_return;
        http_response rejection =
            failed == http::error::body_limit
                ? problem(request, http::status::payload_too_large, "the body may have 64 KiB")
                : problem(request, http::status::bad_request,
                          "this is not an HTTP request: " + failed.message());
        rejection.keep_alive(false);
        rejection.version(11);
        co_await send(std::move(rejection));
        co_await discard_rest();
    }

    // A connection that is closed with unread bytes is reset, and the client may lose the response.
    asio::awaitable<void> discard_rest() {
        beast::error_code failed;
        stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, failed);
        std::string piece(16 * 1024, '\0');
        stream_.expires_after(seconds(5));
        for (std::size_t read = 0; !failed && read < 4 * 1024 * 1024;)
            read += co_await stream_.async_read_some(
                asio::buffer(piece), asio::redirect_error(asio::use_awaitable, failed));
    }

    asio::awaitable<bool> send(http_response response) {
        stream_.expires_after(write_limit);
        beast::error_code failed;
        co_await http::async_write(stream_, response,
                                   asio::redirect_error(asio::use_awaitable, failed));
        co_return !failed && response.keep_alive();
    }

    // The rejection of a request that another site's page may have sent, or that is not for this service.
    std::optional<http_response> rejection_of(const http_request& request) const {
        const std::string_view host = request[http::field::host];
        if (!site_->address.is_host(host))
            return problem(request, http::status::misdirected_request,
                           "the Host is not the address of this service, " + site_->address.url());
        const auto origin = request.find(http::field::origin);
        if (origin != request.end() && !site_->address.is_origin(origin->value(), host))
            return problem(request, http::status::forbidden,
                           "requests of pages of other sites are rejected");
        return std::nullopt;
    }

    asio::awaitable<bool> respond(const http_request& request) {
        auto rejection = rejection_of(request);
        if (rejection)
            co_return co_await send(std::move(*rejection));
        const std::string_view target = request.target();
        const std::string path(target.substr(0, target.find('?')));
        const auto wanted = export_path_of(path);
        const bool is_get = request.method() == http::verb::get;
        if (wanted && is_get && wanted->part == "events") {
            co_await send_events(request, wanted->id);
            co_return false;
        }
        if (wanted && is_get && wanted->part == "result") {
            const bool is_open = co_await send_result(request, wanted->id);
            co_return is_open;
        }
        http_response response = response_to(request, path, wanted);
        co_return co_await send(std::move(response));
    }

    http_response response_to(const http_request& request, const std::string& path,
                              const std::optional<export_path>& wanted) const {
        try {
            if (path == "/exports")
                return respond_to_collection(request);
            if (wanted && wanted->part.empty())
                return respond_to_export(request, wanted->id);
            if (path == "/" || path == "/metrics" || path == "/healthz")
                return request.method() == http::verb::get ? respond_to_get(request, path)
                                                           : not_allowed(request, "GET");
            if (wanted && (wanted->part == "events" || wanted->part == "result"))
                return not_allowed(request, "GET");
            return problem(request, http::status::not_found, "there is nothing at '" + path + "'");
        } catch (const std::exception& error) {
            return problem(request, http::status::internal_server_error, error.what());
        }
    }

    static http_response not_allowed(const http_request& request, std::string_view methods) {
        auto response = problem(request, http::status::method_not_allowed,
                                "here a request may be " + std::string(methods));
        response.set(http::field::allow, methods);
        return response;
    }

    static http_response no_such_export(const http_request& request) {
        return problem(request, http::status::not_found, "there is no export of this id");
    }

    http_response respond_to_get(const http_request& request, const std::string& path) const {
        if (path == "/healthz")
            return make_response(request, http::status::ok, "text/plain; charset=utf-8", "ok\n");
        if (path == "/metrics")
            return make_response(
                request, http::status::ok, "text/plain; version=0.0.4; charset=utf-8",
                metrics_text(site_->resource, site_->exports->counts(), site_->exports->stats(),
                             site_->exports->book().all()));
        auto response =
            make_response(request, http::status::ok, "text/html; charset=utf-8", page_text());
        response.set(
            "Content-Security-Policy",
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src "
            "'unsafe-inline'; "
            "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        return response;
    }

    http_response respond_to_collection(const http_request& request) const {
        if (request.method() == http::verb::post)
            return begin_export(request);
        if (request.method() != http::verb::get)
            return not_allowed(request, "GET, POST");
        boost::json::array list;
        for (const export_record& each : site_->exports->book().all())
            list.push_back(document_of(each));
        return json_response(request, http::status::ok, list);
    }

    http_response respond_to_export(const http_request& request, const std::string& id) const {
        if (request.method() == http::verb::delete_) {
            if (!site_->exports->remove(id))
                return no_such_export(request);
            http_response response(http::status::no_content, request.version());
            response.keep_alive(request.keep_alive());
            return response;
        }
        if (request.method() != http::verb::get)
            return not_allowed(request, "GET, DELETE");
        const auto found = site_->exports->book().find(id);
        return found ? json_response(request, http::status::ok, document_of(*found))
                     : no_such_export(request);
    }

    http_response begin_export(const http_request& request) const {
        if (media_type_of(request[http::field::content_type]) != "application/json")
            return problem(request, http::status::unsupported_media_type,
                           "the Content-Type must be application/json");
        if (site_->exports->is_draining())
            return problem(request, http::status::service_unavailable, "the service is stopping");
        export_record wanted;
        try {
            wanted = read_order(request.body());
        } catch (const std::exception& error) {
            return problem(request, http::status::bad_request, error.what());
        }
        try {
            wanted = site_->exports->begin(std::move(wanted));
        } catch (const langexport::export_error& error) {
            return problem(request, http::status::bad_request, error_text(error.what()));
        }
        auto response = json_response(request, http::status::created, document_of(wanted));
        response.set(http::field::location, "/exports/" + wanted.id);
        return response;
    }

    // Server-sent events: the state document now and after each change, until the last.
    asio::awaitable<void> send_events(const http_request& request, std::string id) {
        auto signal = std::make_shared<change_signal>(stream_.get_executor());
        if (!site_->exports->book().watch(id, signal)) {
            co_await send(no_such_export(request));
            co_return;
        }
        bool is_open = co_await write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                      "Cache-Control: no-store\r\nConnection: close\r\n\r\n");
        std::string last;
        while (is_open) {
            const auto found = site_->exports->book().find(id);
            if (!found)
                co_return; // it was removed
            std::string document = boost::json::serialize(document_of(*found));
            if (document != last)
                is_open = co_await write("data: " + document + "\n\n");
            last = std::move(document);
            if (!is_open || has_ended(found->state))
                co_return;
            const bool has_changed = co_await signal->wait(event_interval);
            if (!has_changed) // detects whether the client is still connected
                is_open = co_await write(": waiting\n\n");
        }
    }

    // Sends the file piece by piece: the next piece is read when the one before has been sent.
    asio::awaitable<bool> send_result(const http_request& request, std::string id) {
        const auto found = site_->exports->book().find(id);
        if (!found) {
            const bool is_open = co_await send(no_such_export(request));
            co_return is_open;
        }
        std::ifstream file(site_->exports->result_of(id), std::ios::binary);
        if (found->state != export_state::exported || !file || !found->bytes) {
            const bool is_open = co_await send(problem(request, http::status::conflict,
                                                       "there is no result: the export is " +
                                                           std::string(to_string(found->state))));
            co_return is_open;
        }
        const std::string type =
            found->content_type.empty() ? "application/octet-stream" : found->content_type;
        bool is_open = co_await write("HTTP/1.1 200 OK\r\nContent-Type: " + type +
                                      "\r\nContent-Length: " + std::to_string(*found->bytes) +
                                      "\r\nCache-Control: no-store\r\nX-Content-Type-Options: "
                                      "nosniff\r\nConnection: close\r\n\r\n");
        std::string piece(64 * 1024, '\0');
        while (is_open && file) {
            file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
            const auto size = static_cast<std::size_t>(file.gcount());
            if (size == 0)
                break;
            is_open = co_await write(std::string_view(piece).substr(0, size));
        }
        co_return false;
    }

    asio::awaitable<bool> write(std::string_view bytes) {
        stream_.expires_after(write_limit);
        beast::error_code failed;
        co_await asio::async_write(stream_, asio::buffer(bytes),
                                   asio::redirect_error(asio::use_awaitable, failed));
        stream_.expires_never();
        co_return !failed;
    }

    std::shared_ptr<const site> site_;
    beast::tcp_stream stream_;
    beast::flat_buffer buffer_{std::size_t(128 * 1024)};
};

} // namespace service

#endif
