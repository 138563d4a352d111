// What has to come of each fault, and why. `contract_test.cpp` holds reality against it.
#include "contract/parts.hpp"

namespace langexport_tests::contract {

namespace {

void add_connections(std::vector<row>& rows) {
    const names closed{"the connection is closed at once"};
    const names reset{"the connection is reset at once"};
    const names silent{"the connection is silent"};
    const names greeted{"another protocol speaks first"};
    const names at_once{closed[0], reset[0]};
    const names first_bytes{"closed when its first bytes came", "reset when its first bytes came"};
    const names first_bytes_silent{"silent when its first bytes came"};
    const names silences = both(silent, first_bytes_silent);
    const names ends_at_once = both(at_once, first_bytes);
    const names openings = both(both(ends_at_once, silences), greeted);
    const std::vector<row> more{
        {openings, reused, good(1),
         "An open connection carries it: none is opened, none can fail."},
        {ends_at_once, gets | once | fresh | plain, good(1),
         "A question can be asked again, on another connection."},
        {ends_at_once, gets | always | fresh | plain, ends("connection_failed", 0),
         "Three attempts are all there are; the job is safe and its token is in the error."},
        {closed, post | fresh | plain, ends("submit_unconfirmed", 0, maybe),
         "The bytes left; nobody can tell that they were not read, so it is not sent again."},
        {closed, post_again | once | fresh | plain, good(1),
         "The caller has allowed a second job: it is sent again."},
        {closed, post_again | always | fresh | plain, ends("connection_failed", 0, maybe),
         "Three attempts; one of them may have arrived."},
        {reset, post | once | fresh | plain, between("success|submit_unconfirmed", 0, 1, maybe),
         "If the reset came before the first byte left, nothing was sent; else nobody can tell."},
        {reset, post | always | fresh | plain,
         between("connection_failed|submit_unconfirmed", 0, 0, either, 0),
         "If the reset came before the first byte left, nothing was sent; else nobody can tell."},
        {reset, post_again | once | fresh | plain, good(1),
         "The caller has allowed a second job: it is sent again."},
        {reset, post_again | always | fresh | plain, ends("connection_failed", 0, either),
         "Three attempts; whether a byte left depends on who was quicker."},
        {first_bytes, post | fresh | plain, ends("submit_unconfirmed", 0, maybe),
         "Some of it was read, perhaps all: a second one might be a second job."},
        {first_bytes, post_again | once | fresh | plain, good(1),
         "The caller has allowed a second job: it is sent again."},
        {first_bytes, post_again | always | fresh | plain, ends("connection_failed", 0, maybe),
         "Three attempts, each of which may have started a job."},
        {silences, gets | once | fresh | plain, good(1), "A question can be asked again."},
        {silences, gets | always | fresh | plain, ends("response_timeout", 0),
         "Three attempts without a word."},
        {silences, post | fresh | plain, ends("submit_unconfirmed", 0, maybe),
         "It was sent; that no answer comes does not mean that it was not read."},
        {silences, post_again | once | fresh | plain, good(1),
         "The caller has allowed a second job: it is sent again."},
        {silences, post_again | always | fresh | plain, ends("response_timeout", 0, maybe),
         "Three attempts without a word; one of them may have arrived."},
        {greeted, posts | fresh | plain, ends("malformed_response", 0, maybe),
         "Whoever speaks so is no HTTP server, today or tomorrow; but the bytes left."},
        {greeted, gets | fresh | plain, ends("malformed_response", 0),
         "Whoever speaks so is no HTTP server, today or tomorrow."},
        {ends_at_once, any_step | once | fresh | tls, good(1),
         "Without TLS nothing was sent: even a submission can be tried again."},
        {ends_at_once, any_step | always | fresh | tls, ends("connection_failed", 0, no),
         "No attempt got as far as sending anything."},
        {silences, any_step | once | fresh | tls, good(1),
         "Nothing was sent: even a submission can be tried again."},
        {silences, any_step | always | fresh | tls, ends("handshake_timeout", 0, no),
         "No attempt got as far as sending anything."},
        {greeted, any_step | fresh | tls, ends("tls_failed", 0, no),
         "Who does not speak TLS will not learn it by the next attempt; nothing was sent."},
        {{"the idle connection was closed"},
         any_step,
         good(1),
         "It is looked at before it is used: the end is seen, and another one opened."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

void add_malformed(std::vector<row>& rows) {
    const names broken{"not HTTP",        "a broken status line", "a broken header line",
                       "a broken length", "two lengths",          "a broken chunk"};
    const names contents{"HTML for JSON", "half of the JSON", "JSON of wrong types",
                         "JSON without end", "no JSON at all"};
    const names header{"a header that is too large"};
    const names body{"a body that is too large"};
    const auto spoiled = [](const std::string& status) {
        return names{"a " + status + " that is too large",
                     "a " + status + " with a header that is too large",
                     "a " + status + " that is cut"};
    };
    const names coding{"an unknown transfer coding"};
    const names coded_error{"a 503 with an unknown transfer coding"};
    const std::vector<row> more{
        {broken, gets, ends("malformed_response", 1),
         "Who cannot write HTTP will not learn it by the next attempt."},
        {broken, posts, ends("malformed_response", 1, maybe),
         "The answer cannot be read: it may have told of a job."},
        {contents, statuses | list, ends("malformed_response", 1),
         "A status or list that cannot be read is a mistake to be seen, not to be waited out."},
        {contents, fetch, ends("malformed_response", 1),
         "What does not have the structure of a project is no result, whatever its status says."},
        {header, gets, ends("response_too_large", 1),
         "The limit is the caller's; it will not move."},
        {header, posts, ends("response_too_large", 1, maybe, 1),
         "The link to the job may be in what was not read."},
        {body, gets, ends("response_too_large", 1), "The limit is the caller's; it will not move."},
        {body, posts, ends("response_too_large", 1, maybe),
         "An answer that was not read to its end may have told of a job."},
        {{"a 403 that is too large", "a 403 with a header that is too large"},
         any_step,
         ends("forbidden", 1, no),
         "Its status says no: what else is in it would explain it at most."},
        {spoiled("500"), post, ends("submit_unconfirmed", 1, maybe),
         "As any 500, whatever becomes of its body."},
        {spoiled("500"), post_again | waits | fetch | list, good(2),
         "As any 500, whatever becomes of its body."},
        {both(spoiled("500"), both(spoiled("503"), coded_error)), ask,
         ends("service_unavailable", 1), "One answer was asked for, whatever it is."},
        {both(spoiled("429"), both(spoiled("503"), coded_error)), posts | waits | fetch | list,
         good(2), "Its status says that nothing was done, whatever becomes of its body."},
        {spoiled("429"), ask, ends("throttled", 1), "One answer was asked for, whatever it is."},
        {coding, gets, ends("malformed_response", 1),
         "The coding will be as unknown the next time."},
        {coding, posts, good(1), "All that counts of a 202 is in its header."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

void add_harmless(std::vector<row>& rows) {
    const names fine{"a 100 before",
                     "a 103 before",
                     "a trailer",
                     "HTTP/1.0",
                     "Connection: close",
                     "closed after the answer, against its word",
                     "a body until the end of the connection",
                     "bytes behind the answer",
                     "an answer that drips",
                     "a late answer"};
    const names babble{"17 times 102 before"};
    const names upgrade{"a 101 before"};
    const names no_goodbye{"the same without close_notify"};
    const std::vector<row> more{
        {fine, any_step, good(1), "HTTP allows it, or it does no harm."},
        {{babble[0], upgrade[0]},
         gets,
         ends("unexpected_response", 1),
         "Nobody asked for another protocol, or for a chat."},
        {{babble[0], upgrade[0]},
         posts,
         ends("unexpected_response", 1, maybe, 1),
         "Nobody asked for it; but the submission was read."},
        {no_goodbye, gets | plain, good(1), "TCP knows no better end, and the JSON is whole."},
        {no_goodbye, gets | once | tls, good(2),
         "Somebody may have cut the connection: it is asked for again."},
        {no_goodbye, gets | always | tls, ends("response_truncated", 3),
         "An end that nobody vouches for is none."},
        {no_goodbye, posts, good(1), "All that counts of a 202 is in its header."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

void add_statuses(std::vector<row>& rows) {
    const names strange{"201", "204", "206", "200 for 202, 202 for 200"};
    const names inside{"a redirect within the service"};
    const names elsewhere{"301 to elsewhere", "302 to elsewhere", "303 to elsewhere",
                          "307 to elsewhere", "308 to elsewhere"};
    const names gateway{"408", "500", "502", "504", "505", "520"};
    const std::vector<row> more{
        {strange, gets, ends("unexpected_response", 1), "That is no answer to what was asked."},
        {strange, posts, ends("unexpected_response", 1, maybe),
         "It says that something was done, and not where: there may be a job."},
        {{"202 without a link"},
         posts,
         ends("unexpected_response", 1, maybe),
         "There is a job, and nobody knows where."},
        {inside, gets | once, good(2), "A redirect within the origin is followed."},
        {inside, gets | always, ends("unexpected_response", 6),
         "After five redirects it goes round in circles."},
        {{inside[0], "a redirect to nowhere"},
         posts,
         ends("unexpected_response", 1, no),
         "A submission is not sent to where nobody configured."},
        {elsewhere, posts, ends("foreign_origin", 1, no),
         "A submission is not sent to where nobody configured."},
        {{"a redirect to nowhere"}, gets, ends("unexpected_response", 1), "It does not say where."},
        {elsewhere, gets, ends("foreign_origin", 1), "The key goes to the configured origin only."},
        {{"400", "413"},
         any_step,
         ends("invalid_request", 1, no),
         "The same request will be as wrong the next time."},
        {{"401"}, any_step, ends("unauthorized", 1, no), "There is no other key to try."},
        {{"403"}, any_step, ends("forbidden", 1, no), "The service knows the key, and says no."},
        {{"409"},
         any_step,
         ends("conflict", 1, no),
         "How long the project is busy is not ours to guess."},
        {{"404", "410"}, posts, ends("project_not_found", 1, no), "There is no such project."},
        {{"410"}, statuses | fetch, ends("job_expired", 1), "It was there, and is gone for good."},
        {{"404"},
         waits | once,
         good(2),
         "A job that was started a moment ago may not be known everywhere yet."},
        {{"404"},
         waits | always,
         ends("job_not_found", 1),
         "The time for a job to become known is over."},
        {{"404", "410"},
         list,
         ends("unexpected_response", 1),
         "Every resource has a list: this api-version has none of that surface."},
        {{"404"}, ask | fetch, ends("job_not_found", 1), "What the service says is the answer."},
        {{"418", "501"},
         any_step,
         ends("unexpected_response", 1, no),
         "Nothing says that it would be another answer the next time."},
        {gateway, post, ends("submit_unconfirmed", 1, maybe),
         "Something broke behind the gateway: perhaps before the job was started, perhaps after."},
        {gateway, post_again | once, good(2), "Sent again, as the caller has allowed."},
        {gateway, post_again | always, ends("service_unavailable", 3, maybe),
         "Three attempts, each of which may have started a job."},
        {gateway, (waits | fetch | list) | once, good(2),
         "It may pass: asked again after a while."},
        {gateway, (waits | fetch | list) | always, ends("service_unavailable", 3),
         "Three attempts."},
        {gateway, ask, ends("service_unavailable", 1), "One answer was asked for, whatever it is."},
        {{"429", "503"},
         (posts | waits | fetch | list) | once,
         good(2),
         "Not now, says the service, and has done nothing: tried again after a while."},
        {{"429"},
         (posts | waits | fetch | list) | always,
         ends("throttled", 3, no),
         "It was patient as often as max_throttled says."},
        {{"503"},
         (posts | waits | fetch | list) | always,
         ends("service_unavailable", 3, no),
         "Three attempts, and none was executed."},
        {{"429"}, ask, ends("throttled", 1), "One answer was asked for, whatever it is."},
        {{"503"}, ask, ends("service_unavailable", 1), "One answer was asked for, whatever it is."},
        {{"429 for a quota of storage"},
         any_step,
         ends("throttled", 1, no),
         "Waiting does not refill a quota of storage."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

void add_contents(std::vector<row>& rows) {
    const std::vector<row> more{
        {{"operation-location elsewhere"},
         posts,
         ends("foreign_origin", 1, yes, 1),
         "There is a job, and its link is in the error; but the key does not go there."},
        {{"resultUrl elsewhere"},
         poll,
         ends("foreign_origin", 1),
         "The key goes to the configured origin only."},
        {{"resultUrl elsewhere", "a success without a result"},
         ask | wait,
         good(1),
         "How the job ended was asked for, and is known; the result was not."},
        {{"a job that failed"}, waits, ends("job_failed", 1), "That is how the job ended."},
        {{"a job that was cancelled"},
         waits,
         ends("job_cancelled", 1),
         "That is how the job ended."},
        {{"a job that ended in part"},
         waits,
         ends("job_partially_completed", 1),
         "Nobody said that a part would do."},
        {{"a job that failed", "a job that was cancelled", "a job that ended in part"},
         ask,
         good(1),
         "The status was asked for, and here it is."},
        {{"a success without a result"},
         poll,
         ends("unexpected_response", 1),
         "A success without a result is a mistake of the service's."},
        {{"an unknown word"},
         waits,
         good(2),
         "The service may learn new words: it is asked again."},
        {{"an unknown word"}, ask, good(1), "The status was asked for, and here it is."},
        {{"the key is revoked"},
         any_step,
         ends("unauthorized", 1, no),
         "There is no other key to try; the job, if there is one, lives on."},
        {{"the first of two keys is revoked"},
         any_step,
         good(2),
         "A 401 did nothing: the other key is tried once, for submissions, too."},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

} // namespace

std::vector<row> all_rows() {
    std::vector<row> rows;
    add_connections(rows);
    add_cuts(rows);
    add_malformed(rows);
    add_harmless(rows);
    add_statuses(rows);
    add_pauses(rows);
    add_contents(rows);
    return rows;
}

} // namespace langexport_tests::contract
