// Input from people and earlier runs: command lines, keys, names, certificates, journals.

#include "examples/fleet/redis_address.hpp"
#include "examples/tool/command_line.hpp"
#include "examples/tool/exported_file.hpp"
#include "examples/tool/glob.hpp"

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"
#include "support/temporary_folder.hpp"

#include <langexport/credential.hpp>
#include <langexport/detail/base/duration_text.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/transport/tls_context.hpp>
#include <langexport/file/file_name.hpp>
#include <langexport/file/impl/request_journal.hpp>
#include <langexport/file/key_file.hpp>
#include <langexport/identity/impl/assertion_file.hpp>
#include <langexport/report/report_run.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace langexport_tests::fuzz {

using namespace langexport;
using namespace tool;

namespace {

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

// The words that a shell makes of a text without anything but plain and quoted characters.
std::vector<std::string> shell_words(std::string_view text) {
    std::vector<std::string> words;
    bool is_in_word = false, is_quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (!is_quoted && c == ' ') {
            is_in_word = false;
            continue;
        }
        if (!is_in_word)
            words.emplace_back();
        is_in_word = true;
        if (c == '\'')
            is_quoted = !is_quoted;
        else if (c == '\\' && !is_quoted)
            words.back() += text[++at];
        else
            words.back() += c;
    }
    return words;
}

// One option of every kind.
class all_kinds {
public:
    std::string text;
    std::filesystem::path file;
    std::chrono::milliseconds time{};
    std::size_t number = 0;
    bool flag = false;
    std::optional<std::string> optional_text;
    std::vector<std::string> list;
    std::optional<std::filesystem::path> optional_file;
    option_reader reader;

    all_kinds() {
        reader.add("--text", &text).add("--file", &file).add("--time", &time);
        reader.add("--number", &number).add("--flag", &flag).add("--maybe", &optional_text);
        reader.add("--list", &list).add("--other-file", &optional_file);
    }
    all_kinds(const all_kinds&) = delete;
    all_kinds& operator=(const all_kinds&) = delete;

    bool has_same_values(const all_kinds& other) const {
        return text == other.text && file == other.file && time == other.time &&
               number == other.number && flag == other.flag &&
               optional_text == other.optional_text && list == other.list &&
               optional_file == other.optional_file;
    }
};

// A file of the system's memory with this content.
std::filesystem::path file_with(const temporary_folder& folder, std::string_view content) {
    const std::filesystem::path path = folder.path() / "file";
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << content;
    return path;
}

temporary_folder& scratch() {
    static temporary_folder folder;
    return folder;
}

} // namespace

void read_options(std::string_view text) {
    all_kinds first;
    try {
        first.reader.read(split(text, '\n'));
    } catch (const std::invalid_argument& error) {
        promise(std::strlen(error.what()) > 0, "a rejection has a reason");
        return;
    }
    const std::string given = first.reader.arguments_except({});
    all_kinds second;
    const auto others = second.reader.read(shell_words(given));
    promise(others.empty() && first.has_same_values(second),
            "options are written as they were read", given);
}

// A line: a duration as a person writes it. What follows is a number of nanoseconds.
void read_redis_url(std::string_view text) {
    fleet::redis_address address;
    try {
        address = fleet::parse_redis_url(text);
    } catch (const std::invalid_argument& error) {
        // The sentence is the same for every URL, and shows nothing of it.
        const std::string_view said = error.what();
        promise(said.starts_with("the URL of Redis "), "a rejection says what is wrong");
        promise(said.size() < 200, "a rejection does not repeat the URL");
        return;
    }
    promise(!address.host.empty() && address.port != 0, "an address has a host and a port");
    promise(address.database >= 0, "a database has a number");
    promise(address.tls == text.starts_with("rediss:"), "TLS is used if the URL says so");
    promise(address.shown() == address.host + ':' + std::to_string(address.port),
            "an address is shown without secrets");
}

void read_duration(std::string_view text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const auto read = detail::parse_duration(text.substr(0, end)))
        promise(read->count() >= 0 && *read <= std::chrono::hours(10'000),
                "a duration keeps within its limits");
    std::int64_t count = 0;
    const std::string_view rest = text.substr(std::min(end + 1, text.size()));
    if (!rest.empty()) // null is no address to copy from
        std::memcpy(&count, rest.data(), std::min(rest.size(), sizeof(count)));
    const std::string written = detail::format_duration(std::chrono::nanoseconds(count));
    promise_words(written, 40);
    promise(!written.empty() && detail::is_digit(written.front()), "a duration has a number");
}

void read_key(std::string_view text) {
    const auto key = result_of([&] { return read_key_file(file_with(scratch(), text)); });
    if (!key)
        return;
    const std::string_view kept = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    const detail::secret_bytes line = detail::header_line_of(*key);
    promise(detail::view(line).ends_with(": " + std::string(kept) + "\r\n"),
            "a key is sent as it stands in its file");
    promise(std::all_of(kept.begin(), kept.end(), [](char c) { return c > ' ' && c < '\x7f'; }),
            "a key fits in a line");
}

void read_assertion_file(std::string_view text) {
    const auto read = result_of([&] { return detail::read_assertion(file_with(scratch(), text)); });
    const std::string_view kept = detail::trim(text);
    const bool is_good = !kept.empty() && text.size() <= 64 * 1024 &&
                         detail::find_invisible(kept) == std::string_view::npos;
    promise(read.has_value() == is_good, "a file of one visible text is accepted");
    promise(!read || detail::view(**read) == kept, "a token is sent as it stands in its file");
}

void read_run(std::string_view text) {
    report_run::is_run_line(text);
    const auto run = result_of([&] { return report_run::from_json(text); });
    if (!run)
        return;
    const std::string written = run->to_json();
    promise(report_run::is_run_line(written), "a run's line is one", written);
    const report_run again = report_run::from_json(written);
    // Characters that cannot be shown become spaces; a second call changes nothing.
    promise(again.to_json() == written && again.all.size() == run->all.size(),
            "a run is written the same again", written);
}

// A name in each line. The text before the first one is a media type.
void name_files(std::string_view text) {
    std::vector<std::string> names = split(text, '\n');
    const std::string media_type = names.front();
    names.erase(names.begin());
    const std::string extension = extension_of_content(media_type, text);
    promise(extension.empty() || extension.starts_with('.'), "an extension has its dot", extension);
    const auto files = file_names_of(names, ".json");
    promise(files.size() == names.size(), "each name has a file");
    std::set<std::string> seen;
    for (const std::string& file : files) {
        promise(seen.insert(detail::to_lower(file)).second, "no two names have one file", file);
        promise(file.size() < 255 && file.find_first_of("/\\:*?\"<>|") == std::string::npos &&
                    !file.starts_with('.') && !file.starts_with('-') &&
                    detail::find_invisible(file) == std::string::npos,
                "a file's name fits every system", file);
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        const tool::exported_file_name read(files[i]);
        promise(read.extension == ".json", "a file's name has its extension", files[i]);
        promise(names[i].size() > 40 || read.project == names[i],
                "a short name is read from its file's name", files[i]);
        tool::matches_glob(media_type, names[i]);
        promise(tool::matches_glob("*", names[i]), "a star matches each name", names[i]);
    }
}

void read_journal(std::string_view text) {
    const std::filesystem::path path = file_with(scratch(), text);
    const auto now = std::chrono::system_clock::now();
    const auto check = [&](const detail::request_journal& journal) {
        for (std::size_t i = 0; i < journal.before().size(); ++i) {
            const auto& one = journal.before()[i];
            promise(one.ended <= std::chrono::system_clock::now() &&
                        (!one.was_in_progress || one.ended >= now),
                    "a request of an earlier process is over");
            promise(i == 0 || journal.before()[i - 1].ended <= one.ended, "requests are in order");
        }
        return journal.before().size();
    };
    std::size_t first = 0;
    {
        detail::request_journal journal(path, 3, 5,
                                        [] { return std::chrono::system_clock::now(); });
        first = check(journal);
        journal.sent(true);
    }
    const detail::request_journal again(path, 3, 5,
                                        [] { return std::chrono::system_clock::now(); });
    const std::size_t second = check(again);
    promise(second >= 1 && second <= 8 && second <= first + 1,
            "a journal remembers as many requests as it may");
}

void check_tls_rejection(const std::shared_ptr<detail::tls_context>& context,
                         const detail::tls_problem& problem) {
    promise((context == nullptr) == !problem.why.empty(), "a rejection has a reason", problem.why);
    promise(problem.why.size() < 1000, "a reason is short", problem.why);
}

void read_certificates(std::string_view text) {
    // The text is a file of trusted certificates, and the PEM of a client certificate and its key.
    detail::tls_problem problem;
    auto context = detail::make_tls_context(
        detail::tls_settings{file_with(scratch(), text).string()}, problem);
    check_tls_rejection(context, problem);
    detail::tls_settings presented;
    presented.more.ca_pem = text;
    presented.more.certificate_pem = text;
    presented.more.key_pem = std::string(text);
    problem = {};
    context = detail::make_tls_context(presented, problem);
    check_tls_rejection(context, problem);
}

} // namespace langexport_tests::fuzz
