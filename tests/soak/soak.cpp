// Many exports through one client, while one request in ten meets a fault: every export is accounted for, nine
// in ten succeed with a whole document, memory and descriptors stay as they were after the first fifth.
//
//   langexport_soak [--exports N] [--at-once N] [--tls 0|1] [--memory 0|1]     default: 200000 200 1 1
//
// With `--memory 0` memory may grow: a sanitizer keeps freed memory.
//
// One export in two writes a file, one in twenty is cancelled by its caller. The exit status is 0 if
// every check succeeds.

#include "soak/faulty_service.hpp"
#include "support/temporary_folder.hpp"

#include <langexport.hpp>
#include <langexport/sink/file_sink.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

namespace asio = boost::asio;
using langexport_tests::faulty_service;

struct settings {
    std::uint64_t exports = 200'000;
    std::uint64_t at_once = 200;
    bool tls = true;
    bool memory = true; // must stay flat
};

// What the process holds at a moment.
struct holdings {
    std::uint64_t memory = 0; // bytes that are resident
    std::uint64_t descriptors = 0;

    static holdings now() {
        holdings found;
        std::uint64_t ignored = 0;
        std::ifstream("/proc/self/statm") >> ignored >> found.memory;
        found.memory *= static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
        for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
            found.descriptors += entry.exists() ? 1 : 0;
        return found;
    }
};

// The ends of the exports.
class ledger {
public:
    explicit ledger(std::uint64_t exports) : calls_(exports) {}

    void enter(std::uint64_t number, const std::string& outcome) {
        ++calls_[number];
        ++outcomes_[outcome];
        ++ended_;
    }
    void complain(const std::string& problem) {
        if (++complaints_ <= 20)
            std::fprintf(stderr, "soak: %s\n", problem.c_str());
    }
    std::uint64_t ended() const noexcept { return ended_; }
    std::uint64_t complaints() const noexcept { return complaints_; }
    std::uint64_t count_of(const std::string& outcome) const {
        const auto found = outcomes_.find(outcome);
        return found == outcomes_.end() ? 0 : found->second;
    }
    const std::map<std::string, std::uint64_t>& outcomes() const noexcept { return outcomes_; }
    // How many of the exports did not end exactly once.
    std::uint64_t unaccounted() const {
        return static_cast<std::uint64_t>(std::count_if(
            calls_.begin(), calls_.end(), [](unsigned char calls) { return calls != 1; }));
    }

private:
    std::vector<unsigned char> calls_;
    std::map<std::string, std::uint64_t> outcomes_;
    std::uint64_t ended_ = 0;
    std::uint64_t complaints_ = 0;
};

langexport::client_params params_for(const faulty_service& service) {
    using std::chrono::milliseconds;
    langexport::client_params params(service.endpoint(),
                                     langexport::subscription_key(service.key()));
    params.ca_file = service.certificate_file();
    params.quota.submissions = 0; // switched off
    params.quota.reads = 0;
    params.polling.first = params.polling.min_interval = milliseconds(5);
    params.retry.first_backoff = milliseconds(5);
    params.retry.max_backoff = milliseconds(100);
    params.retry.rate = 1'000'000;
    params.response_timeout = std::chrono::seconds(2);
    return params;
}

class soak {
public:
    soak(const settings& given, const faulty_service& service)
        : given_(given), context_(1), client_(context_.get_executor(), params_for(service)),
          book_(given.exports) {}

    // Whether every check succeeds.
    bool run(faulty_service& service) {
        for (std::uint64_t i = 0; i < std::min(given_.at_once, given_.exports); ++i)
            start_next();
        while (book_.ended() < given_.exports && context_.run_one() != 0)
            look();
        if (book_.ended() < given_.exports)
            book_.complain(std::to_string(given_.exports - book_.ended()) + " exports never ended");
        check_client();
        check_accounts(service.stop());
        check_folder();
        return book_.complaints() == 0;
    }

private:
    static bool goes_to_file(std::uint64_t number) { return number % 2 == 1; }
    static bool is_cancelled(std::uint64_t number) { return number % 20 == 7; }

    std::string file_of(std::uint64_t number) const {
        return (folder_ / (std::to_string(number) + ".json")).string();
    }

    void start_next() {
        if (next_ == given_.exports)
            return;
        const std::uint64_t number = next_++;
        const langexport::export_request request(faulty_service::name_of(number));
        const auto stop = std::make_shared<asio::cancellation_signal>();
        const auto slot = stop->slot();
        if (goes_to_file(number)) {
            langexport::file_options options;
            options.sync = false;
            auto sink = std::make_shared<langexport::file_sink>(file_of(number), options);
            langexport::export_project_to(
                client_, request, sink,
                asio::bind_cancellation_slot(
                    slot, [this, number, stop, sink](std::exception_ptr failed, auto&&...) {
                        if (!failed && !sink->is_committed())
                            book_.complain("export " + std::to_string(number) +
                                           " ended well without its file");
                        end(number, failed,
                            [&] { return langexport_tests::content_of(file_of(number)); });
                    }));
        } else
            langexport::export_project(
                client_, request,
                asio::bind_cancellation_slot(
                    slot, [this, number, stop](std::exception_ptr failed, auto&& exported) {
                        end(number, failed, [&] { return exported.document; });
                    }));
        if (is_cancelled(number)) {
            // At another moment each time.
            auto timer = std::make_shared<asio::steady_timer>(context_);
            timer->expires_after(std::chrono::microseconds(number % 30'011));
            timer->async_wait([timer, weak = std::weak_ptr(stop)](auto) {
                if (const auto signal = weak.lock())
                    signal->emit(asio::cancellation_type::terminal);
            });
        }
    }

    template <class Document>
    void end(std::uint64_t number, const std::exception_ptr& failed, Document document) {
        const std::string name = "export " + std::to_string(number);
        std::string outcome = "exported";
        if (failed)
            outcome = outcome_of(failed);
        else
            check_document(number, document());
        if (outcome != "exported" && outcome != "submit_unconfirmed" &&
            outcome != "malformed_response" && !(outcome == "cancelled" && is_cancelled(number)))
            book_.complain(name + " ended as " + outcome + ": " + last_words_);
        if (goes_to_file(number) &&
            std::filesystem::remove(file_of(number)) != (outcome == "exported"))
            book_.complain(name + " ended as " + outcome + ", and its file disagrees");
        book_.enter(number, outcome);
        start_next();
    }

    // The first document of a project is read as JSON; the others have its size, its first and its last bytes.
    void check_document(std::uint64_t number, const std::string& document) {
        const std::string name = "export " + std::to_string(number);
        if (document.find("\"projectName\":\"" + faulty_service::name_of(number) + "\"") ==
            std::string::npos)
            book_.complain(name + " has another project's document");
        const auto [known, is_first] = sizes_.emplace(faulty_service::name_of(number), 0);
        if (is_first) {
            const std::size_t documents = documents_in(document);
            known->second = document.size();
            if (documents != faulty_service::documents_of(number))
                book_.complain(name + " has " + std::to_string(documents) +
                               " documents instead of " +
                               std::to_string(faulty_service::documents_of(number)));
        }
        if (document.size() != known->second || !document.ends_with("]}}"))
            book_.complain(name + " has " + std::to_string(document.size()) + " bytes instead of " +
                           std::to_string(known->second) + ", or another end");
    }

    // Zero if the text is not a project file.
    static std::size_t documents_in(const std::string& text) {
        boost::system::error_code failed;
        const boost::json::value file = boost::json::parse(text, failed);
        const auto* object = failed ? nullptr : file.if_object();
        const auto* assets = object ? object->if_contains("assets") : nullptr;
        object = assets ? assets->if_object() : nullptr;
        const auto* documents = object ? object->if_contains("documents") : nullptr;
        const auto* list = documents ? documents->if_array() : nullptr;
        return list ? list->size() : 0;
    }

    std::string outcome_of(const std::exception_ptr& failed) {
        try {
            std::rethrow_exception(failed);
        } catch (const langexport::export_error& error) {
            last_words_ = error.what();
            return langexport::error_name(error.code());
        } catch (const std::exception& error) {
            return error.what();
        }
    }

    // Twenty times in a run.
    void look() {
        const std::uint64_t part = std::max<std::uint64_t>(given_.exports / 20, 1);
        if (book_.ended() < part * (looks_ + 1))
            return;
        ++looks_;
        const holdings held = holdings::now();
        std::printf("soak: %8llu exports, %6.1f MB, %3llu descriptors\n",
                    static_cast<unsigned long long>(book_.ended()),
                    static_cast<double>(held.memory) / 1e6,
                    static_cast<unsigned long long>(held.descriptors));
        std::fflush(stdout);
        if (looks_ <= 4) {
            settled_.memory = std::max(settled_.memory, held.memory);
            settled_.descriptors = std::max(settled_.descriptors, held.descriptors);
            return;
        }
        // Connections come and go with the faults.
        constexpr std::uint64_t few_descriptors = 40, little_memory = 2'000'000;
        if (given_.memory && held.memory > settled_.memory + settled_.memory / 20 + little_memory)
            book_.complain("memory grows");
        if (held.descriptors > settled_.descriptors + few_descriptors)
            book_.complain("descriptors grow");
    }

    void check_client() {
        const langexport::client_stats stats = client_.stats();
        if (stats.pending != 0 || stats.in_flight != 0)
            book_.complain("the client still counts operations");
        if (stats.finished != book_.count_of("exported"))
            book_.complain("the client counts other successes");
        if (stats.finished + stats.failed != given_.exports)
            book_.complain("the client counts other exports");
    }

    void check_accounts(const faulty_service::counters& seen) {
        const std::uint64_t lost = book_.unaccounted();
        if (lost != 0)
            book_.complain(std::to_string(lost) + " exports did not end exactly once");
        // About 5 % are cancelled, 1 % lose the response to their submission, 1.1 % get an error as document.
        const std::uint64_t exported = book_.count_of("exported");
        if (exported < given_.exports - given_.exports / 10)
            book_.complain("only " + std::to_string(exported) + " exports succeeded");
        // A job for each success; none but those that ended otherwise may have had one as well.
        if (seen.jobs < exported || seen.jobs > given_.exports)
            book_.complain("the service counts " + std::to_string(seen.jobs) + " jobs");
        // The service loses one response to a submission in 101. No such submission may be repeated, so each ends as
        // unconfirmed, except those that were cancelled or met another fault first: less than a fifth.
        const std::uint64_t lost_responses = seen.submissions / 101;
        const std::uint64_t unconfirmed = book_.count_of("submit_unconfirmed");
        constexpr std::uint64_t chance = 8; // in a short run
        if (10 * (unconfirmed + chance) < 8 * lost_responses)
            book_.complain("only " + std::to_string(unconfirmed) +
                           " exports ended as submit_unconfirmed: were submissions repeated?");
        const double share =
            static_cast<double>(seen.faults) / std::max(1.0, static_cast<double>(seen.requests));
        if (share < 0.08)
            book_.complain("too few requests met a fault");
        std::printf("soak: %llu requests, %.1f %% met a fault; %llu jobs\n",
                    static_cast<unsigned long long>(seen.requests), 100 * share,
                    static_cast<unsigned long long>(seen.jobs));
        for (const auto& [outcome, count] : book_.outcomes())
            std::printf("soak: %8llu %s\n", static_cast<unsigned long long>(count),
                        outcome.c_str());
    }

    void check_folder() {
        for (const std::string& name : folder_.names())
            book_.complain("a file stayed behind: " + name);
    }

    settings given_;
    asio::io_context context_;
    langexport::client client_;
    langexport_tests::temporary_folder folder_;
    ledger book_;
    std::uint64_t next_ = 0;
    std::map<std::string, std::size_t> sizes_; // of the documents, by project
    std::uint64_t looks_ = 0;
    holdings settled_;
    std::string last_words_; // of the failure before
};

// The value of an option; a missing or unknown one ends the program.
settings read_settings(int count, char** words) {
    settings given;
    for (int i = 1; i < count; i += 2) {
        const std::string name = words[i];
        char* end = nullptr;
        const std::uint64_t value = i + 1 < count ? std::strtoull(words[i + 1], &end, 10) : 0;
        const bool is_number = end && end != words[i + 1] && *end == '\0';
        if (is_number && name == "--exports" && value != 0)
            given.exports = value;
        else if (is_number && name == "--at-once" && value != 0)
            given.at_once = value;
        else if (is_number && name == "--tls" && value < 2)
            given.tls = value == 1;
        else if (is_number && name == "--memory" && value < 2)
            given.memory = value == 1;
        else {
            std::fprintf(stderr,
                         "usage: %s [--exports N] [--at-once N] [--tls 0|1] [--memory 0|1]\n",
                         words[0]);
            std::exit(2);
        }
    }
    return given;
}

} // namespace

int main(int count, char** words) {
    try {
        const settings given = read_settings(count, words);
        const auto begun = std::chrono::steady_clock::now();
        faulty_service service(given.tls);
        const bool is_good = soak(given, service).run(service);
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun;
        std::printf("soak: %s after %.0f s\n", is_good ? "all accounted for" : "FAILED",
                    passed.count());
        return is_good ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "soak: %s\n", error.what());
        return 1;
    }
}
