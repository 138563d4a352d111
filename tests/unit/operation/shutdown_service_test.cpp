#include <langexport/detail/operation/shutdown_service.hpp>

#include "support/catch.hpp"

#include <boost/asio/execution_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace shutdown_service_test {

using langexport::detail::shutdown_listener;
using langexport::detail::shutdown_service;
namespace asio = boost::asio;

namespace {

using notes = std::vector<std::string>;

// Writes the events of its context to a list.
class listener final : public shutdown_listener {
public:
    listener(std::string name, notes& into) : name_(std::move(name)), into_(into) {}

    void context_is_going_down() noexcept override {
        into_.push_back(name_ + " down");
        if (on_event)
            on_event();
    }
    void context_has_forked(bool is_child) override {
        into_.push_back(name_ + (is_child ? " child" : " parent"));
        if (on_event)
            on_event();
    }

    std::function<void()> on_event;

private:
    std::string name_;
    notes& into_;
};

// A service that an engine uses, such as Asio's reactor.
class older_service final : public asio::execution_context::service {
public:
    inline static asio::execution_context::id id;

    explicit older_service(asio::execution_context& context) : service(context) {}
    notes* into = nullptr;

private:
    void shutdown() override {}
    void notify_fork(asio::execution_context::fork_event) override { into->push_back("service"); }
};

} // namespace

TEST_CASE("the destruction of a context notifies each living listener once", "[shutdown_service]") {
    notes seen;
    auto context = std::make_optional<asio::execution_context>();
    auto& service = asio::use_service<shutdown_service>(*context);
    const auto first = std::make_shared<listener>("first", seen);
    auto gone = std::make_shared<listener>("gone", seen);
    const auto last = std::make_shared<listener>("last", seen);
    service.add(first);
    service.add(gone);
    service.add(last);
    gone.reset();
    CHECK(seen.empty());
    context.reset();
    CHECK(seen == notes{"first down", "last down"});
}

TEST_CASE("the service keeps no listener alive", "[shutdown_service]") {
    notes seen;
    asio::execution_context context;
    auto owner = std::make_shared<listener>("owner", seen);
    asio::use_service<shutdown_service>(context).add(owner);
    CHECK(owner.use_count() == 1);
}

TEST_CASE("a listener may end another one, which is then not notified", "[shutdown_service]") {
    notes seen;
    auto context = std::make_optional<asio::execution_context>();
    auto& service = asio::use_service<shutdown_service>(*context);
    const auto first = std::make_shared<listener>("first", seen);
    auto second = std::make_shared<listener>("second", seen);
    service.add(first);
    service.add(second);
    first->on_event = [&] { second.reset(); };
    context.reset();
    CHECK(seen == notes{"first down"});
}

TEST_CASE("parent and child of a fork are distinguished, and the preparation is not an event",
          "[shutdown_service][fork]") {
    notes seen;
    asio::execution_context context;
    const auto only = std::make_shared<listener>("only", seen);
    asio::use_service<shutdown_service>(context).add(only);
    context.notify_fork(asio::execution_context::fork_prepare);
    CHECK(seen.empty());
    context.notify_fork(asio::execution_context::fork_parent);
    CHECK(seen == notes{"only parent"});
    context.notify_fork(asio::execution_context::fork_child);
    CHECK(seen == notes{"only parent", "only child"});
}

TEST_CASE("a listener may add another one during a fork; that one is not notified of it",
          "[shutdown_service][fork]") {
    notes seen;
    asio::execution_context context;
    auto& service = asio::use_service<shutdown_service>(context);
    const auto first = std::make_shared<listener>("first", seen);
    const auto second = std::make_shared<listener>("second", seen);
    service.add(first);
    first->on_event = [&] { service.add(second); };
    context.notify_fork(asio::execution_context::fork_child);
    CHECK(seen == notes{"first child"});
    first->on_event = nullptr;
    context.notify_fork(asio::execution_context::fork_child);
    CHECK(seen == notes{"first child", "first child", "second child"});
}

TEST_CASE("older services of the context receive a fork before the listeners",
          "[shutdown_service][fork]") {
    notes seen;
    asio::execution_context context;
    asio::use_service<older_service>(context).into = &seen;
    const auto only = std::make_shared<listener>("only", seen);
    asio::use_service<shutdown_service>(context).add(only);
    for (const auto event :
         {asio::execution_context::fork_parent, asio::execution_context::fork_child}) {
        seen.clear();
        context.notify_fork(event);
        REQUIRE(seen.size() == 2);
        CHECK(seen[0] == "service");
    }
}

} // namespace shutdown_service_test
