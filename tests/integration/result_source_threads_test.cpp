// Copies of projects by clients on several threads.

#include <langexport/import/import_project.hpp>
#include <langexport/import/result_source.hpp>

#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <future>
#include <string>
#include <vector>

namespace result_source_threads_test {

namespace testing = langexport::testing;

using langexport::export_request;
using langexport::import_request;
using langexport::import_status;
using langexport_tests::client_bench;

TEST_CASE("copies run on several threads", "[imports][threads]") {
    client_bench b(false);
    testing::project project("Original");
    project.documents = 1000;
    project.job_duration = std::chrono::nanoseconds(0);
    b->add_project(project);
    testing::project pattern("");
    pattern.job_duration = std::chrono::nanoseconds(0);
    b->set_import_pattern(pattern);
    const auto here = b.make_client();
    const auto status = b.wait(here, b.submit(here, export_request("Original")).result).result;

    boost::asio::thread_pool pool(3);
    const langexport::client from(pool.get_executor(), b.params());
    const langexport::client to(pool.get_executor(), b.params());
    std::vector<std::future<import_status>> all;
    for (int i = 0; i < 8; ++i) {
        const import_request request("Copy-" + std::to_string(i),
                                     langexport::result_source(from, status));
        all.push_back(langexport::import_project(to, request, boost::asio::use_future));
    }
    for (auto& one : all)
        CHECK(one.get().status == langexport::job_status::succeeded);
    pool.join();
    const std::string document = b.export_project(here, export_request("Original")).result.document;
    for (int i = 0; i < 8; ++i)
        CHECK(b.export_project(here, export_request("Copy-" + std::to_string(i))).result.document ==
              document);
}

} // namespace result_source_threads_test
