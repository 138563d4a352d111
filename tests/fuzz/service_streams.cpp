// How the random service is reached: connections that open late or never, take bytes slowly, and end at any time.

#include "fuzz/promise.hpp"
#include "fuzz/service_peer.hpp"

#include <langexport/detail/base/text.hpp>
#include <langexport/testing/impl/request_reader.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <chrono>
#include <limits>

namespace langexport_tests::fuzz {

using namespace std::chrono_literals;
using langexport::errc;
using langexport::detail::io_handler;
using langexport::detail::io_step;
namespace asio = boost::asio;

void service_opener::wait(io_handler handler) {
    service_.count_step();
    waiting_.emplace(std::move(handler));
    if (wait_ < 1h)
        service_.time().after(wait_, [weak = std::weak_ptr(self_), number = ++waits_] {
            const auto self = weak.lock();
            if (self && (*self)->waits_ == number)
                (*self)->end_wait({});
        });
}

void service_opener::end_wait(error_code ec) {
    if (!waiting_)
        return;
    ++waits_;
    asio::post(strand_,
               [handler = std::move(*waiting_), ec]() mutable { std::move(handler)(ec, 0); });
    waiting_.reset();
}

void service_opener::interrupt() {
    end_wait(asio::error::operation_aborted);
}

langexport::detail::task<void> service_opener::open(langexport::detail::watchdog& watch,
                                                    langexport::detail::opening& result) {
    result.stream.reset();
    result.failure.reset();
    result.is_cancelled = result.is_resumed = false;
    result.has_other_address = false;
    watch.begin_attempt(service_.time().now() + 10s, errc::connect_timeout);
    const unsigned how = service_.by().below(8);
    // 5 and 6 open late, 7 never.
    wait_ = std::chrono::hours(how == 7 ? 2 : 0);
    if (how == 5 || how == 6)
        wait_ = std::chrono::milliseconds(service_.by().next() * 10);
    const io_step step{this, {}, [](const io_step& self, io_handler handler) {
                           static_cast<service_opener*>(self.object)->wait(std::move(handler));
                       }};
    auto waited = co_await langexport::detail::async_io(step);
    const error_code ec = std::get<0>(waited);
    constexpr errc failures[] = {errc::connection_failed, errc::resolve_failed, errc::tls_failed};
    if (watch.expired())
        result.failure = langexport::detail::exchange_failure{*watch.expired(), "no peer", {}};
    else if (!ec && how >= 2 && how <= 4)
        result.failure = langexport::detail::exchange_failure{failures[how - 2], "no peer",
                                                              asio::error::connection_refused};
    else if (!ec && !result.is_cancelled)
        result.stream = std::make_unique<service_stream>(service_, strand_);
    else
        result.is_cancelled = true;
    if (result.failure)
        result.has_other_address = service_.by().below(4) == 1;
    watch.disarm();
}

service_stream::service_stream(random_service& service, langexport::detail::strand_type strand)
    : service_(service), strand_(std::move(strand)),
      write_limit_(std::numeric_limits<std::size_t>::max()), dies_after_(write_limit_) {
    ++service_.open_streams;
    switch (service_.by().below(16)) {
    case 1:
        write_limit_ = 1 + service_.by().next();
        break;
    case 2:
        dies_after_ = service_.by().next() * 2;
        is_rejected_ = dies_after_ == 0;
        break;
    case 3:
        is_stuck_ = true;
        break;
    case 4: // an end while it is idle
        end_ = asio::error::eof;
        last_ = service_.time().now() + std::chrono::milliseconds(service_.by().next() * 100);
        break;
    default:
        break;
    }
}

service_stream::~service_stream() {
    --service_.open_streams;
}

bool service_stream::has_come() const noexcept {
    const time_point now = service_.time().now();
    return pieces_.empty() ? end_ && last_ <= now : pieces_.front().first <= now;
}

bool service_stream::is_idle() noexcept {
    return !has_come();
}

std::size_t service_stream::read_now(asio::mutable_buffer into, error_code& ec) noexcept {
    service_.count_step();
    was_write_ = false;
    promise(!waiting_, "one operation of a stream at a time");
    ec = is_closed_ ? asio::error::bad_descriptor : asio::error::would_block;
    if (is_closed_ || !has_come())
        return 0;
    if (pieces_.empty()) {
        ec = *end_;
        return 0;
    }
    std::string& piece = pieces_.front().second;
    const std::size_t count = std::min(piece.size(), into.size());
    std::copy_n(piece.data(), count, static_cast<char*>(into.data()));
    piece.erase(0, count);
    if (piece.empty())
        pieces_.pop_front();
    ec = {};
    return count;
}

std::size_t service_stream::write_now(asio::const_buffer from, error_code& ec) noexcept {
    service_.count_step();
    was_write_ = true;
    promise(!waiting_, "one operation of a stream at a time");
    ec = is_stuck_ ? asio::error::would_block : asio::error::connection_reset;
    if (is_closed_)
        ec = asio::error::bad_descriptor;
    if (is_closed_ || is_stuck_ || written_ >= dies_after_)
        return 0;
    const std::size_t count = std::min({from.size(), write_limit_, dies_after_ - written_});
    written_ += count;
    arrived_.append(static_cast<const char*>(from.data()), count);
    ec = {};
    take_request();
    return count;
}

void service_stream::take_request() {
    const std::size_t end = arrived_.find("\r\n\r\n");
    if (end == std::string::npos)
        return;
    arrived_request request;
    request.header = langexport::detail::to_lower(arrived_.substr(0, end + 2));
    std::size_t size = 0;
    const std::size_t length = request.header.find("\r\ncontent-length: ");
    if (length != std::string::npos)
        size = std::stoul(request.header.substr(length + 18));
    if (arrived_.size() < end + 4 + size)
        return;
    request.body = arrived_.substr(end + 4, size);
    promise(arrived_.size() == end + 4 + size, "one request at a time", arrived_);
    const std::size_t space = arrived_.find(' ');
    request.method = arrived_.substr(0, space);
    request.target = arrived_.substr(space + 1, arrived_.find(' ', space + 1) - space - 1);
    langexport::testing::detail::request_reader reader(16 * 1024, 64 * 1024);
    for (int i = 0; i < 2 && !reader.is_whole(); ++i) // the header, and the body
        promise(reader.take(arrived_) == 0, "a request is well formed", request.header);
    promise(reader.is_whole() && arrived_.empty() && reader.header().method == request.method &&
                reader.header().target == request.target && reader.take_body() == request.body,
            "a request is read as it was written", request.header);
    planned_response plan = service_.response(request);
    last_ = std::max(last_, service_.time().now());
    for (auto& [wait, bytes] : plan.pieces) {
        last_ += wait;
        if (!bytes.empty())
            pieces_.emplace_back(last_, std::move(bytes));
    }
    if (plan.end)
        end_ = plan.end;
}

void service_stream::wake(error_code ec) {
    if (!waiting_)
        return;
    asio::post(strand_,
               [handler = std::move(*waiting_), ec]() mutable { std::move(handler)(ec, 0); });
    waiting_.reset();
}

void service_stream::wait(io_handler handler) {
    promise(!waiting_, "one wait at a time");
    waiting_.emplace(std::move(handler));
    if (is_closed_)
        return wake(asio::error::bad_descriptor);
    if (was_write_ ? !is_stuck_ : has_come())
        return wake({});
    const time_point when = pieces_.empty() ? last_ : pieces_.front().first;
    if (!was_write_ && (!pieces_.empty() || end_))
        service_.time().at(when, [weak = std::weak_ptr(self_)] {
            if (const auto self = weak.lock())
                (*self)->wake({});
        });
}

void service_stream::close() noexcept {
    is_closed_ = true;
    wake(asio::error::operation_aborted);
}

} // namespace langexport_tests::fuzz
