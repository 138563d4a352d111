#ifndef LANGEXPORT_TESTS_INTEGRATION_EXPORT_FAILURE_HPP
#define LANGEXPORT_TESTS_INTEGRATION_EXPORT_FAILURE_HPP

#include "integration/client_bench.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace langexport_tests {

using lines = std::vector<std::string>;

using preparation = std::function<void(langexport::testing::emulator&, langexport::client_params&)>;

inline std::string error_json(const std::string& code, const std::string& message) {
    return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}";
}

inline langexport::testing::canned_response error_response(unsigned status, const std::string& code,
                                                           const std::string& message) {
    return langexport::testing::canned_response(status, error_json(code, message));
}

inline langexport::testing::canned_response html_response(unsigned status) {
    langexport::testing::canned_response response(status,
                                                  "<html><body><h1>Bad gateway</h1></body></html>");
    return response.header("Content-Type", "text/html");
}

inline langexport::testing::canned_response stalled(std::uint64_t after) {
    return langexport::testing::canned_response::cut_after(after,
                                                           langexport::testing::early_end::stall);
}

/// One way for an export to fail.
class failing {
public:
    std::string name;
    preparation prepare;
    langexport::errc code;
    langexport::condition kind;
    langexport::submission_state submission;
    bool has_job = false;
    unsigned http_status = 0;
    lines words = {}; // in what()
    lines requests;   // as the service saw them
};

inline constexpr auto not_sent = langexport::submission_state::not_sent;
inline constexpr auto unconfirmed = langexport::submission_state::unconfirmed;
inline constexpr auto confirmed = langexport::submission_state::confirmed;
inline constexpr auto transient = langexport::condition::transient;
inline constexpr auto permanent = langexport::condition::permanent;
inline constexpr auto caller = langexport::condition::caller;
inline const lines post{"POST export"};
inline const lines post_get{"POST export", "GET status"};
inline const lines all_three{"POST export", "GET status", "GET result"};

inline preparation on(langexport::testing::call_kind kind,
                      langexport::testing::canned_response response) {
    return [kind, response](langexport::testing::emulator& e, langexport::client_params&) {
        e.on(kind, langexport::testing::occurrences::always(), response);
    };
}

inline preparation with_project(std::function<void(langexport::testing::project&)> change) {
    return [change](langexport::testing::emulator& e, langexport::client_params&) {
        langexport::testing::project p = quick_project();
        change(p);
        e.add_project(p);
    };
}

inline std::string deep_json(std::size_t depth) {
    return R"({"status":"running","x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

/// Checks that an export fails in this way.
inline void check(const failing& f, bool tls) {
    client_bench b(tls);
    langexport::client_params params = b.params();
    f.prepare(b.service(), params);
    const auto done = b.export_project(b.make_client(params));
    REQUIRE(done.calls == 1);
    INFO(done.what());
    CHECK(done.code() == f.code);
    CHECK(done.code() == f.kind);
    CHECK(done.known().submission == f.submission);
    CHECK((done.failure().job() != nullptr) == f.has_job);
    if (done.failure().job())
        CHECK(done.failure().job()->project_name() == "Demo");
    CHECK(done.known().http_status == f.http_status);
    CHECK(done.known().project_name == "Demo");
    // The end of a time limit does not count as a failed attempt.
    CHECK(done.known().failures == (f.code == langexport::errc::job_timed_out ? 0U : 1U));
    CHECK_THAT(done.what(), contains_text("'Demo'"));
    for (const std::string& word : f.words)
        CHECK_THAT(done.what(), contains_text(word));
    CHECK(done.what().find(b->key()) == std::string::npos);
    CHECK(b.seen() == f.requests);
}

/// Checks each of these, with and without TLS. The body of a test case.
inline void check_each(const std::vector<failing>& failures) {
    const std::size_t index =
        GENERATE_REF(Catch::Generators::range<std::size_t>(0, failures.size()));
    const bool tls = GENERATE(false, true);
    CAPTURE(failures[index].name, tls);
    check(failures[index], tls);
}

} // namespace langexport_tests

#endif
