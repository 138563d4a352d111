// The responses of the random service, and the checks of every request that it receives.

#include "fuzz/promise.hpp"
#include "fuzz/service_peer.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace langexport_tests::fuzz {

using namespace std::chrono_literals;

namespace {

const std::string origin = "https://service.example";
const std::string projects = "/language/authoring/analyze-text/projects";

std::string path_of(const std::string& target) {
    const std::size_t begin = target.starts_with("http") ? target.find('/', 8) : 0;
    return target.substr(begin, target.find('?') - begin);
}

std::string version_of(const std::string& target) {
    const std::size_t at = target.find("api-version=");
    return at == std::string::npos ? "2023-04-01" : target.substr(at + 12);
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t number = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++number;
    return number;
}

std::string hex(std::size_t number) {
    std::string text;
    do
        text.insert(text.begin(), "0123456789abcdef"[number % 16]);
    while ((number /= 16) > 0);
    return text;
}

// A submission with this response may be sent again: the service did nothing.
bool is_rejection(unsigned status) {
    return status == 401 || status == 429 || status == 503;
}

} // namespace

const std::string random_service::document =
    R"({"projectFileVersion":"2022-05-01","stringIndexType":"Utf16CodeUnit","metadata":{},)"
    R"("assets":{"projectKind":"x","list":["a }","\\\"{"]}})";

std::string random_service::make_job(const std::string& project) {
    const std::string path = projects + "/" + project + "/export/jobs/" + std::to_string(++jobs_);
    runs_left_[path] = by_.below(4);
    return origin + path + "?api-version=2023-04-01";
}

std::string random_service::result_link(const std::string& job_link) {
    return origin + path_of(job_link) + "/result?api-version=" + version_of(job_link);
}

void random_service::count_step() {
    if (std::exchange(last_step_, time_.now()) != time_.now())
        steps_ = 0;
    promise(++steps_ < 20'000, "the client does not spin");
}

void random_service::check(const arrived_request& request) {
    const bool submits = request.method == "POST";
    promise(submits || request.method == "GET", "a request is a GET or a POST", request.method);
    promise(request.target.find("foreign") == std::string::npos,
            "a link to another origin is not followed", request.target);
    promise(count(request.header, "\r\nhost: " + std::string(host) + "\r\n") == 1,
            "a request names its host once", request.header);
    promise(count(request.header, "\r\nocp-apim-subscription-key: ") +
                    count(request.header, "\r\nauthorization: ") ==
                1,
            "a request has one credential", request.header);
    promise(count(request.header, "\r\ncontent-length: ") == (submits ? 1 : 0),
            "a submission alone has a length", request.header);
    (submits ? submissions : reads).push_back(time_.now());
}

std::string random_service::wait_header() {
    switch (by_.below(6)) {
    case 1:
        return "Retry-After: " + std::to_string(by_.next()) + "\r\n";
    case 2:
        return "retry-after-ms: " + std::to_string(by_.next() * 100) + "\r\n";
    case 3:
        return "Retry-After: Fri, 06 Feb 2026 02:40:0" + std::to_string(by_.below(10)) + " GMT\r\n";
    case 4:
        return "Retry-After: " + by_.text(8) + "\r\n";
    case 5:
        return "x-ms-retry-after-ms: 9999999999999999999\r\n";
    default:
        return {};
    }
}

void random_service::change_link(std::string& link) {
    switch (by_.below(12)) {
    case 1:
        link = "https://foreign.example" + path_of(link) + "/foreign";
        break;
    case 2:
        link = "http://service.example/foreign";
        break;
    case 3:
        link = "https://service.example:444/foreign";
        break;
    case 4:
        link = "//foreign.example/x";
        break;
    case 5:
        link = "https://service.example@foreign.example/foreign";
        break;
    case 6:
        link = "https://service.example.foreign.example/foreign";
        break;
    case 7:
        link = path_of(link) + "?api-version=" + version_of(link);
        break;
    case 8:
        link.clear();
        break;
    case 9: { // any bytes that fit into a line of a header and a text of JSON
        link = by_.text(1 + by_.below(24));
        std::replace_if(
            link.begin(), link.end(),
            [](char c) { return static_cast<unsigned char>(c) < 32 || c == '"' || c == '\\'; },
            '/');
        // A path of the service itself may be anything.
        break;
    }
    default:
        break;
    }
}

random_service::message random_service::bad_status() {
    constexpr unsigned statuses[] = {500, 200, 201, 202, 204, 206, 301, 302, 307, 308, 400,
                                     401, 403, 404, 405, 408, 409, 410, 412, 413, 415, 418,
                                     429, 429, 429, 502, 503, 503, 503, 504, 599, 304};
    message what;
    what.status = by_.of(statuses);
    what.header = wait_header();
    if (what.status / 100 == 3)
        what.header += "Location: https://foreign.example/foreign\r\n";
    constexpr const char* codes[] = {"Unknown",           "NotFound", "ProjectNotFound",
                                     "OperationNotFound", "Conflict", "InvalidKey",
                                     "QuotaExceeded",     "429"};
    switch (by_.below(4)) {
    case 1:
        what.body = std::string(R"({"error":{"code":")") + by_.of(codes) +
                    R"(","message":"no","innererror":{"code":"x"}}})";
        break;
    case 2:
        what.body = "<html>bad</html>";
        break;
    case 3:
        what.body = by_.text(by_.next());
        break;
    default:
        break;
    }
    return what;
}

random_service::message random_service::submission_response(const arrived_request& request,
                                                            bool makes_job) {
    message what;
    what.status = 202;
    const std::string path = path_of(request.target);
    const std::size_t begin = projects.size() + 1;
    promise(path.starts_with(projects + "/") && path.ends_with("/:export"),
            "a submission goes to its project", request.target);
    const std::string project = path.substr(begin, path.find('/', begin) - begin);
    if (makes_job)
        ++jobs_made[project];
    std::string link = make_job(project);
    change_link(link);
    if (!link.empty())
        what.header = "Operation-Location: " + link + "\r\n" + wait_header();
    return what;
}

random_service::message random_service::status_response(const arrived_request& request) {
    message what;
    what.header = "Content-Type: application/json\r\n" + wait_header();
    unsigned& left = runs_left_[path_of(request.target)];
    std::string status = "succeeded";
    constexpr const char* words[] = {"succeeded",          "failed",     "cancelled", "cancelling",
                                     "partiallyCompleted", "notStarted", "running",   "strange"};
    if (left > 0) {
        --left;
        status = "running";
    } else if (const unsigned other = by_.below(16); other < 8) {
        status = words[other];
    }
    std::string link = result_link(request.target);
    change_link(link);
    what.body =
        R"({"jobId":"1","status":")" + status + R"(","resultUrl":")" + link +
        R"(","createdDateTime":"2026-02-02T23:15:00Z","errors":[{"code":"x","message":"y"}]})";
    return what;
}

random_service::message random_service::listing_response(const arrived_request& request) {
    message what;
    what.header = "Content-Type: application/json\r\n";
    what.body = R"({"value":[{"projectName":"a)" + std::to_string(by_.next()) +
                R"(","projectKind":"CustomEntityRecognition"}])";
    if (by_.below(4) == 1) {
        std::string link = origin + request.target + "&skip=" + std::to_string(by_.next());
        change_link(link);
        what.body += R"(,"nextLink":")" + link + '"';
    }
    what.body += '}';
    return what;
}

random_service::message random_service::good_response(const arrived_request& request,
                                                      bool makes_job) {
    if (request.method == "POST")
        return submission_response(request, makes_job);
    const std::string path = path_of(request.target);
    if (path.ends_with("/result")) {
        message what;
        what.header = "Content-Type: application/json\r\n";
        what.body = document;
        return what;
    }
    return path.ends_with("/projects") ? listing_response(request) : status_response(request);
}

// Bytes as they are in the input, after a status line or not.
planned_response random_service::invented() {
    has_invented = true;
    constexpr const char* beginnings[] = {
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n"};
    planned_response plan;
    std::string bytes = by_.of(beginnings);
    bytes += by_.text(by_.next());
    plan.pieces.emplace_back(0s, std::move(bytes));
    if (by_.below(2) == 1)
        plan.end = boost::asio::error::eof;
    return plan;
}

// The framing, the pieces and the end of a message.
planned_response random_service::send(const message& template_message, unsigned how) {
    planned_response plan;
    std::string head = "HTTP/1.1 " + std::to_string(template_message.status) + " Status\r\n" +
                       template_message.header;
    std::string bytes;
    const bool has_body = template_message.status != 204 && template_message.status != 304;
    if (how == 1 && has_body) {
        bytes = head + "Transfer-Encoding: chunked\r\n\r\n";
        const std::size_t size = 1 + by_.next();
        for (std::size_t at = 0; at < template_message.body.size(); at += size) {
            const std::string piece = template_message.body.substr(at, size);
            bytes += hex(piece.size()) + "\r\n" + piece + "\r\n";
        }
        bytes += "0\r\n\r\n";
    } else if (how == 2 && has_body) {
        bytes = head + "\r\n" + template_message.body;
        plan.end = boost::asio::error::eof;
    } else if (how == 3) {
        bytes = head + "Connection: close\r\nContent-Length: " +
                std::to_string(template_message.body.size()) + "\r\n\r\n" + template_message.body;
        plan.end = boost::asio::error::eof;
    } else {
        bytes = head + "Content-Length: " + std::to_string(template_message.body.size()) +
                "\r\n\r\n" + template_message.body;
    }
    const std::optional<error_code> ends[] = {
        std::nullopt, error_code(boost::asio::error::eof),
        error_code(boost::asio::error::connection_reset),
        error_code(boost::asio::ssl::error::stream_truncated)};
    switch (how) {
    case 4: // cut
        bytes.resize(std::min<std::size_t>(bytes.size(), by_.next() * 2));
        plan.end = by_.of(ends);
        break;
    case 5: // more than the response
        bytes += by_.text(1 + by_.below(32));
        break;
    default:
        break;
    }
    const unsigned pace = by_.below(8);
    const std::size_t piece = pace < 3 ? bytes.size() + 1 : 1 + by_.next();
    // 2: a late response; 3: slow pieces; others: pieces at once.
    const auto first = pace == 2 ? std::chrono::milliseconds(by_.next() * 200) : 0ms;
    const auto between = pace == 3 ? std::chrono::milliseconds(by_.next() * 20) : 0ms;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        plan.pieces.emplace_back(at == 0 ? first : between, bytes.substr(at, piece));
    return plan;
}

planned_response random_service::response(const arrived_request& request) {
    check(request);
    const unsigned behavior = by_.below(16);
    if (behavior >= 12 && behavior < 14) { // no response, whatever was done
        if (request.method == "POST" && by_.below(2) == 0)
            good_response(request, true);
        planned_response plan;
        const error_code ends[] = {boost::asio::error::eof, boost::asio::error::connection_reset};
        if (behavior == 12)
            plan.end = by_.of(ends);
        return plan;
    }
    if (behavior == 14) {
        planned_response plan = invented();
        std::string all;
        for (const auto& [wait, bytes] : plan.pieces)
            all += bytes;
        const bool may_reject = all.find("401") != std::string::npos ||
                                all.find("429") != std::string::npos ||
                                all.find("503") != std::string::npos;
        if (request.method == "POST" && !may_reject)
            good_response(request, true);
        return plan;
    }
    if (behavior >= 8 && behavior < 12) {
        const message what = bad_status();
        if (request.method == "POST" && !is_rejection(what.status))
            good_response(request, true);
        has_invented = has_invented || what.status / 100 == 2;
        return send(what, by_.below(6));
    }
    return send(good_response(request, true), behavior < 6 ? behavior : 0);
}

} // namespace langexport_tests::fuzz
