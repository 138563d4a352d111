#ifndef LANGEXPORT_DETAIL_OPERATION_SHUTDOWN_SERVICE_HPP
#define LANGEXPORT_DETAIL_OPERATION_SHUTDOWN_SERVICE_HPP

#include <boost/asio/execution_context.hpp>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

// Receives the events of an execution context.
class shutdown_listener {
public:
    virtual void context_is_going_down() noexcept = 0;
    // The process has forked. This is called in the child and in the parent, while no other code runs on the context.
    virtual void context_has_forked(bool is_child) = 0;

protected:
    ~shutdown_listener() = default;
};

// A waiting handler owns its caller's frame, which may own the client that owns the handler. The destruction of the
// context must break this cycle: the context notifies this service, which notifies the engines.
//
// A fork is reported in the same way. The services that an engine uses are older than this one and therefore receive
// the fork first: Asio's reactor in the child is a new one when the engine closes sockets, and the parent's reactor
// keeps its registrations.
class shutdown_service final : public asio::execution_context::service {
public:
    inline static asio::execution_context::id id;

    explicit shutdown_service(asio::execution_context& context) : service(context) {}

    void add(std::weak_ptr<shutdown_listener> listener) {
        const std::lock_guard lock(mutex_);
        std::erase_if(listeners_, [](const auto& known) { return known.expired(); });
        listeners_.push_back(std::move(listener));
    }

private:
    using listeners = std::vector<std::weak_ptr<shutdown_listener>>;

    void shutdown() override {
        listeners all;
        {
            const std::lock_guard lock(mutex_);
            all.swap(listeners_);
        }
        for (const auto& listener : all)
            if (const auto alive = listener.lock())
                alive->context_is_going_down();
    }

    void notify_fork(asio::execution_context::fork_event event) override {
        if (event == asio::execution_context::fork_prepare)
            return;
        listeners all;
        {
            const std::lock_guard lock(mutex_);
            all = listeners_;
        }
        for (const auto& listener : all)
            if (const auto alive = listener.lock())
                alive->context_has_forked(event == asio::execution_context::fork_child);
    }

    std::mutex mutex_;
    listeners listeners_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
