#ifndef LANGEXPORT_DETAIL_ENGINE_REGISTRY_HPP
#define LANGEXPORT_DETAIL_ENGINE_REGISTRY_HPP

#include <boost/asio/execution_context.hpp>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace asio = boost::asio;

namespace detail {

// What wants to hear that its execution context is going down.
class shutdown_listener {
public:
    virtual void context_is_going_down() noexcept = 0;

protected:
    ~shutdown_listener() = default;
};

// A waiting handler owns its caller's frame, which may own the client that owns the handler. When the
// context goes down somebody has to cut that circle: the context asks this service, and it the engines.
class shutdown_registry final : public asio::execution_context::service {
public:
    inline static asio::execution_context::id id;

    explicit shutdown_registry(asio::execution_context& context) : service(context) {}

    void add(std::weak_ptr<shutdown_listener> listener) {
        const std::lock_guard lock(mutex_);
        std::erase_if(listeners_, [](const auto& known) { return known.expired(); });
        listeners_.push_back(std::move(listener));
    }

private:
    void shutdown() override {
        std::vector<std::weak_ptr<shutdown_listener>> all;
        {
            const std::lock_guard lock(mutex_);
            all.swap(listeners_);
        }
        for (const auto& listener : all)
            if (const auto alive = listener.lock())
                alive->context_is_going_down();
    }

    std::mutex mutex_;
    std::vector<std::weak_ptr<shutdown_listener>> listeners_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
