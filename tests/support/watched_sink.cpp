#include "support/watched_sink.hpp"

#include <algorithm>

namespace asio = boost::asio;

namespace langexport_tests {

namespace {

// Says for how long a call runs, and whether another one ran already.
class in_call {
public:
    explicit in_call(watched_sink& sink) : sink_(sink) {
        if (sink_.is_in_call.exchange(true))
            sink_.was_misused = true;
    }
    ~in_call() { sink_.is_in_call = false; }

private:
    watched_sink& sink_;
};

} // namespace

std::size_t watched_sink::number_of(const std::string& call) const {
    return static_cast<std::size_t>(std::count(calls.begin(), calls.end(), call));
}

void watched_sink::note(const char* call) {
    if (is_over_)
        was_misused = true;
    if (last_call() != "write" || std::string(call) != "write")
        calls.push_back(call);
}

asio::awaitable<void> watched_sink::write(asio::const_buffer bytes) {
    const in_call running(*this);
    note("write");
    called_on = co_await asio::this_coro::executor;
    was_misused = was_misused || bytes.size() == 0;
    largest_write = std::max(largest_write, bytes.size());
    received += bytes.size();
    ++writes;
    if (writes == acts_at)
        co_await act();
    // Only now: the bytes have to stay where they are.
    document.append(static_cast<const char*>(bytes.data()), bytes.size());
}

asio::awaitable<void> watched_sink::commit() {
    const in_call running(*this);
    note("commit");
    called_on = co_await asio::this_coro::executor;
    if (at_commit)
        co_await at_commit();
    is_over_ = true;
}

void watched_sink::discard() noexcept {
    const in_call running(*this);
    if (last_call() == "discard")
        was_misused = true;
    note("discard");
    document.clear();
}

} // namespace langexport_tests
