#include "soak/faulty_service.hpp"

#include <langexport/testing/emulator.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace langexport_tests {

namespace {

namespace asio = boost::asio;
namespace testing = langexport::testing;

// One in 10 requests of each kind, in ways that take turns; the numbers have no common factor, so that every
// export meets another series.
void add_faults(testing::emulator& service) {
    using testing::call_kind;
    using testing::canned_response;
    using testing::early_end;
    using testing::occurrences;
    const canned_response unavailable(503);
    for (const auto kind : {call_kind::submission, call_kind::status, call_kind::result}) {
        service.on(kind, occurrences::one_in(23), unavailable);
        service.on(kind, occurrences::one_in(997),
                   canned_response(429).header("retry-after-ms", "5"));
    }
    for (const auto kind : {call_kind::status, call_kind::result}) {
        service.on(kind, occurrences::one_in(37), canned_response::cut_after(40, early_end::close));
        service.on(kind, occurrences::one_in(53),
                   canned_response::cut_body_after(5, early_end::reset));
        service.on(kind, occurrences::one_in(71), canned_response::then_close());
        service.on(kind, occurrences::one_in(1999),
                   canned_response::cut_after(0, early_end::stall));
    }
    // A job that exists, although its 202 never came.
    service.on(call_kind::submission, occurrences::one_in(101), canned_response::no_response(true));
    service.on(call_kind::submission, occurrences::one_in(31), canned_response::then_close());
    service.on(
        call_kind::result, occurrences::one_in(89),
        canned_response(200, R"({"error":{"code":"InternalServerError","message":"oops"}})"));
    service.on_connection(occurrences::one_in(11),
                          testing::connection_fault::in_handshake(early_end::reset));
}

void serve(bool tls, const std::string& certificate_file, int input, int output) {
    asio::io_context context(1);
    testing::emulator_options options;
    options.tls = tls;
    options.log_limit = 0;
    options.job_lifetime = std::chrono::minutes(1);
    testing::emulator service(context.get_executor(), options);
    for (unsigned i = 0; i < faulty_service::projects; ++i) {
        testing::project one(faulty_service::name_of(i));
        one.documents = faulty_service::documents_of(i);
        one.job_duration = std::chrono::milliseconds(i % 7);
        service.add_project(one);
    }
    add_faults(service);
    if (tls)
        service.write_certificate(certificate_file);

    const auto write_line = [output](const std::string& line) {
        if (::write(output, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
            throw std::runtime_error("the service cannot write to its pipe");
    };
    write_line(service.endpoint() + ' ' + service.key() + '\n');
    asio::posix::stream_descriptor end(context, input);
    end.async_wait(asio::posix::stream_descriptor::wait_read, [&](const auto&) { context.stop(); });
    context.run();
    const auto seen = service.counters();
    std::ostringstream line;
    line << seen.requests << ' ' << seen.submissions << ' ' << seen.jobs_created << ' '
         << seen.faults << '\n';
    write_line(line.str());
}

} // namespace

faulty_service::faulty_service(bool tls) {
    if (tls)
        certificate_file_ = (std::filesystem::temp_directory_path() /
                             ("langexport-soak-" + std::to_string(::getpid()) + ".pem"))
                                .string();
    int down[2], up[2];
    if (::pipe(down) != 0 || ::pipe(up) != 0)
        throw std::runtime_error("no pipe to the service");
    process_ = ::fork();
    if (process_ < 0)
        throw std::runtime_error("no process for the service");
    if (process_ == 0) {
        ::close(down[1]);
        ::close(up[0]);
        int status = 0;
        try {
            serve(tls, certificate_file_, down[0], up[1]);
        } catch (const std::exception& error) {
            std::string why = std::string("the service: ") + error.what() + '\n';
            status = ::write(STDERR_FILENO, why.data(), why.size()) < 0 ? 2 : 1;
        }
        ::_exit(status);
    }
    ::close(down[0]);
    ::close(up[1]);
    to_service_ = down[1];
    from_service_ = up[0];
    std::istringstream line(read_line());
    line >> endpoint_ >> key_;
}

faulty_service::~faulty_service() {
    if (process_ > 0) {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    for (const int end : {to_service_, from_service_})
        if (end >= 0)
            ::close(end);
    std::error_code ignored;
    if (!certificate_file_.empty())
        std::filesystem::remove(certificate_file_, ignored);
}

std::string faulty_service::read_line() {
    std::string line;
    for (char c = 0; ::read(from_service_, &c, 1) == 1 && c != '\n';)
        line += c;
    if (line.empty())
        throw std::runtime_error("the service has ended");
    return line;
}

faulty_service::counters faulty_service::stop() {
    ::close(to_service_);
    to_service_ = -1;
    counters seen;
    std::istringstream(read_line()) >> seen.requests >> seen.submissions >> seen.jobs >>
        seen.faults;
    return seen;
}

} // namespace langexport_tests
