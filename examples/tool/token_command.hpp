#ifndef LANGEXPORT_EXAMPLES_TOOL_TOKEN_COMMAND_HPP
#define LANGEXPORT_EXAMPLES_TOOL_TOKEN_COMMAND_HPP

#include <langexport/credential.hpp>
#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/error.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
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
#include <cstdio>
#include <ctime>
#include <iomanip>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
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
inline constexpr std::size_t longest_command_output = 128 * 1024;

[[noreturn]] inline void refuse_token(const std::string& why, bool is_permanent = false) {
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
    std::tm parts{};
    std::istringstream text(std::string(local->get_string()));
    if (!(text >> std::get_time(&parts, "%Y-%m-%d %H:%M:%S")))
        return std::nullopt;
    parts.tm_isdst = -1;
    return time_of(std::mktime(&parts));
}

/// Reads what a command printed: the JSON of `az account get-access-token`, or a token alone, in quotes or without.
///
/// @param errors  What the command wrote to standard error: an error shows it.
/// @throws export_error (errc::credential_unavailable) without any part of the text.
inline langexport::access_token read_command_token(std::string_view text,
                                                   std::chrono::system_clock::time_point now,
                                                   const std::string& errors = {}) {
    const auto refuse = [&](const std::string& problem) {
        refuse_token("the token command printed " + problem +
                     (errors.empty() ? std::string() : ": " + errors));
    };
    text = langexport::detail::trim(text);
    if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) {
        text.remove_prefix(1);
        text.remove_suffix(1);
    }
    if (text.empty())
        refuse("nothing");
    if (!text.starts_with('{'))
        return langexport::access_token(std::string(text), now + bare_token_life);
    boost::system::error_code bad;
    boost::json::value value = boost::json::parse(text, bad);
    const auto* const object = bad ? nullptr : value.if_object();
    auto* const token = object ? object->if_contains("accessToken") : nullptr;
    if (!token || !token->is_string())
        refuse("JSON without a text 'accessToken'");
    const auto expires = expiry_of(*object);
    if (!expires)
        refuse("JSON without 'expires_on' (seconds since 1970)");
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
            refuse_token("the token command cannot be started: no descriptor is left");
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

/// Removes what may be a secret in a command from a text: a shell that cannot run a word shows it.
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

/// Runs a command and returns what it printed, and what it wrote to standard error. The caller wipes the former.
inline asio::awaitable<std::pair<std::string, std::string>>
output_of_command(std::string command, std::chrono::milliseconds limit) {
    constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
    const auto executor = co_await asio::this_coro::executor;
    shell_command shell(command);
    asio::posix::stream_descriptor output(executor, shell.output);
    if (!shell.is_started())
        refuse_token("the token command cannot be started: /bin/sh cannot be run");
    asio::steady_timer timer(executor, limit);
    bool is_late = false;
    timer.async_wait([&](boost::system::error_code ec) {
        if (ec)
            return;
        is_late = true;
        shell.kill();
        output.cancel();
    });
    std::string text(longest_command_output, '\0');
    std::size_t size = 0;
    boost::system::error_code ec;
    while (!ec && size < text.size()) {
        auto read = co_await output.async_read_some(asio::buffer(&text[size], text.size() - size),
                                                    as_values);
        ec = std::get<0>(read);
        size += std::get<1>(read);
    }
    if (size == text.size())
        shell.kill(); // it would wait for its output to be read
    text.resize(size);
    std::optional<int> status = shell.status();
    asio::steady_timer pause(executor);
    while (!status && !is_late) {
        pause.expires_after(std::chrono::milliseconds(5));
        co_await pause.async_wait(as_values);
        status = shell.status();
    }
    timer.cancel();
    const bool is_good = status && *status == 0 && !is_late && size < longest_command_output;
    std::string errors = without_secrets_of(command, shell.errors());
    if (is_good)
        co_return std::make_pair(std::move(text), std::move(errors));
    OPENSSL_cleanse(text.data(), text.size());
    // 126 and 127: the shell finds no such program. That does not pass.
    const bool is_permanent = status && WIFEXITED(*status) && WEXITSTATUS(*status) >= 126;
    refuse_token("the token command " +
                     (is_late ? "did not end within " + langexport::detail::format_duration(limit)
                      : size == longest_command_output ? std::string("printed too much")
                                                       : end_of_command(*status)) +
                     (errors.empty() ? std::string() : ": " + errors),
                 is_permanent);
}

inline asio::awaitable<langexport::access_token> token_of_command(std::string command) {
    std::pair<std::string, std::string> output =
        co_await output_of_command(command, token_command_limit);
    const langexport::detail::wiped_text wiped(output.first);
    co_return read_command_token(output.first, std::chrono::system_clock::now(), output.second);
}

/// A source of tokens that runs a command of the shell for each.
inline langexport::bearer_token_source token_command(std::string command) {
    return langexport::bearer_token_source(
        [command = std::move(command)] { return token_of_command(command); });
}

} // namespace tool

#endif
