// One source of tokens, several clients, several threads.

#include "integration/identity_bench.hpp"
#include "support/catch.hpp"

#include <langexport/identity/token_chain.hpp>

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <future>
#include <vector>

namespace identity_threads_test {

namespace asio = boost::asio;
namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport::bearer_token_source;
using langexport::client;
using langexport::client_params;
using langexport::export_request;
using langexport::exported_project;
using langexport_tests::identity_bench;
using langexport_tests::quick_project;
using langexport_tests::source_kind;

TEST_CASE("several clients on several threads share a source of tokens", "[identity]") {
    testing::identity_emulator_options options;
    options.token_lifetime = 1s;
    identity_bench b(options);
    b.keeps_old_tokens = true;
    b.service->add_project(quick_project());
    b.issuer().on(testing::issuer_call::any, testing::occurrences::one_in(3),
                  testing::canned_response(503));
    const bearer_token_source source =
        langexport::token_chain({b.source(source_kind::secret), b.source(source_kind::machine)});
    asio::thread_pool pool(4);
    std::vector<client> clients;
    std::vector<std::future<exported_project>> ends;
    for (int i = 0; i < 4; ++i) {
        client_params params = b.params();
        params.credential = langexport::credential(source);
        const client& c = clients.emplace_back(pool.get_executor(), params);
        for (int n = 0; n < 20; ++n)
            ends.push_back(langexport::export_project(c, export_request("Demo"), asio::use_future));
    }
    for (auto& end : ends)
        CHECK_FALSE(end.get().document.empty());
    pool.join();
    CHECK(b.issuer().tokens().size() >= 4);
}

} // namespace identity_threads_test
