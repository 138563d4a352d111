// Exports many projects of an Azure AI Language resource into a folder: a tool for nightly back-ups.
//
//   export_projects --output-dir backup --report backup.jsonl Contracts Tickets Reviews
//
// Killed at any moment it loses nothing: the report has the token of each job from the moment there is
// one, and `--resume` waits for those jobs instead of submitting others.
// What it shows: many exports at once, an observer, cancellation.

#include <langexport.hpp>
#include <langexport/command_line.hpp>
#include <langexport/export_report.hpp>
#include <langexport/file_sink.hpp>
#include <langexport/line_logger.hpp>
#include <langexport/progress_display.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace asio = boost::asio;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using langexport::export_outcome, langexport::log_level, langexport::report_line;
using steady = std::chrono::steady_clock;

namespace {

constexpr std::string_view help =
    R"(usage: export_projects [options] PROJECT...
       export_projects [options] --resume REPORT [PROJECT...]

Exports projects of an Azure AI Language resource, each into a file of its own.

  --endpoint URL       the resource (default: $AZURE_LANGUAGE_ENDPOINT)
  --key-file FILE      has the key (default: $AZURE_LANGUAGE_KEY is the key)
  --output-dir DIR     where PROJECT.json goes, whole or not at all (default: .)
  --report FILE        append a line of JSON for each job submitted and each end
  --resume REPORT      finish what it left: jobs are waited for, not made again
  --accept-partial     take the result of a job that ended as partiallyCompleted
  --deadline D         for each export in all (default: none)
  --job-timeout D      for each job, from its submission (default: 30m)
  --attempt-timeout D  for one request and its answer (default: 1m)
  --poll-first D       from submission to the first question (default: 500ms)
  --poll-max D         between two questions at most (default: 30s)
  --max-in-flight N    exports at the same time (default: 16)
  --quota-posts N      submissions in a window; 0: no limit (default: 10)
  --quota-gets N       other requests in a window; 0: no limit (default: 100)
  --quota-window D     the window; 0: no limit (default: 1m)
  --grace D            what SIGINT and SIGTERM leave to exports (default: 25s)
  --api-version V      of the service (default: 2022-05-01)
  --ca-file PEM        certificates to trust instead of the system's
  --log-level L        error, warning, info, debug or trace (default: info)
  --quiet              only what went wrong
  --help, --version

Times: 500ms, 30s, 10m, 2h. The key is never an argument: others could read it.
Exit status: 0 all exported, 1 some failed, 2 wrong usage or settings, 3 stopped
by a signal; then the command that resumes is printed.
)";

class settings {
public:
    settings() {}

    std::vector<std::string> projects;
    std::string kept; // what a resuming run is given, too
    std::string endpoint, key_file, output_dir = ".", report, resume, api_version = "2022-05-01",
                                    ca_file, level = "info";
    std::chrono::milliseconds deadline{0}, job_timeout = 30min, attempt_timeout = 1min, grace = 25s,
                                           poll_first = 500ms, poll_max = 30s, quota_window = 1min;
    std::size_t max_in_flight = 16, quota_posts = 10, quota_gets = 100;
    bool accept_partial = false, quiet = false;
};

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

settings read_arguments(const std::vector<std::string>& arguments) {
    settings s;
    s.endpoint = environment("AZURE_LANGUAGE_ENDPOINT");
    langexport::option_reader options;
    options.add("--endpoint", &s.endpoint);
    options.add("--key-file", &s.key_file);
    options.add("--output-dir", &s.output_dir);
    options.add("--report", &s.report);
    options.add("--resume", &s.resume);
    options.add("--accept-partial", &s.accept_partial);
    options.add("--deadline", &s.deadline);
    options.add("--job-timeout", &s.job_timeout);
    options.add("--attempt-timeout", &s.attempt_timeout);
    options.add("--poll-first", &s.poll_first);
    options.add("--poll-max", &s.poll_max);
    options.add("--max-in-flight", &s.max_in_flight);
    options.add("--quota-posts", &s.quota_posts);
    options.add("--quota-gets", &s.quota_gets);
    options.add("--quota-window", &s.quota_window);
    options.add("--grace", &s.grace);
    options.add("--api-version", &s.api_version);
    options.add("--ca-file", &s.ca_file);
    options.add("--log-level", &s.level);
    options.add("--quiet", &s.quiet);
    s.projects = options.read(arguments);
    s.kept = options.given_but({"--report", "--resume"});
    if (s.projects.empty() && s.resume.empty())
        throw std::invalid_argument("name a project");
    if (s.endpoint.empty())
        throw std::invalid_argument("name the resource: --endpoint, or AZURE_LANGUAGE_ENDPOINT");
    if (s.max_in_flight == 0)
        throw std::invalid_argument("--max-in-flight: 1 or more");
    if (!langexport::parse_log_level(s.level))
        throw std::invalid_argument("--log-level: error, warning, info, debug or trace");
    if (s.quiet)
        s.level = "error";
    return s;
}

langexport::client_params make_params(const settings& s) {
    std::string key = environment("AZURE_LANGUAGE_KEY");
    if (!s.key_file.empty()) {
        key = langexport::read_file(s.key_file);
        key.erase(key.find_last_not_of(" \t\r\n") + 1);
    }
    if (key.empty())
        throw std::invalid_argument("no key: set AZURE_LANGUAGE_KEY, or name a --key-file");
    langexport::client_params params(s.endpoint, langexport::subscription_key(std::move(key)));
    params.application_id = "export_projects";
    params.api_version = s.api_version;
    params.ca_file = s.ca_file;
    params.accept_partial = s.accept_partial;
    if (s.deadline > 0ms)
        params.deadline = s.deadline;
    params.job_timeout = s.job_timeout;
    params.attempt_timeout = s.attempt_timeout;
    params.polling.first = s.poll_first;
    params.polling.max_interval = s.poll_max;
    params.polling.min_interval = std::min<steady::duration>(1s, s.poll_max);
    params.quota.submissions = s.quota_window > 0ms ? s.quota_posts : 0;
    params.quota.reads = s.quota_window > 0ms ? s.quota_gets : 0;
    params.quota.window = std::max(s.quota_window, 1ms);
    return params;
}

// One project on its way.
class item {
public:
    explicit item(langexport::planned_export what) : plan(std::move(what)) {}
    langexport::planned_export plan;
    asio::cancellation_signal stop;
    steady::time_point started;
    std::uint32_t submits = 0, polls = 0;
};

auto now() {
    return std::chrono::system_clock::now();
}

class backup : public langexport::line_logger {
public:
    explicit backup(const settings& s);
    int run();
    const std::string& resume_from() const { return report_path_; }

private:
    asio::awaitable<void> work();
    asio::awaitable<void> export_one(item& one);
    report_line store(const item& one, const langexport::exported_project& result);
    langexport::terminal_size terminal() const;
    void record(const std::optional<report_line>& line) noexcept;
    void interrupt();
    void show();
    item& find(std::string_view project) noexcept;
    void on_submitted(const langexport::submitted_event& event) noexcept override;
    void on_polled(const langexport::polled_event& event) noexcept override;
    void on_finished(const langexport::finished_event&) noexcept override {}
    void on_failed(const langexport::failed_event&) noexcept override {} // export_one tells it

    const settings settings_;
    std::string report_path_;
    langexport::report_writer report_;
    std::deque<item> items_;
    langexport::progress_display display_;
    asio::io_context context_;
    asio::signal_set signals_{context_, SIGINT, SIGTERM};
    asio::steady_timer redraw_{context_}, grace_{context_};
    std::optional<langexport::client> client_;
    std::size_t next_ = 0, workers_ = 0, in_the_air_ = 0;
    bool is_interrupted_ = false, is_report_broken_ = false;
};

// Everything that can be wrong with the settings is found out here, before anything is submitted.
backup::backup(const settings& s)
    : line_logger(*langexport::parse_log_level(s.level),
                  [this](log_level, std::string_view line) { display_.note(line); }),
      settings_(s), report_path_(s.report.empty() ? s.resume : s.report) {
    langexport::client_params params = make_params(s);
    params.observer = std::shared_ptr<langexport::observer>(std::shared_ptr<void>(), this);
    client_.emplace(context_.get_executor(), params);
    langexport::prepare_folder(s.output_dir);

    langexport::export_report before;
    if (!s.resume.empty())
        before = langexport::export_report::read(s.resume);
    const std::vector<langexport::planned_export> plan = before.plan(s.projects);
    std::vector<report_line> lines;
    for (const langexport::planned_export& one : plan) {
        const fs::path file = fs::path(s.output_dir) / one.file_name;
        if (fs::weakly_canonical(file) == fs::weakly_canonical(report_path_))
            throw std::invalid_argument(report_path_ + " is also where a project goes");
        validate(langexport::export_request(one.project), s.api_version);
        display_.expect(one.project);
        items_.emplace_back(one);
        lines.push_back(one.line(now()));
    }
    if (!report_path_.empty())
        report_.open(report_path_);
    report_.append(lines);
}

int backup::run() {
    signals_.async_wait([this](auto error, int) { error ? void() : interrupt(); });
    workers_ = std::min(settings_.max_in_flight, items_.size());
    for (std::size_t i = workers_; i > 0; --i)
        asio::co_spawn(context_, work(), [this](std::exception_ptr) { --workers_; });
    for (show(); workers_ > 0;)
        context_.run_one();
    // A submission that was in the air when its export was stopped may have made a job.
    for (const auto until = steady::now() + 2s; in_the_air_ > 0 && steady::now() < until;)
        context_.run_one_until(until);

    log(log_level::info, display_.summary(steady::now()));
    std::cerr << display_.close(terminal()) << std::flush;
    const std::size_t good = display_.count("exported") + display_.count("partial");
    if (is_interrupted_ && good + display_.count("failed") < items_.size())
        return 3;
    return good == items_.size() && !is_report_broken_ ? 0 : 1;
}

asio::awaitable<void> backup::work() {
    while (next_ < items_.size() && !is_interrupted_) {
        item& one = items_[next_++];
        co_await export_one(one);
    }
}

asio::awaitable<void> backup::export_one(item& one) {
    const bool is_submitted = !one.plan.job.empty();
    one.started = steady::now();
    display_.begin(one.plan.project, is_submitted ? "asking" : "submitting", one.started);
    report_line line(one.plan.project, export_outcome::failed, {});
    try {
        auto token = asio::bind_cancellation_slot(one.stop.slot(), asio::use_awaitable);
        langexport::exported_project result;
        if (is_submitted) {
            result = co_await langexport::resume_export(*client_, one.plan.job, token);
        } else {
            langexport::export_request request(one.plan.project);
            result = co_await langexport::export_project(*client_, request, token);
        }
        line = store(one, result);
    } catch (...) {
        line = report_line::of_failure(one.plan.project, std::current_exception(), now(),
                                       one.plan.job);
    }
    record(line);
    if (line.outcome == export_outcome::unfinished && line.resume_token.empty())
        in_the_air_ += std::min<std::size_t>(1, line.submits.value_or(0));
    const bool is_told = line.error || writes(log_level::info);
    display_.end(one.plan.project, to_string(line.outcome), is_told ? line.text() : std::string(),
                 line.bytes.value_or(0));
    show();
}

report_line backup::store(const item& one, const langexport::exported_project& result) {
    const fs::path where = fs::path(settings_.output_dir) / one.plan.file_name;
    langexport::write_file(where, result.document);
    report_line line = report_line::of_result(one.plan.project, result.status, where.string(),
                                              result.document.size(), now());
    line.submits = one.submits;
    line.polls = one.polls;
    line.elapsed = std::chrono::floor<std::chrono::milliseconds>(steady::now() - one.started);
    for (const langexport::service_error& warning : line.warnings)
        log(log_level::warning,
            "warning     " + one.plan.project + ": " + warning.code + ": " + warning.message);
    return line;
}

// On the disk before anything else happens. Exports go on if that fails.
void backup::record(const std::optional<report_line>& line) noexcept {
    try {
        if (!report_.is_open() && !report_path_.empty())
            report_.open(report_path_);
        if (line)
            report_.append(*line);
    } catch (const std::exception& error) {
        is_report_broken_ = true;
        log(log_level::error, error.what());
    }
}

// The first signal: nothing new is begun, what runs has its time. The second one: out.
void backup::interrupt() {
    if (is_interrupted_)
        std::_Exit(3);
    is_interrupted_ = true;
    signals_.async_wait([this](auto error, int) { error ? void() : interrupt(); });
    if (!report_.is_open()) {
        report_path_ = (fs::path(settings_.output_dir) / "export_projects.jsonl").string();
        record({});
    }
    log(log_level::info, "stopping within " + langexport::format_duration(settings_.grace));
    display_.say("stopping");
    show();
    grace_.expires_after(settings_.grace);
    grace_.async_wait([this](auto error) {
        for (item& one : items_)
            error ? void() : one.stop.emit(asio::cancellation_type::terminal);
    });
}

langexport::terminal_size backup::terminal() const {
    return writes(log_level::info) ? langexport::terminal_of_stderr() : langexport::terminal_size();
}

// On a terminal ten times a second, elsewhere when there is something new.
void backup::show() {
    std::cerr << display_.draw(steady::now(), terminal()) << std::flush;
    if (terminal().columns > 0) {
        redraw_.expires_after(100ms);
        redraw_.async_wait([this](auto error) { error ? void() : show(); });
    }
}

item& backup::find(std::string_view project) noexcept {
    return *std::find_if(items_.begin(), items_.end(),
                         [&](const item& one) { return one.plan.project == project; });
}

void backup::on_submitted(const langexport::submitted_event& event) noexcept {
    record(report_line::of_job(event.job, now()));
    item& one = find(event.job.project_name());
    one.plan.job = event.job;
    ++one.submits;
    in_the_air_ -= event.is_late && in_the_air_ > 0 ? 1 : 0;
    display_.update(one.plan.project, "submitted");
    if (terminal().columns == 0 || writes(log_level::debug))
        line_logger::on_submitted(event);
    show();
}

void backup::on_polled(const langexport::polled_event& event) noexcept {
    item& one = find(event.status.job().project_name());
    one.polls = event.polls;
    display_.update(one.plan.project, describe(event));
    line_logger::on_polled(event);
    show();
}

} // namespace

int main(int count, char** arguments) {
    const std::vector<std::string> all(arguments + 1, arguments + count);
    for (const std::string& word : all)
        if (word == "--help" || word == "--version") {
            std::cout << (word == "--help" ? help
                                           : "export_projects " LANGEXPORT_VERSION_STRING "\n");
            return 0;
        }
    int status = 2;
    try {
        const settings s = read_arguments(all);
        backup work(s);
        status = 1;
        status = work.run();
        if (status == 3)
            std::cerr << "resume with: " << langexport::shell_word(arguments[0]) << s.kept
                      << " --resume " << langexport::shell_word(work.resume_from()) << "\n";
    } catch (const std::exception& error) {
        std::cerr << "export_projects: " << error.what() << "\n";
    }
    return status;
}
