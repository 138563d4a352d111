#ifndef LANGEXPORT_EXAMPLES_TOOL_TOKEN_COMMAND_HPP
#define LANGEXPORT_EXAMPLES_TOOL_TOKEN_COMMAND_HPP

#include <langexport/credential.hpp>
#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/base/timestamp.hpp>
#include <langexport/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <boost/system/error_code.hpp>

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace tool {

namespace asio = boost::asio;

/// How long a command for tokens may run.
inline constexpr std::chrono::seconds token_command_limit{30};
/// A token of which only the text is known is replaced after this time.
inline constexpr std::chrono::minutes bare_token_life{10};
/// How long a process that the command left behind may take to print the token.
inline constexpr std::chrono::seconds late_output_limit{1};
inline constexpr std::size_t longest_command_output = 128 * 1024;

[[noreturn]] inline void reject_token(const std::string& why, bool is_permanent = false) {
    langexport::diagnostics known;
    known.detail = why;
    known.is_permanent = is_permanent;
    throw langexport::export_error(make_error_code(langexport::errc::credential_unavailable),
                                   std::move(known));
}

/// A time that the clock can represent, in nanoseconds, too: others become 1970, or the year 2200.
inline std::chrono::system_clock::time_point time_of(std::time_t seconds) {
    constexpr std::time_t last = 7258118400; // the year 2200
    return std::chrono::system_clock::from_time_t(std::clamp<std::time_t>(seconds, 0, last));
}

/// The expiry that `az account get-access-token` prints: seconds since 1970 as a number or a text.
inline std::optional<std::chrono::system_clock::time_point>
expiry_of(const boost::json::object& token) {
    if (const auto* const value = token.if_contains("expires_on")) {
        const auto seconds = value->is_string()
                                 ? langexport::detail::parse_decimal(value->get_string())
                             : value->is_int64() && value->get_int64() > 0
                                 ? std::optional<std::uint64_t>(value->get_int64())
                                 : std::nullopt;
        if (seconds && *seconds < 253402300800) // the year 10000
            return time_of(static_cast<std::time_t>(*seconds));
    }
    // Older versions print the local time only.
    const auto* const local = token.if_contains("expiresOn");
    if (!local || !local->is_string())
        return std::nullopt;
    const auto read = langexport::detail::parse_date_and_time(local->get_string(), " ");
    if (!read)
        return std::nullopt;
    std::tm parts{};
    parts.tm_year = read->year - 1900;
    parts.tm_mon = read->month - 1;
    parts.tm_mday = read->day;
    parts.tm_hour = read->hour;
    parts.tm_min = read->minute;
    parts.tm_sec = read->second;
    parts.tm_isdst = -1;
    return time_of(std::mktime(&parts));
}

/// Reads the output of a command: the JSON of `az account get-access-token`, or a token alone, in quotes or without.
///
/// @param name    The name of the command in errors.
/// @param errors  The command's standard error, which an error shows.
/// @throws export_error (errc::credential_unavailable) without any part of the text.
inline langexport::access_token read_command_token(std::string_view text,
                                                   std::chrono::system_clock::time_point now,
                                                   const std::string& name,
                                                   const std::string& errors = {}) {
    const auto reject = [&](const std::string& problem) {
        reject_token(name + " printed " + problem +
                     (errors.empty() ? std::string() : ": " + errors));
    };
    text = langexport::detail::trim(text);
    if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) {
        text.remove_prefix(1);
        text.remove_suffix(1);
    }
    if (text.empty())
        reject("nothing");
    if (!text.starts_with('{'))
        return langexport::access_token(std::string(text), now + bare_token_life);
    boost::system::error_code bad;
    boost::json::value value = boost::json::parse(text, bad);
    const auto* const object = bad ? nullptr : value.if_object();
    auto* const token = object ? object->if_contains("accessToken") : nullptr;
    if (!token || !token->is_string())
        reject("JSON without a string 'accessToken'");
    const auto expires = expiry_of(*object);
    if (!expires)
        reject("JSON without 'expires_on' (seconds since 1970)");
    boost::json::string& found = value.get_object().at("accessToken").get_string();
    std::string copy(found);
    OPENSSL_cleanse(found.data(), found.size());
    return langexport::access_token(std::move(copy), *expires);
}

/// A shell that runs one command. It is killed, with all that it started, if it still runs at the end of this object.
class shell_command {
public:
    explicit shell_command(const std::string& command) : errors_(std::tmpfile(), &std::fclose) {
        std::array<int, 2> ends{};
        if (!errors_ || ::pipe2(ends.data(), O_CLOEXEC) != 0)
            reject_token("the token command cannot be started: no descriptor is left");
        posix_spawn_file_actions_t actions;
        posix_spawnattr_t attributes;
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
        posix_spawn_file_actions_adddup2(&actions, fileno(errors_.get()), 2);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
        sigset_t signals;
        sigfillset(&signals);
        posix_spawnattr_setsigdefault(&attributes, &signals);
        std::array<const char*, 4> words = {"/bin/sh", "-c", command.c_str(), nullptr};
        const int failure = posix_spawn(&id_, words[0], &actions, &attributes,
                                        const_cast<char* const*>(words.data()), environ);
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
        ::close(ends[1]);
        output = ends[0];
        if (failure != 0)
            id_ = -1;
    }
    ~shell_command() {
        kill();
        if (id_ > 0)
            ::waitpid(id_, nullptr, 0);
    }
    shell_command(const shell_command&) = delete;
    shell_command& operator=(const shell_command&) = delete;

    bool is_started() const noexcept { return id_ > 0; }
    void kill() noexcept {
        if (id_ > 0)
            ::kill(-id_, SIGKILL);
    }
    /// Its status, as waitpid has it; nothing while it runs.
    std::optional<int> status() {
        int status = 0;
        if (id_ <= 0 || ::waitpid(id_, &status, WNOHANG) != id_)
            return std::nullopt;
        id_ = -1;
        return status;
    }
    /// What it wrote to standard error, as one line.
    std::string errors() const {
        std::array<char, 2000> text{};
        std::rewind(errors_.get());
        const std::size_t size = std::fread(text.data(), 1, text.size(), errors_.get());
        return langexport::detail::one_printable_line(
            langexport::detail::trim(std::string_view(text.data(), size)), 400);
    }

    int output = -1; ///< Where its standard output is read; its owner closes it.

private:
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> errors_;
    pid_t id_ = -1;
};

/// Removes words of a command that may be secrets from a text. A shell that cannot run a word shows it.
inline std::string without_secrets_of(std::string_view command, std::string text) {
    constexpr std::string_view separators = " \t\r\n\"'=;|&()<>", digits = "0123456789",
                               capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    constexpr std::size_t shortest = 16;
    for (std::size_t begin = 0; begin < command.size();) {
        const std::size_t end =
            (std::min)(command.find_first_of(separators, begin), command.size());
        const std::string_view word = command.substr(begin, end - begin);
        // Base64 has letters of both cases; a path has a dot, a dash or a slash in front.
        const bool may_be_path =
            word.find('/') != word.npos &&
            (word.starts_with('/') || word.find_first_of(".-_~") != word.npos ||
             word.find_first_of(capitals) == word.npos);
        if (word.size() >= shortest && !may_be_path && word.find_first_of(digits) != word.npos)
            langexport::subscription_key(std::string(word)).redact(text);
        begin = end + 1;
    }
    return text;
}

inline std::string end_of_command(int status) {
    return WIFSIGNALED(status) ? "was ended by signal " + std::to_string(WTERMSIG(status))
                               : "ended with status " + std::to_string(WEXITSTATUS(status));
}

/// A command of the shell while it runs. Handlers of its timers share it with the coroutine that reads its output.
class command_run : public std::enable_shared_from_this<command_run> {
public:
    command_run(const asio::any_io_executor& executor, const std::string& command)
        : shell(command), output(executor, shell.output), end(executor), limit_(executor),
          pause_(executor) {}

    /// Begins to watch the shell.
    void start(std::chrono::milliseconds limit) {
        output.non_blocking(true);
        end.expires_at((asio::steady_timer::time_point::max)());
        set_limit(limit);
        watch();
    }
    /// From now on no handler does anything, and none is waiting.
    void stop() {
        is_over_ = true;
        limit_.cancel();
        pause_.cancel();
    }

    shell_command shell;
    asio::posix::stream_descriptor output;
    asio::steady_timer end;    ///< Cancelled when the shell has ended, or its time is up.
    std::optional<int> status; ///< Of the shell, once it has ended.
    bool is_late = false;      ///< Its time limit; after its end: the time for late output.

private:
    void set_limit(std::chrono::milliseconds limit) {
        limit_.expires_after(limit);
        limit_.async_wait([self = shared_from_this(),
                           had_ended = status.has_value()](boost::system::error_code ec) {
            if (ec || self->is_over_ || had_ended != self->status.has_value())
                return;
            self->is_late = true;
            self->shell.kill();
            self->wake();
        });
    }
    void watch() {
        status = shell.status();
        if (status) {
            set_limit(late_output_limit);
            return wake();
        }
        pause_.expires_after(std::chrono::milliseconds(5));
        pause_.async_wait([self = shared_from_this()](boost::system::error_code ec) {
            if (!ec && !self->is_over_ && !self->is_late)
                self->watch();
        });
    }
    void wake() {
        output.cancel();
        end.cancel();
    }

    asio::steady_timer limit_, pause_;
    bool is_over_ = false;
};

/// Ends the work of a command's handlers however the coroutine ends.
class stop_at_end {
public:
    explicit stop_at_end(command_run& run) noexcept : run_(run) {}
    ~stop_at_end() { run_.stop(); }
    stop_at_end(const stop_at_end&) = delete;
    stop_at_end& operator=(const stop_at_end&) = delete;

private:
    command_run& run_;
};

/// Reads the output of a command. A process that the command left behind may keep the output open. So reading stops
/// when the shell has ended. If there is no output by then, the process has `late_output_limit` to print.
inline asio::awaitable<std::size_t> read_output(std::shared_ptr<command_run> run,
                                                std::string& text) {
    constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
    std::size_t size = 0;
    while (size < text.size() && !run->is_late) {
        const bool has_ended = run->status.has_value();
        boost::system::error_code ec;
        size += run->output.read_some(asio::buffer(&text[size], text.size() - size), ec);
        if (ec && ec != asio::error::would_block)
            break;
        const std::string_view printed(text.data(), size);
        const bool is_all =
            has_ended && (!langexport::detail::trim(printed).empty() || *run->status != 0);
        if (ec && is_all)
            break;
        if (ec)
            co_await run->output.async_wait(asio::posix::stream_descriptor::wait_read, as_values);
    }
    co_return size;
}

/// Runs a command and returns its standard output and its standard error. The caller wipes the output.
///
/// @param name  The name of the command in errors.
inline asio::awaitable<std::pair<std::string, std::string>>
output_of_command(std::string command, std::chrono::milliseconds limit, std::string name) {
    constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
    const auto executor = co_await asio::this_coro::executor;
    const auto run = std::make_shared<command_run>(executor, command);
    if (!run->shell.is_started())
        reject_token(name + " cannot be started: /bin/sh cannot be run");
    const stop_at_end stop(*run);
    run->start(limit);
    std::string text(longest_command_output, '\0');
    const std::size_t size = co_await read_output(run, text);
    if (size == text.size())
        run->shell.kill(); // it would wait for its output to be read
    text.resize(size);
    while (!run->status && !run->is_late)
        co_await run->end.async_wait(as_values);
    const bool has_ended = run->status && size < longest_command_output;
    std::string errors = without_secrets_of(command, run->shell.errors());
    if (has_ended && *run->status == 0)
        co_return std::make_pair(std::move(text), std::move(errors));
    OPENSSL_cleanse(text.data(), text.size());
    // 126 and 127: the shell cannot run the program. Another attempt would fail as well.
    const bool is_permanent =
        has_ended && WIFEXITED(*run->status) && WEXITSTATUS(*run->status) >= 126;
    reject_token(name + " " +
                     (has_ended ? end_of_command(*run->status)
                      : run->status
                          ? std::string("printed too much")
                          : "did not end within " + langexport::detail::format_duration(limit)) +
                     (errors.empty() ? std::string() : ": " + errors),
                 is_permanent);
}

inline asio::awaitable<langexport::access_token> token_of_command(std::string command,
                                                                  std::string name) {
    std::pair<std::string, std::string> output =
        co_await output_of_command(command, token_command_limit, name);
    const langexport::detail::wiped_text wiped(output.first);
    co_return read_command_token(output.first, std::chrono::system_clock::now(), name,
                                 output.second);
}

/// A source of tokens that runs a command of the shell for each.
///
/// @param name  The name of the command in errors. They do not show its text, which may contain a secret.
inline langexport::bearer_token_source token_command(std::string command,
                                                     std::string name = "the token command") {
    return langexport::bearer_token_source([command = std::move(command), name = std::move(name)] {
        return token_of_command(command, name);
    });
}

} // namespace tool

#endif
