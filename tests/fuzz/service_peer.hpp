#ifndef LANGEXPORT_TESTS_FUZZ_SERVICE_PEER_HPP
#define LANGEXPORT_TESTS_FUZZ_SERVICE_PEER_HPP

#include "support/virtual_time.hpp"

#include <langexport/detail/transport/stream_opener.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport_tests::fuzz {

/// Choices, one byte each. After the last byte every choice is 0, which always means good behavior.
class choices {
public:
    explicit choices(std::string_view bytes) : bytes_(bytes) {}

    unsigned next() noexcept {
        if (bytes_.empty())
            return 0;
        const auto byte = static_cast<unsigned char>(bytes_.front());
        bytes_.remove_prefix(1);
        return byte;
    }
    unsigned below(unsigned end) noexcept { return next() % end; }
    /// One of these.
    template <class T, std::size_t Size>
    const T& of(const T (&values)[Size]) noexcept {
        return values[below(static_cast<unsigned>(Size))];
    }
    /// So many bytes as they are, or fewer.
    std::string text(std::size_t size) {
        const std::string_view part = bytes_.substr(0, size);
        bytes_.remove_prefix(part.size());
        return std::string(part);
    }

private:
    std::string_view bytes_;
};

using langexport::error_code;
using time_point = virtual_time::time_point;

/// A request that arrived completely.
class arrived_request {
public:
    std::string method;
    std::string target;
    std::string header; ///< All lines, in lower case.
    std::string body;
};

/// How a connection responds to one request: pieces with the time from the piece before, and how it then ends; it
/// stays open without an end, and sends nothing more if it is stuck.
class planned_response {
public:
    std::vector<std::pair<virtual_time::duration, std::string>> pieces;
    std::optional<error_code> end;
};

/// A service that the choices make good or bad. It records violations.
class random_service {
public:
    random_service(choices& by, virtual_time& time) : by_(by), time_(time) {}

    planned_response response(const arrived_request& request);
    /// Makes a job that is there before the first request, and returns its link.
    std::string make_job(const std::string& project);
    static std::string result_link(const std::string& job_link);

    static constexpr std::string_view host = "service.example";
    static const std::string document; ///< Every good result.

    std::map<std::string, std::size_t> jobs_made; ///< By submissions, for each project.
    std::vector<time_point> submissions, reads;   ///< When they arrived.
    bool has_invented = false; ///< A result may be something else than the document.
    /// Counts an action of the client. Fails if it acts very often while the time does not pass.
    void count_step();
    std::size_t open_streams = 0;

    choices& by() noexcept { return by_; }
    virtual_time& time() noexcept { return time_; }

private:
    class message {
    public:
        unsigned status = 200;
        std::string header;
        std::string body;
    };

    void check(const arrived_request& request);
    message good_response(const arrived_request& request, bool makes_job);
    message bad_status();
    message submission_response(const arrived_request& request, bool makes_job);
    message status_response(const arrived_request& request);
    message listing_response(const arrived_request& request);
    void change_link(std::string& link);
    planned_response send(const message& template_message, unsigned how);
    planned_response invented();
    std::string wait_header();

    choices& by_;
    virtual_time& time_;
    std::size_t jobs_ = 0;
    std::size_t steps_ = 0; // since time passed
    time_point last_step_{};
    std::map<std::string, unsigned> runs_left_; // of jobs, by their link's path
};

/// Opens connections to the service, or fails to.
class service_opener final : public langexport::detail::stream_opener {
public:
    service_opener(random_service& service, langexport::detail::strand_type strand)
        : service_(service), strand_(std::move(strand)) {}

    langexport::detail::task<void> open(langexport::detail::watchdog& watch,
                                        langexport::detail::opening& result) override;
    void interrupt() override;
    void rejected(langexport::detail::opening&, const langexport::detail::exchange_failure&,
                  langexport::detail::steady_time) override {}

    void destroy_waiters() noexcept override { waiting_.reset(); }
    void forked(bool) override {}

private:
    void wait(langexport::detail::io_handler handler);
    void end_wait(error_code ec);

    random_service& service_;
    langexport::detail::strand_type strand_;
    virtual_time::duration wait_{};
    std::size_t waits_ = 0; // so that an old event ends no new wait
    std::optional<langexport::detail::io_handler> waiting_;
    std::shared_ptr<service_opener*> self_ = std::make_shared<service_opener*>(this);
};

/// A connection to the service.
class service_stream final : public langexport::detail::byte_stream {
public:
    service_stream(random_service& service, langexport::detail::strand_type strand);
    ~service_stream() override;

    std::size_t read_now(boost::asio::mutable_buffer into, error_code& ec) noexcept override;
    std::size_t write_now(boost::asio::const_buffer from, error_code& ec) noexcept override;
    void wait(langexport::detail::io_handler handler) override;
    bool is_idle() noexcept override;
    bool was_rejected(error_code) const noexcept override { return is_rejected_; }
    void close() noexcept override;

private:
    bool has_come() const noexcept;
    void take_request();
    void wake(error_code ec);

    random_service& service_;
    langexport::detail::strand_type strand_;
    std::string arrived_;
    std::deque<std::pair<time_point, std::string>> pieces_;
    std::optional<error_code> end_;
    time_point last_{}; // when the last piece has arrived, and with it the end
    std::size_t write_limit_;
    std::size_t dies_after_; // so many bytes were written
    std::size_t written_ = 0;
    bool is_stuck_ = false; // takes no bytes
    bool is_rejected_ = false;
    bool is_closed_ = false;
    bool was_write_ = false; // the last operation
    std::optional<langexport::detail::io_handler> waiting_;
    std::shared_ptr<service_stream*> self_ = std::make_shared<service_stream*>(this);
};

} // namespace langexport_tests::fuzz

#endif
