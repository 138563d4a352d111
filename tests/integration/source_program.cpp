// source_program ENDPOINT KEY CERTIFICATES SOURCE SIZE: imports a document of SIZE bytes as "New", and prints how much
// memory it had when it began, how much at its peak (KiB), and how often requests were repeated.
// SOURCE is a file, or `factory`: the program makes the document piece by piece.

#include <langexport.hpp>
#include <langexport/import/import_project.hpp>

#include "support/process_memory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace asio = boost::asio;

namespace {

// A document with a long description, which is in memory only as far as it is being read.
class made_document final : public langexport::import_reader {
public:
    explicit made_document(std::uint64_t size) : dots_(size - start_.size() - rest_.size()) {}

    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        if (!start_.empty())
            co_return copy(start_, into);
        if (dots_ == 0)
            co_return copy(rest_, into);
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(dots_, into.size()));
        std::memset(into.data(), '.', count);
        dots_ -= count;
        co_return count;
    }

private:
    static std::size_t copy(std::string_view& from, asio::mutable_buffer into) {
        const std::size_t count = (std::min)(from.size(), into.size());
        std::memcpy(into.data(), from.data(), count);
        from.remove_prefix(count);
        return count;
    }

    std::string_view start_ =
        R"({"stringIndexType":"Utf16CodeUnit","metadata":{"projectKind":"CustomHealthcare",)"
        R"("description":")";
    std::string_view rest_ = R"("},"assets":{"projectKind":"CustomHealthcare"}})";
    std::uint64_t dots_;
};

langexport::import_source source_of(const std::string& word, std::uint64_t size) {
    if (word != "factory")
        return langexport::import_source::from_file(word);
    return langexport::import_source::from_factory(
        [size] { return std::make_unique<made_document>(size); }, size);
}

asio::awaitable<void> run(langexport::client client, langexport::import_source source) {
    langexport::import_request request("New", source);
    co_await langexport::import_project(client, request);
}

int import_from(const char* const* words) {
    const long before = langexport_tests::memory_field("VmRSS:");
    asio::io_context context(1);
    langexport::client_params params(words[1], langexport::subscription_key(words[2]));
    params.ca_file = words[3];
    params.polling.first = std::chrono::milliseconds(1);
    params.retry.first_backoff = std::chrono::milliseconds(1);
    const langexport::client client(context.get_executor(), params);
    std::exception_ptr failure;
    asio::co_spawn(context, run(client, source_of(words[4], std::stoull(words[5]))),
                   [&](std::exception_ptr error) { failure = error; });
    context.run();
    if (failure)
        std::rethrow_exception(failure);
    std::cout << before << ' ' << langexport_tests::memory_field("VmHWM:") << ' '
              << client.stats().retries << std::endl;
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::cerr << "usage: source_program ENDPOINT KEY CERTIFICATES SOURCE SIZE\n";
        return 2;
    }
    try {
        return import_from(argv);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
