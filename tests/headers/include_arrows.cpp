#include "headers/include_arrows.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <regex>
#include <utility>

namespace langexport_tests {
namespace {

using namespace std::string_view_literals;

// Headers in the library's own folder that start operations. The others there are values.
constexpr std::array operations = {
    "client"sv,          "export_project"sv, "export_projects"sv, "export_projects_batch"sv,
    "list_operations"sv, "list_projects"sv,  "request_quota"sv,   "resume_export"sv};

bool starts_with_one_of(std::string_view text, std::initializer_list<std::string_view> prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view prefix) { return text.starts_with(prefix); });
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

template <class Range>
bool contains(const Range& range, const typename Range::value_type& value) {
    return std::find(range.begin(), range.end(), value) != range.end();
}

bool brings_io_objects(std::string_view header) {
    // A name that ends in a slash or a letter matches all names with that beginning.
    const bool is_stream_of_beast =
        header.starts_with("boost/beast/core/") && header.find("stream") != std::string_view::npos;
    return is_stream_of_beast || starts_with_one_of(header, {
                                                                "boost/asio.hpp",
                                                                "boost/asio/basic_",
                                                                "boost/asio/buffered_",
                                                                "boost/asio/connect",
                                                                "boost/asio/deadline_timer",
                                                                "boost/asio/generic/",
                                                                "boost/asio/high_resolution_timer",
                                                                "boost/asio/io_context",
                                                                "boost/asio/ip/basic_",
                                                                "boost/asio/ip/icmp",
                                                                "boost/asio/ip/tcp",
                                                                "boost/asio/ip/udp",
                                                                "boost/asio/local/",
                                                                "boost/asio/posix/",
                                                                "boost/asio/random_access_file",
                                                                "boost/asio/readable_pipe",
                                                                "boost/asio/serial_port",
                                                                "boost/asio/signal_set",
                                                                "boost/asio/ssl",
                                                                "boost/asio/steady_timer",
                                                                "boost/asio/stream_file",
                                                                "boost/asio/system_timer",
                                                                "boost/asio/windows/",
                                                                "boost/asio/writable_pipe",
                                                                "boost/beast.hpp",
                                                                "boost/beast/_experimental/test",
                                                                "boost/beast/core.hpp",
                                                                "boost/beast/ssl",
                                                                "boost/beast/websocket",
                                                            });
}

// The name of the file without folders and extension.
std::string_view stem_of(std::string_view path) {
    path.remove_prefix(path.rfind('/') + 1);
    return path.substr(0, path.rfind('.'));
}

struct word {
    usage what;
    const char* pattern;
};

constexpr std::array words = {
    word{usage::files, R"(\bstd::filesystem::(?!path\b)\w+|\b(fopen|ifstream|ofstream)\b)"},
    word{usage::signals, R"(\bSIG[A-Z]{2,}\b|\b(sigaction|std::signal)\b)"},
    word{usage::terminal, R"(\b(isatty|ioctl|argv)\b)"},
};

// The folder of a module: that of the header, without `impl`.
std::string_view folder_of(std::string_view header) {
    std::string_view folder = header.substr(0, header.rfind('/'));
    if (folder.ends_with("/impl"))
        folder.remove_suffix("/impl"sv.size());
    return folder;
}

bool is_private(std::string_view header) {
    return header.find("/impl/") != std::string_view::npos;
}

} // namespace

const std::vector<include_exception>& include_exceptions() {
    static const std::vector<include_exception> all = {
        // Processes share a quota through a file. The budget records its requests there.
        {"langexport/detail/engine/request_budget.hpp", "langexport/file/impl/request_journal.hpp"},
        // Both hide the secrets of a proxy.
        {"langexport/detail/engine/impl/token_manager.ipp", "langexport/impl/proxy_secrets.hpp"},
        {"langexport/identity/impl/issuer_source.ipp", "langexport/impl/proxy_secrets.hpp"},
        // Tokens of imports have the form of those of exports.
        {"langexport/import/impl/import_job.ipp", "langexport/impl/resume_token.hpp"},
        // Both prepare operations with the same functions.
        {"langexport/import/impl/import_project.ipp", "langexport/impl/export_project.ipp"},
        // The only inline coroutine.
        {"langexport/import/impl/result_source.ipp", "langexport/impl/completed_awaitable.hpp"},
        {"langexport/sink/impl/file_sink.ipp", "langexport/impl/completed_awaitable.hpp"},
        {"langexport/sink/impl/normalizing_sink.ipp", "langexport/impl/completed_awaitable.hpp"},
        {"langexport/sink/impl/sha256_sink.ipp", "langexport/impl/completed_awaitable.hpp"},
    };
    return all;
}

const std::vector<module_row>& modules() {
    using enum usage;
    static const std::vector<module_row> rows = {
        {"core", layer::values, {"detail/base"}, {io_objects, files, signals, terminal}},
        {"client", layer::io, {"core", "detail/operation"}, {files, signals, terminal}},
        {"client/impl",
         layer::io,
         {"core", "client", "detail/base", "detail/protocol", "detail/policy", "detail/operation",
          "detail/engine"},
         {files, signals, terminal}},
        {"detail/base", layer::values, {}, {asio, files, signals, terminal}},
        {"detail/json",
         layer::values,
         {"core", "detail/base"}, // the reader's failure is an export_error
         {asio, files, signals, terminal}},
        {"detail/os", layer::io, {"detail/base"}, {asio, signals, terminal}},
        {"detail/protocol",
         layer::decisions,
         {"core", "detail/base", "detail/json"},
         {io_objects, files, signals, terminal}},
        {"detail/policy",
         layer::decisions,
         {"core", "detail/base", "detail/json", "detail/protocol"},
         {io_objects, files, signals, terminal}},
        {"detail/transport",
         layer::io,
         {"core", "detail/base", "detail/json", "detail/protocol", "detail/policy"},
         {files, signals, terminal}},
        {"detail/operation",
         layer::io,
         {"core", "detail/base", "detail/protocol", "detail/policy", "detail/transport"},
         {files, signals, terminal}},
        {"detail/engine",
         layer::io,
         {"core", "detail/base", "detail/json", "detail/protocol", "detail/policy",
          "detail/transport", "detail/operation"},
         {files, signals, terminal}},
        {"file", layer::io, {"core", "detail/base", "detail/os"}, {asio, signals, terminal}},
        {"sink",
         layer::io,
         {"core", "file", "document", "detail/base", "detail/json"},
         {signals, terminal}},
        {"report", layer::io, {"core", "file", "detail/base", "detail/json"}, {signals, terminal}},
        {"log", layer::values, {"core", "detail/base"}, {io_objects, files, signals, terminal}},
        {"document",
         layer::values,
         {"core", "detail/base", "detail/json"},
         {asio, files, signals, terminal}},
        {"import",
         layer::io,
         {"core", "client", "client/impl", "file", "detail/base", "detail/json", "detail/os",
          "detail/protocol", "detail/policy", "detail/transport", "detail/operation",
          "detail/engine"},
         {signals, terminal}},
        {"identity",
         layer::io,
         {"core", "file", "detail/base", "detail/protocol", "detail/policy", "detail/transport",
          "detail/operation"},
         {signals, terminal}},
        {"fleet", layer::io, {"core", "detail/base"}, {files, signals, terminal}},
        {"testing",
         layer::programs,
         {"core", "client", "file", "sink", "report", "log", "document", "detail/base",
          "detail/json", "detail/os", "detail/protocol", "detail/policy", "detail/transport",
          "detail/operation", "detail/engine"},
         {signals, terminal}},
        // langexport.hpp, and the header that compiles everything once.
        {"umbrella", layer::io, {"core", "client"}, {files, signals, terminal}},
        {"src",
         layer::programs,
         {"core", "client", "client/impl", "file", "import", "identity", "sink", "report", "log",
          "document", "detail/base", "detail/json", "detail/os", "detail/protocol", "detail/policy",
          "detail/transport", "detail/operation", "detail/engine"},
         {files, signals, terminal}},
    };
    return rows;
}

const module_row* module_of(std::string_view header) {
    std::string_view name;
    if (header == "langexport.hpp") {
        name = "umbrella";
    } else if (header == "langexport/src.hpp") {
        name = "src";
    } else if (header.starts_with("langexport/")) {
        header.remove_prefix("langexport/"sv.size());
        const std::size_t end = header.rfind('/');
        name = header.substr(0, end == std::string_view::npos ? 0 : end);
        const bool is_implementation = name == "impl" || name.ends_with("/impl");
        if (is_implementation)
            name.remove_suffix(name == "impl" ? 4 : 5);
        if (name.empty() && !contains(operations, stem_of(header)))
            name = "core";
        else if (name.empty())
            name = is_implementation ? "client/impl" : "client";
    }
    const auto row = std::find_if(modules().begin(), modules().end(),
                                  [&](const module_row& one) { return one.name == name; });
    return row == modules().end() ? nullptr : &*row;
}

std::string objection_to_include(std::string_view from, std::string_view to) {
    const module_row* const outer = module_of(from);
    const module_row* const inner = module_of(to);
    if (!outer)
        return "this folder has no row in the table of modules";
    if (!inner)
        return "that folder has no row in the table of modules";
    const bool is_exception =
        std::any_of(include_exceptions().begin(), include_exceptions().end(),
                    [&](const include_exception& one) { return one.from == from && one.to == to; });
    if (is_exception)
        return "";
    if (is_private(to) && folder_of(from) != folder_of(to) && from != "langexport/src.hpp")
        return "only headers of " + std::string(folder_of(to)) + " may include its impl/";
    // Every header checks the language and Boost, and a header ends with its own implementation.
    if (to == "langexport/version.hpp" || outer == inner ||
        (stem_of(from) == stem_of(to) && to.ends_with(".ipp")))
        return "";
    if (contains(outer->may_include, inner->name))
        return "";
    return std::string(outer->name) + " must not include " + std::string(inner->name);
}

bool brings(std::string_view header, usage what) {
    switch (what) {
    case usage::asio:
        return starts_with_one_of(header, {"boost/asio", "boost/beast"});
    case usage::io_objects:
        return brings_io_objects(header);
    case usage::files:
        return is_one_of(header, {"fstream", "fcntl.h", "sys/stat.h", "sys/file.h"}) ||
               starts_with_one_of(header, {"boost/asio/stream_file", "boost/beast/core/file"});
    case usage::signals:
        return is_one_of(header, {"csignal", "signal.h", "boost/asio/signal_set.hpp"});
    case usage::terminal:
        return is_one_of(header, {"sys/ioctl.h", "termios.h", "conio.h"});
    }
    return false;
}

const std::vector<std::string_view>& clock_readers() {
    static const std::vector<std::string_view> all = {
        // The clocks of a client, and the clock of OpenSSL for the age of a TLS session.
        "langexport/detail/transport/strand_time_source.hpp",
        "langexport/detail/transport/impl/network_opener.ipp",
        // Numbers without entropy.
        "langexport/detail/base/random_source.hpp",
        // Functions that need no client.
        "langexport/file/impl/folder_lock.ipp",
        "langexport/fleet/impl/redis_session.hpp",
        "langexport/identity/impl/issuer_source.ipp",
        "langexport/impl/request_quota.ipp",
        "langexport/report/report_checkpoint.hpp",
        // The emulators.
        "langexport/testing/impl/identity_emulator.ipp",
        "langexport/testing/impl/server_state.hpp",
    };
    return all;
}

bool reads_clock(const std::string& code) {
    static const std::regex pattern(
        R"(\b\w*clock(_type)?::now\b|\bstd::(time|clock)\(|\btime\((nullptr|NULL|0|&\w+)\))"
        R"(|\b(clock_gettime|gettimeofday|timespec_get)\b)");
    return std::regex_search(code, pattern);
}

std::string objection_to_code(std::string_view header, const std::string& code) {
    const module_row& row = *module_of(header);
    for (const word& one : words) {
        std::smatch found;
        if (contains(row.must_not_use, one.what) &&
            std::regex_search(code, found, std::regex(one.pattern)))
            return std::string(row.name) + " must not use " + found.str();
    }
    if (!contains(clock_readers(), header) && reads_clock(code))
        return "the time is an argument: only clock_readers() read a clock";
    return "";
}

} // namespace langexport_tests
