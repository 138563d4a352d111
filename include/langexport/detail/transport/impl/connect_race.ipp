#ifndef LANGEXPORT_DETAIL_TRANSPORT_IMPL_CONNECT_RACE_IPP
#define LANGEXPORT_DETAIL_TRANSPORT_IMPL_CONNECT_RACE_IPP

#include <langexport/detail/transport/connect_race.hpp>
#include <langexport/detail/transport/watchdog.hpp>

#include <boost/asio/error.hpp>

#include <utility>

namespace langexport {
inline namespace v0 {
namespace detail {

// The shared state of the attempts. The handler of another attempt may run after the race is over: it keeps this
// object alive.
class connect_race::race_state final : public timer_entry,
                                       public std::enable_shared_from_this<race_state> {
public:
    race_state(strand_type strand, timer_queue& timers, std::vector<address> addresses,
               steady_duration delay)
        : strand_(std::move(strand)), timers_(timers), addresses_(std::move(addresses)),
          delay_(delay) {}

    void start(io_handler handler) {
        auto waiter = std::make_shared<io_handler>(std::move(handler));
        waiter_ = waiter;
        start_next(timers_.now(), std::move(waiter));
    }

    void close() noexcept {
        is_closed_ = true;
        clear();
        close_all_but(attempts.size());
    }

    // The previous attempt has not connected in time.
    void fire(steady_time now) override {
        if (auto waiter = waiter_.lock())
            start_next(now, std::move(waiter));
    }

    std::vector<attempt> attempts;
    std::optional<std::size_t> winner;

private:
    using waiter_ptr = std::shared_ptr<io_handler>;

    void start_next(steady_time now, waiter_ptr waiter) {
        const std::size_t number = attempts.size();
        attempts.push_back(
            attempt{addresses_[number], std::make_unique<network_stream>(strand_), {}});
        ++running_;
        timers_.set(*this, is_last() ? (steady_time::max)() : now + delay_);
        done_function then = [self = shared_from_this(), waiter = std::move(waiter),
                              number](error_code ec) { self->ended(number, ec, *waiter); };
        attempts[number].stream->connect(addresses_[number], std::move(then));
    }

    bool is_last() const noexcept { return attempts.size() == addresses_.size(); }

    void ended(std::size_t number, error_code ec, io_handler& waiter) {
        --running_;
        if (is_over_)
            return;
        if (is_closed_)
            ec = asio::error::operation_aborted; // even if it connected just before
        attempts[number].result = ec;
        if (ec)
            attempts[number].stream->close();
        if (!ec)
            winner = number;
        else if (!is_closed_ && !is_last())
            return start_next(timers_.now(), waiter_.lock());
        else if (running_ > 0)
            return;
        is_over_ = true;
        clear();
        close_all_but(number);
        std::move(waiter)(ec, 0);
    }

    void close_all_but(std::size_t number) noexcept {
        for (std::size_t i = 0; i < attempts.size(); ++i)
            if (i != number && attempts[i].stream)
                attempts[i].stream->close();
    }

    const strand_type strand_;
    timer_queue& timers_;
    const std::vector<address> addresses_;
    const steady_duration delay_;
    std::weak_ptr<io_handler> waiter_;
    std::size_t running_ = 0;
    bool is_closed_ = false;
    bool is_over_ = false;
};

LANGEXPORT_DECL connect_race::connect_race(strand_type strand, timer_queue& timers,
                                           std::vector<address> addresses, steady_duration delay)
    : state_(std::make_shared<race_state>(std::move(strand), timers, std::move(addresses), delay)) {
}

LANGEXPORT_DECL io_step connect_race::running() noexcept {
    return io_step{this, {}, [](const io_step& self, io_handler handler) {
                       const auto running = static_cast<connect_race*>(self.object)->state_;
                       running->start(std::move(handler));
                   }};
}

LANGEXPORT_DECL const std::vector<connect_race::attempt>& connect_race::attempts() const noexcept {
    return state_->attempts;
}

LANGEXPORT_DECL std::optional<std::size_t> connect_race::winner() const noexcept {
    return state_->winner;
}

LANGEXPORT_DECL std::unique_ptr<network_stream> connect_race::take_winner() noexcept {
    return std::move(state_->attempts[*state_->winner].stream);
}

LANGEXPORT_DECL void connect_race::close() noexcept {
    state_->close();
}

LANGEXPORT_DECL std::size_t connect_race::read_now(asio::mutable_buffer, error_code& ec) noexcept {
    ec = asio::error::not_connected;
    return 0;
}

LANGEXPORT_DECL std::size_t connect_race::write_now(asio::const_buffer, error_code& ec) noexcept {
    ec = asio::error::not_connected;
    return 0;
}

LANGEXPORT_DECL void connect_race::wait(io_handler handler) {
    std::move(handler)(asio::error::not_connected, 0);
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
