// An export that resumes after its process has ended: a power failure, kill -9, a machine that is replaced.
//
// As soon as the service has accepted the job, its resume token is on the disk. If the program is started
// again, it waits for that job instead of submitting another. If the job of a token no longer exists (the
// service keeps jobs for days only), the program ignores the token and submits a new job. The result file
// appears whole or not at all.
//
// What it shows: a function that stores the token, one that receives the progress, resuming, which errors make
// a token useless, files that appear in one step.

#include <langexport.hpp>
#include <langexport/file/read_file.hpp>
#include <langexport/file/standard_streams.hpp>
#include <langexport/log/printable.hpp>
#include <langexport/sink/file_sink.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace asio = boost::asio;

namespace {

constexpr const char* help =
    "usage: resume_after_crash PROJECT FILE\n"
    "\n"
    "Exports a project to FILE. Until FILE exists, FILE.job has the token of the job. Started\n"
    "again, the program resumes that job, however it ended. One run at a time for a FILE.\n"
    "\n"
    "The environment names the resource:\n"
    "  AZURE_LANGUAGE_ENDPOINT   such as https://NAME.cognitiveservices.azure.com\n"
    "  AZURE_LANGUAGE_KEY        one of the resource's two keys\n"
    "\n"
    "Exit status: 0 exported, 1 failed, 2 wrong usage, 3 not yet: start it again.\n";

void print(const std::string& text) {
    if (!(std::cout << text << std::flush))
        throw std::runtime_error("standard output cannot be written");
}

std::string environment(const char* name) {
    std::string value = langexport::environment_text(name);
    if (value.empty())
        throw std::invalid_argument(std::string(name) + " is not set");
    return value;
}

// [region keep]
// Stores the token of a job: it is on the disk when this returns. Only then the export continues.
asio::awaitable<void> keep(std::string path, langexport::export_job job) {
    langexport::write_file(path, job.to_token() + "\n");
    co_return;
}

langexport::export_request request_that_keeps_its_job(std::string project, std::string path) {
    langexport::export_request request(project);
    request.on_submitted = [path](const langexport::export_job& job) { return keep(path, job); };
    return request;
}
// [end keep]

// [region progress]
// Prints the progress of an export: its phases, each poll, and a download at most ten times a second.
void print_progress(const langexport::export_update& update) {
    std::cerr << langexport::printable(update.project_name) << ": "
              << langexport::to_string(update.kind);
    if (update.polls > 0)
        std::cerr << ", poll " << update.polls << ": " << update.status_text;
    if (update.kind == langexport::update_kind::downloading)
        std::cerr << ", " << update.bytes << " bytes";
    std::cerr << "\n";
}

langexport::export_request watched_request(std::string project, std::string path) {
    auto request = request_that_keeps_its_job(project, path); // sets on_submitted
    request.on_update = print_progress;
    return request;
}
// [end progress]

// The job of an earlier run; an empty one if there is none, or its token cannot be used.
langexport::export_job job_left_in(const std::string& path, const std::string& project) {
    if (!std::filesystem::exists(path))
        return langexport::export_job();
    if (!std::filesystem::is_regular_file(path)) // reading from a pipe would wait for a writer
        throw std::runtime_error(path + " is not a regular file, so it cannot keep the job");
    try {
        auto job = langexport::export_job::from_token(langexport::read_file(path));
        if (job.project_name() == project)
            return job;
        std::cerr << path << " is about another project: submitting\n";
    } catch (const langexport::export_error& error) {
        std::cerr << path << " cannot be used (" << error.diagnostics().detail << "): submitting\n";
    }
    return langexport::export_job();
}

// [region stale]
// Whether a job can have no result any more, so that a new job is needed. All other errors are transient,
// or a person has to correct their cause: then the token is kept.
bool is_stale(const langexport::error_code& code) {
    using langexport::errc;
    for (const errc reason : {errc::job_not_found, errc::job_expired, errc::job_failed,
                              errc::job_cancelled, errc::foreign_origin}) {
        if (code == reason)
            return true;
    }
    return false;
}

asio::awaitable<void> export_or_resume(langexport::client client, std::string project,
                                       std::string path) {
    langexport::export_job job = job_left_in(path + ".job", project);
    if (!job.empty()) {
        auto file = std::make_shared<langexport::file_sink>(path);
        try {
            std::cerr << "resuming the job of an earlier run\n";
            auto request = watched_request(project, path + ".job");
            co_await langexport::resume_export_to(client, request, job, file);
            co_return;
        } catch (const langexport::export_error& error) {
            if (!is_stale(error.code()))
                throw;
            std::cerr << error.code().message() << ": submitting again\n";
        }
    }
    auto file = std::make_shared<langexport::file_sink>(path);
    auto request = watched_request(project, path + ".job");
    co_await langexport::export_project_to(client, request, file);
}
// [end stale]

int run(const std::string& project, const std::string& path) {
    asio::io_context context;
    langexport::subscription_key key(environment("AZURE_LANGUAGE_KEY"));
    langexport::client_params params(environment("AZURE_LANGUAGE_ENDPOINT"), key);
    params.proxy = langexport::proxy_from_environment(params.endpoint);
    params.application_id = "resume_after_crash";
    langexport::client client(context.get_executor(), params);

    std::exception_ptr failure;
    asio::co_spawn(context, export_or_resume(client, project, path),
                   [&](std::exception_ptr error) { failure = error; });
    context.run();
    if (!failure) {
        std::filesystem::remove(path + ".job"); // only after the file exists
        print(path + "\n");
        return 0;
    }
    const langexport::export_error* error = langexport::get_export_error(failure);
    if (!error)
        std::rethrow_exception(failure);
    std::cerr << "resume_after_crash: " << error->what() << "\n";
    if (error->job() && error->code() == langexport::errc::callback_failed) {
        std::cerr << "its job continues; this token could not be stored: "
                  << error->job()->to_token() << "\n";
        return 1;
    }
    return error->job() && error->code() != langexport::condition::permanent ? 3 : 1;
}

// Whether --help or -h is among the arguments, before any --.
bool asks_for_help(int argc, char** argv) {
    for (int i = 1; i < argc && std::string(argv[i]) != "--"; ++i)
        if (std::string(argv[i]) == "--help" || std::string(argv[i]) == "-h")
            return true;
    return false;
}

} // namespace

int main(int argc, char** argv) {
    langexport::open_standard_streams();
#if defined(SIGPIPE) // lost output is an error, not a signal
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
#endif
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    try {
        if (asks_for_help(argc, argv)) {
            print(help);
            return 0;
        }
        if (arguments.size() != 2 || arguments[0].starts_with("-") || arguments[1].starts_with("-"))
            throw std::invalid_argument("name a project and a file");
        return run(arguments[0], arguments[1]);
    } catch (const std::invalid_argument& error) {
        std::cerr << "resume_after_crash: " << error.what() << "\n\n" << help;
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "resume_after_crash: " << error.what() << "\n";
        return 1;
    }
}
