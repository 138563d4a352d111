#include "contract/parts.hpp"

#include <utility>

namespace testing = langexport::testing;
using namespace std::chrono_literals;
using langexport::client_params;
using testing::call_kind;
using testing::canned_answer;
using testing::connection_fault;
using testing::early_end;
using testing::malformation;

namespace langexport_tests::contract {

namespace {

constexpr flags of_statuses = statuses | once | any_link | any_net;

setter connecting(connection_fault f) {
    return [f](const strike& s) { s.service.on_connection(s.connection, f); };
}

bool submits(const strike& s) {
    return s.kind == call_kind::submission;
}

fault http_status(unsigned status, flags times = once, const std::string& code = "MadeUp") {
    return answer(std::to_string(status), any_step | times | any_link | any_net,
                  error_answer(status, code));
}

fault job_that(std::string name, std::string body) {
    return answer(std::move(name), of_statuses, canned_answer(200, std::move(body)));
}

canned_answer dripping() {
    canned_answer a;
    a.drip_bytes = 64;
    a.drip_pause = 1ms;
    return a;
}

canned_answer until_close(bool without_goodbye) {
    canned_answer a;
    a.header("Content-Length", "");
    a.without_goodbye = without_goodbye;
    return a;
}

canned_answer cut_error(unsigned status) {
    canned_answer a = error_answer(status, "MadeUp");
    a.cut = 5;
    a.cut_in_body = true;
    return a;
}

canned_answer old_protocol() {
    canned_answer a;
    a.http_version = "HTTP/1.0";
    return a;
}

void shrink_limits(client_params& p, flags) {
    p.max_message_size = 4096;
    p.max_result_size = p.max_streamed_size = 4096;
}

void add_connections(std::vector<fault>& all) {
    const auto at_accept = [](early_end how) {
        return connecting(connection_fault::at_accept(how));
    };
    const auto at_first_bytes = [](early_end how) {
        return connecting(connection_fault::in_handshake(how));
    };
    all.push_back(
        {"the connection is closed at once", everywhere, at_accept(early_end::close), {}});
    all.push_back({"the connection is reset at once", everywhere, at_accept(early_end::reset), {}});
    all.push_back(silence("the connection is silent", everywhere, at_accept(early_end::stall)));
    all.push_back({"another protocol speaks first",
                   once_only,
                   connecting(connection_fault::greeting("SSH-2.0-OpenSSH_9.2\r\n")),
                   {}});
    // With TLS those are of the handshake, without of the request.
    all.push_back(
        {"closed when its first bytes came", everywhere, at_first_bytes(early_end::close), {}});
    all.push_back(
        {"reset when its first bytes came", everywhere, at_first_bytes(early_end::reset), {}});
    all.push_back(
        silence("silent when its first bytes came", everywhere, at_first_bytes(early_end::stall)));
    all.push_back({"the idle connection was closed",
                   any_step | once | reused | any_net,
                   [](const strike&) {},
                   {}});
}

void add_malformed(std::vector<fault>& all) {
    const auto broken = [](malformation how) { return canned_answer::malformed(how); };
    const flags with_content = gets | once | any_link | any_net;
    all.push_back(answer("not HTTP", once_only, broken(malformation::no_http)));
    all.push_back(answer("a broken status line", once_only, broken(malformation::status_line)));
    all.push_back(answer("a broken header line", once_only, broken(malformation::header_line)));
    all.push_back(answer("a broken length", once_only, broken(malformation::content_length)));
    all.push_back(answer("two lengths", once_only, broken(malformation::two_lengths)));
    all.push_back(answer("a broken chunk", once_only, broken(malformation::chunk_size)));
    all.push_back(answer("HTML for JSON", with_content, broken(malformation::no_json)));
    all.push_back(answer("half of the JSON", with_content, broken(malformation::half_json)));
    all.push_back(answer("JSON of wrong types", with_content, broken(malformation::wrong_json)));
    all.push_back(answer("JSON without end", with_content, broken(malformation::bottomless_json)));
    all.push_back(answer("no JSON at all", with_content, broken(malformation::no_body)));
    all.push_back({"a header that is too large",
                   once_only,
                   answering(canned_answer().header("x-filler", std::string(40'000, 'x'))),
                   {}});
    all.push_back(
        {"a body that is too large", once_only,
         [](const strike& s) { s.answer(canned_answer::oversize(5000, submits(s) ? 202 : 200)); },
         shrink_limits});
    for (const unsigned status : {403U, 429U, 500U, 503U}) {
        const std::string name = "a " + std::to_string(status) + " ";
        all.push_back({name + "that is too large", once_only,
                       answering(canned_answer::oversize(5000, status)), shrink_limits});
        all.push_back(
            answer(name + "with a header that is too large", once_only,
                   error_answer(status, "MadeUp").header("x-filler", std::string(40'000, 'x'))));
        if (status != 403)
            all.push_back(answer(name + "that is cut", once_only, cut_error(status)));
    }
    all.push_back(answer("an unknown transfer coding", once_only,
                         until_close(false).header("Transfer-Encoding", "gzip")));
    all.push_back(answer("a 503 with an unknown transfer coding", once_only,
                         error_answer(503, "MadeUp")
                             .header("Content-Length", "")
                             .header("Transfer-Encoding", "gzip")));
}

// What is strange, but allowed.
void add_harmless(std::vector<fault>& all) {
    all.push_back(answer("a 100 before", once_only, canned_answer::after_provisional(100)));
    all.push_back(answer("a 103 before", once_only, canned_answer::after_provisional(103)));
    all.push_back(
        answer("17 times 102 before", once_only, canned_answer::after_provisional(102, 17)));
    all.push_back(answer("a 101 before", once_only, canned_answer::after_provisional(101)));
    all.push_back(answer("a trailer", once_only, canned_answer::with_trailer("x-trailer", "1")));
    all.push_back(answer("HTTP/1.0", once_only, old_protocol()));
    all.push_back(
        answer("Connection: close", once_only, canned_answer().header("Connection", "close")));
    all.push_back(answer("closed after the answer, against its word", once_only,
                         canned_answer::then_close()));
    all.push_back(answer("a body until the end of the connection", once_only, until_close(false)));
    all.push_back(answer("the same without close_notify", everywhere, until_close(true)));
    all.push_back(
        answer("bytes behind the answer", once_only,
               canned_answer::followed_by("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")));
    all.push_back(answer("an answer that drips", once_only, dripping()));
    all.push_back(answer("a late answer", once_only, canned_answer::after(20ms)));
}

void add_statuses(std::vector<fault>& all) {
    for (const unsigned status : {201U, 204U, 206U})
        all.push_back(answer(std::to_string(status), once_only, canned_answer(status)));
    all.push_back({"200 for 202, 202 for 200",
                   once_only,
                   [](const strike& s) { s.answer(canned_answer(submits(s) ? 200 : 202, "{}")); },
                   {}});
    all.push_back({"202 without a link",
                   posts | once | any_link | any_net,
                   answering(canned_answer(202)),
                   {}});
    all.push_back(
        {"a redirect within the service",
         everywhere,
         [](const strike& s) { s.answer(canned_answer(307).header("Location", s.good_link)); },
         {}});
    all.push_back({"a redirect to nowhere", once_only, answering(canned_answer(302)), {}});
    for (const unsigned status : {301U, 302U, 303U, 307U, 308U})
        all.push_back(answer(std::to_string(status) + " to elsewhere", once_only,
                             canned_answer(status).header("Location", "https://evil.example/")));
    for (const unsigned status : {400U, 401U, 403U, 409U, 410U, 413U, 418U, 501U})
        all.push_back(http_status(status));
    all.push_back(http_status(404, any_times));
    all.back().tune = [](client_params& p, flags cell) {
        if ((cell & always) != 0)
            p.retry.not_found_grace = 0ms;
    };
    for (const unsigned status : {408U, 429U, 500U, 502U, 503U, 504U, 505U, 520U})
        all.push_back(http_status(status, any_times));
    all.push_back(
        answer("429 for a quota of storage", once_only, error_answer(429, "QuotaExceeded")));
}

void add_contents(std::vector<fault>& all) {
    const canned_answer elsewhere = canned_answer::with_links_to("https://evil.example");
    all.push_back(
        answer("operation-location elsewhere", posts | once | any_link | any_net, elsewhere));
    all.push_back(answer("resultUrl elsewhere", of_statuses, elsewhere));
    all.push_back(job_that("a job that failed",
                           R"({"status":"failed","errors":[{"code":"X","message":"no"}]})"));
    all.push_back(job_that("a job that was cancelled", R"({"status":"cancelled"})"));
    all.push_back({"a job that ended in part",
                   of_statuses,
                   [](const strike& s) {
                       s.answer(
                           canned_answer(200, R"({"status":"partiallyCompleted","resultUrl":")" +
                                                  s.good_link + "\"}"));
                   },
                   {}});
    all.push_back(job_that("a success without a result", R"({"status":"succeeded"})"));
    all.push_back(job_that("an unknown word", R"({"status":"pausing"})"));
    all.push_back({"the key is revoked",
                   once_only,
                   [](const strike& s) { s.service.set_keys_after(s.requests_before, {}); },
                   {}});
    all.push_back(
        {"the first of two keys is revoked",
         once_only,
         [](const strike& s) { s.service.set_keys_after(s.requests_before, {s.second_key}); },
         {}});
}

std::vector<fault> make_faults() {
    std::vector<fault> all;
    add_connections(all);
    add_cuts(all);
    add_malformed(all);
    add_harmless(all);
    add_statuses(all);
    add_pauses(all);
    add_contents(all);
    return all;
}

} // namespace

void strike::answer(canned_answer a) const {
    service.on(kind, which, std::move(a));
}

const std::vector<fault>& all_faults() {
    static const std::vector<fault> all = make_faults();
    return all;
}

} // namespace langexport_tests::contract
