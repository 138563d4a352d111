#ifndef LANGEXPORT_TESTS_SUPPORT_VIRTUAL_BENCH_HPP
#define LANGEXPORT_TESTS_SUPPORT_VIRTUAL_BENCH_HPP

#include "support/engine_bench.hpp"
#include "support/outcome.hpp"

#include <langexport/testing/service_model.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace langexport_tests {

/// A project with a short result whose jobs end at once.
inline langexport::testing::project instant_project(std::string name = "Demo") {
    langexport::testing::project made(std::move(name));
    made.job_duration = std::chrono::nanoseconds(0);
    return made;
}

/// One client and the emulator's service in the bench's time, without a network. The service has the project "Demo".
class virtual_bench : public engine_bench {
public:
    explicit virtual_bench(const langexport::client_params& params = quick_params(),
                           langexport::testing::emulator_options options = {});

    /// No quota and small times.
    static langexport::client_params quick_params();

    langexport::testing::service_model* operator->() { return &model_; }

    /// Starts one operation: `start` passes the callback it gets to it.
    template <class Result, class Start>
    std::shared_ptr<outcome<Result>> begin(Start start) {
        auto where = std::make_shared<outcome<Result>>();
        start(keep_in<Result>(where));
        return where;
    }
    /// A job of the service that was submitted now, by another program.
    langexport::export_job submit_elsewhere(const std::string& project = "Demo");

private:
    bench_response respond(const seen_request& seen);

    langexport::testing::service_model model_;
};

} // namespace langexport_tests

#endif
