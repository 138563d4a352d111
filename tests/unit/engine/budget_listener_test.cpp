#include <langexport/detail/engine/budget_listener.hpp>

#include "support/catch.hpp"

namespace budget_listener_test {

namespace {
class one_listener final : public langexport::detail::budget_listener {
public:
    int calls = 0;
    void budget_has_changed() override { ++calls; }
};
} // namespace

TEST_CASE("a listener of a budget receives its changes", "[budget_listener]") {
    one_listener listener;
    langexport::detail::budget_listener& any = listener;
    any.budget_has_changed();
    CHECK(listener.calls == 1);
}

} // namespace budget_listener_test
