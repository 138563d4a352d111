// Exports many projects of Azure AI Language resources into folders: a tool for nightly back-ups.
//
//   export_projects --output-dir backup --report backup.jsonl Contracts Tickets Reviews
//
// Killed at any moment it loses nothing: the report has the token of each job from the moment there is
// one, and `--resume` waits for those jobs instead of submitting others.
// What it shows: batches, sinks, a checkpoint, an observer, draining a client.

#include <langexport.hpp>
#include <langexport/backup_config.hpp>
#include <langexport/backup_folder.hpp>
#include <langexport/command_line.hpp>
#include <langexport/list_projects.hpp>
#include <langexport/progress_logger.hpp>
#include <langexport/report_checkpoint.hpp>
#include <langexport/stop_signals.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
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
using langexport::log_level;
using steady = std::chrono::steady_clock;
using texts = std::vector<std::string>;

namespace {

constexpr std::string_view help =
    R"(usage: export_projects [options] PROJECT...
       export_projects [options] --all
       export_projects [options] --config FILE
       export_projects [options] --resume REPORT [PROJECT...]

Exports projects of Azure AI Language resources, each into a file of its own.

What:
  --endpoint URL       the resource (default: $AZURE_LANGUAGE_ENDPOINT)
  --key-file FILE      has the key (default: $AZURE_LANGUAGE_KEY is the key)
  --all                all projects of the resource
  --surface S          analyze-text (default), analyze-conversations or
                       query-knowledgebases
  --format F           of results: Conversation or Luis; json, tsv or excel
  --api-version V      of the service (default: 2022-05-01)
  --config FILE        JSON: several resources, with all of the above, a folder
                       and a quota each: see backup_config.hpp
  --accept-partial     take the result of a job that is partiallyCompleted
Where to:
  --output-dir DIR     where PROJECT.json goes, whole or not at all; a file that
                       would stay the same is left alone (default: .)
  --normalize          write JSON so that versions compare: a line a document
  --report FILE        append a line of JSON for each job submitted and each end
  --resume REPORT      finish what it left: jobs are waited for, not made again
How:
  --max-in-flight N    exports of a resource at the same time (default: 64)
  --quota-posts N      submissions in a window; 0: no limit (default: 10)
  --quota-gets N       other requests in a window; 0: no limit (default: 100)
  --quota-window D     the window; 0: no limit (default: 1m)
  --deadline D         for each export in all (default: none)
  --job-timeout D      for each job, from its submission (default: 30m)
  --attempt-timeout D  for one request and its answer (default: 1m)
  --poll-first D       from submission to the first question (default: 500ms)
  --poll-max D         between two questions at most (default: 30s)
  --grace D            what SIGINT and SIGTERM leave to exports (default: 25s)
  --ca-file PEM        certificates to trust instead of the system's
  --log-level L        error, warning, info, debug or trace (default: info)
  --quiet              only what went wrong
  --help, --version

Times: 500ms, 30s, 10m, 2h. The key is never an argument: others could read it.
Exit status: 0 all exported, 1 some failed, 2 wrong usage or settings or another
run in the folder, 3 stopped by a signal with something left: then the command
that resumes it is printed. A second signal ends it at once.
)";

class settings {
public:
    settings() {}
    std::vector<langexport::backup_resource> resources;
    std::string kept; // what a resuming run is given, too
    std::string config, report, resume;
    langexport::log_level log_level = langexport::log_level::info;
    std::chrono::milliseconds deadline{0}, job_timeout = 30min, attempt_timeout = 1min, grace = 25s,
                                           poll_first = 500ms, poll_max = 30s;
    std::size_t max_in_flight = 64;
    bool all = false, accept_partial = false, normalize = false, quiet = false;
};

void need(bool is_so, const std::string& otherwise) {
    if (!is_so)
        throw std::invalid_argument(otherwise);
}

settings read_arguments(const texts& arguments) {
    settings s;
    std::string surface = "analyze-text", level = "info";
    std::chrono::milliseconds window = 1min;
    langexport::backup_resource one;
    if (const char* endpoint = std::getenv("AZURE_LANGUAGE_ENDPOINT"))
        one.endpoint = endpoint;
    one.key_env = "AZURE_LANGUAGE_KEY";
    one.output_dir = ".";
    one.place = "options";
    langexport::option_reader options;
    options.add("--endpoint", &one.endpoint).add("--key-file", &one.key_file);
    options.add("--output-dir", &one.output_dir).add("--api-version", &one.api_version);
    options.add("--ca-file", &one.ca_file).add("--format", &one.format);
    options.add("--quota-posts", &one.quota.submissions).add("--quota-gets", &one.quota.reads);
    options.add("--quota-window", &window).add("--surface", &surface).add("--all", &s.all);
    options.add("--config", &s.config).add("--report", &s.report).add("--resume", &s.resume);
    options.add("--accept-partial", &s.accept_partial).add("--normalize", &s.normalize);
    options.add("--deadline", &s.deadline).add("--job-timeout", &s.job_timeout);
    options.add("--attempt-timeout", &s.attempt_timeout).add("--grace", &s.grace);
    options.add("--poll-first", &s.poll_first).add("--poll-max", &s.poll_max);
    options.add("--max-in-flight", &s.max_in_flight);
    options.add("--log-level", &level).add("--quiet", &s.quiet);
    one.projects = options.read(arguments);
    s.kept = options.given_but({"--report", "--resume"});
    const bool names_some = !one.projects.empty();
    const auto known_level = langexport::parse_log_level(s.quiet ? "error" : level);
    need(known_level.has_value(), "--log-level: error, warning, info, debug or trace");
    s.log_level = *known_level;
    need(s.max_in_flight > 0, "--max-in-flight: 1 or more");
    if (!s.config.empty()) {
        for (const char* name :
             {"--endpoint", "--key-file", "--output-dir", "--api-version", "--ca-file", "--surface",
              "--format", "--all", "--quota-posts", "--quota-gets", "--quota-window"})
            need(!options.has(name), std::string(name) + " has its place in the --config");
        need(!names_some, "projects have their place in the --config");
        s.resources = langexport::backup_config::read(s.config).resources;
        return s;
    }
    need(!s.all || !names_some, "--all, or the names of projects, not both");
    need(s.all || names_some || !s.resume.empty(), "name a project, or --all");
    need(!one.endpoint.empty(), "name the resource: --endpoint, or AZURE_LANGUAGE_ENDPOINT");
    const auto known = langexport::project_surface_of(surface);
    need(known.has_value(),
         "--surface: analyze-text, analyze-conversations or query-knowledgebases");
    one.surface = *known;
    if (one.api_version.empty())
        one.api_version = langexport::usual_api_version(*known);
    if (window == 0ms)
        one.quota.submissions = one.quota.reads = 0;
    one.quota.window = std::max(window, 1ms);
    s.resources.push_back(one);
    return s;
}

langexport::client_params make_params(const settings& s, const langexport::backup_resource& of) {
    langexport::client_params params = of.make_params();
    params.application_id = "export_projects";
    params.accept_partial = s.accept_partial;
    if (s.deadline > 0ms)
        params.deadline = s.deadline;
    params.job_timeout = s.job_timeout;
    params.attempt_timeout = s.attempt_timeout;
    params.polling.first = s.poll_first;
    params.polling.max_interval = s.poll_max;
    params.polling.min_interval =
        std::min(params.polling.min_interval, params.polling.max_interval);
    return params;
}

class backup;

// What is done for one resource.
class resource_run {
public:
    resource_run(backup& owner, langexport::backup_resource what);

    asio::awaitable<void> work();
    langexport::client& client() { return *client_; }
    const fs::path& folder() const { return folder_.path(); }

private:
    void plan(const texts& projects);

    backup& owner_;
    const langexport::backup_resource what_;
    const bool is_all_;
    langexport::backup_folder folder_;
    std::shared_ptr<langexport::report_checkpoint> report_;
    std::shared_ptr<langexport::progress_logger> logger_;
    std::optional<langexport::client> client_;
    std::vector<langexport::batch_item> items_;
};

class backup {
public:
    explicit backup(const settings& s);
    int run();
    void show();
    langexport::terminal_size terminal() const;
    void log(log_level level, const std::string& line);

    const settings set;
    langexport::export_report before;
    std::shared_ptr<langexport::report_writer> report =
        std::make_shared<langexport::report_writer>();
    langexport::progress_display display;
    asio::io_context context;
    std::string report_path;
    std::vector<langexport::report_line::time_point> sent_before;
    langexport::resource_quotas quotas;

private:
    void interrupt();
    void ended(const std::exception_ptr& error);

    langexport::stop_signals signals_{context.get_executor(), 3};
    asio::steady_timer redraw_{context};
    std::deque<resource_run> runs_;
    std::size_t running_ = 0;
    bool is_interrupted_ = false, is_cut_ = false, is_broken_ = false;
};

// Everything that can be wrong with the settings is found out here, before anything is submitted.
resource_run::resource_run(backup& owner, langexport::backup_resource what)
    : owner_(owner), what_(std::move(what)),
      is_all_(what_.projects.empty() && (owner.set.all || !owner.set.config.empty())),
      folder_(what_.output_dir),
      report_(std::make_shared<langexport::report_checkpoint>(owner.report)) {
    const std::string prefix = owner.set.config.empty() ? "" : folder().filename().string() + '/';
    report_->endpoint = langexport::endpoint::parse(what_.endpoint).to_string();
    report_->surface = to_string(what_.surface);
    report_->format = what_.format;
    report_->file_of = [this](const langexport::batch_item& item) {
        return folder_.file_of(item.request.project_name).string();
    };
    logger_ = std::make_shared<langexport::progress_logger>(owner.set.log_level, owner.display,
                                                            prefix, [this] { owner_.show(); });
    logger_->is_live = owner.terminal().columns > 0;
    langexport::client_params params = make_params(owner.set, what_);
    params.observer = logger_;
    params.shared_quota =
        owner.quotas.quota_for(params, folder_.request_journal(), owner.sent_before);
    client_.emplace(owner.context.get_executor(), params);
    if (!is_all_)
        plan(what_.projects);
}

void resource_run::plan(const texts& projects) {
    const auto left = owner_.before.of(report_->endpoint, report_->surface, report_->format);
    need(is_all_ || !projects.empty() || !left.lines().empty(),
         owner_.set.resume + " tells of no project of this resource: name them, or --all");
    const auto todo = folder_.plan(left, projects, what_.format, owner_.report_path);
    for (const langexport::planned_export& one : todo) {
        items_.emplace_back(what_.make_request(one.project), one.job);
        is_all_ ? void() : validate(items_.back().request, what_.api_version); // or it fails alone
        logger_->expect(one.project);
    }
    report_->planned(todo);
}

asio::awaitable<void> resource_run::work() {
    if (is_all_) {
        const auto listed = co_await langexport::list_projects(*client_, what_.surface);
        texts projects;
        for (const langexport::project_info& one : listed)
            projects.push_back(one.name);
        plan(projects);
    }
    langexport::batch_options options;
    options.max_in_flight = owner_.set.max_in_flight;
    options.checkpoint = report_;
    options.sink_for = [this](const langexport::batch_item& item) {
        const std::string& project = item.request.project_name;
        if (!item.job.empty())
            logger_->begin(project, "asking");
        return folder_.sink_for(project, owner_.set.normalize);
    };
    options.on_finished = [this](const langexport::batch_outcome& outcome) {
        logger_->end(langexport::make_report_line(outcome, report_->file_of(outcome.item)));
    };
    co_await langexport::export_projects(*client_, std::move(items_), options);
}

backup::backup(const settings& s) : set(s), report_path(s.report.empty() ? s.resume : s.report) {
    if (!s.resume.empty())
        before = langexport::export_report::read(s.resume);
    if (fs::is_regular_file(report_path))
        sent_before = langexport::export_report::read(report_path).submissions();
    for (const langexport::backup_resource& one : s.resources)
        runs_.emplace_back(*this, one);
    if (!report_path.empty())
        report->open(report_path);
}

int backup::run() {
    signals_.ask([this] { interrupt(); });
    running_ = runs_.size();
    for (resource_run& one : runs_)
        asio::co_spawn(context, one.work(), [this](auto error) { ended(error); });
    display.start(steady::now());
    for (show(); running_ > 0;)
        context.run_one();
    // A submission that was in the air when its export was stopped may have made a job.
    const auto is_waiting = [](resource_run& one) { return one.client().stats().in_flight > 0; };
    for (const auto until = steady::now() + 2s;
         steady::now() < until && std::any_of(runs_.begin(), runs_.end(), is_waiting);)
        context.run_one_until(until);
    context.poll();

    log(log_level::info, display.summary(steady::now()));
    std::cerr << display.close(terminal()) << std::flush;
    return is_cut_ ? 3 : is_broken_ || display.count("failed") > 0 ? 1 : 0;
}

void backup::ended(const std::exception_ptr& error) {
    --running_;
    if (!error)
        return;
    // Not all was done that was to be done. After a signal that is no surprise.
    (is_interrupted_ ? is_cut_ : is_broken_) = true;
    if (langexport::code_of(error) != make_error_code(langexport::errc::client_closed))
        log(log_level::error, langexport::what_of(error));
}

// After the first signal nothing new is submitted, and what runs has its time.
void backup::interrupt() {
    is_interrupted_ = true;
    if (!report->is_open())
        try {
            report->open(runs_.front().folder() / "export_projects.jsonl");
        } catch (const std::exception& error) {
            log(log_level::error, error.what());
        }
    log(log_level::info, "stopping within " + langexport::format_duration(set.grace));
    for (resource_run& one : runs_)
        one.client().drain(set.grace, [](std::exception_ptr, langexport::drain_summary) {});
    show();
}

void backup::log(log_level level, const std::string& line) {
    if (level <= set.log_level)
        display.note(line);
}

langexport::terminal_size backup::terminal() const {
    return set.log_level >= log_level::info ? langexport::terminal_of_stderr()
                                            : langexport::terminal_size();
}

// On a terminal ten times a second, elsewhere when there is something new.
void backup::show() {
    if (terminal().columns > 0) {
        std::vector<langexport::client_stats> all;
        for (resource_run& one : runs_)
            all.push_back(one.client().stats());
        display.say((is_interrupted_ ? "stopping  " : "") + langexport::describe(all));
        redraw_.expires_after(100ms);
        redraw_.async_wait([this](auto error) { error ? void() : show(); });
    }
    std::cerr << display.draw(steady::now(), terminal()) << std::flush;
}

} // namespace

int main(int count, char** arguments) {
    langexport::ignore_broken_pipes(); // who reads the progress may go before the end
    const texts all(arguments + 1, arguments + count);
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
        const bool is_unwritten = work.report->is_open() && !work.report->kept().empty();
        if (status == 3 || is_unwritten)
            std::cerr << work.report->resume_advice(langexport::shell_word(arguments[0]) + s.kept);
    } catch (const std::exception& error) {
        std::cerr << "export_projects: " << error.what() << "\n";
    }
    return status;
}
