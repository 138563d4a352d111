// Codes, conditions, errors and quotas are the same for an executable and two shared libraries of which
// each has the whole library, hidden, in itself.

#include <langexport.hpp>
#include <langexport/testing/emulator.hpp>

#include "headers/shared_libraries/plugin.hpp"

#include <boost/asio/io_context.hpp>

#include <iostream>

namespace {

int failures = 0;

void check(bool holds, const char* what) {
    if (holds)
        return;
    ++failures;
    std::cerr << "does not hold: " << what << "\n";
}

template <class Throw>
bool is_caught_as_export_error(Throw thrown) {
    try {
        thrown();
    } catch (const langexport::export_error& error) {
        return error.code() == langexport::errc::throttled &&
               langexport::get_export_error(std::current_exception()) != nullptr;
    } catch (...) {
    }
    return false;
}

void check_codes() {
    using langexport::condition;
    using langexport::errc;
    const auto first = first_plugin().make_code(errc::throttled);
    const auto second = second_plugin().make_code(errc::throttled);
    check(&first.category() != &second.category(), "the libraries have categories of their own");
    check(first == errc::throttled, "a library's code is the executable's");
    check(first == second, "a library's code is the other library's");
    check(first != second_plugin().make_code(errc::forbidden), "other codes differ");
    check(first.category() == langexport::error_category(), "the category is the same");
    check(first == condition::transient, "a library's code meets the executable's condition");
    check(first == second_plugin().make_transient(), "and that of the other library");
    check(first != condition::permanent, "and no other condition");
    check(second_plugin().is_throttled(first) && first_plugin().is_throttled(errc::throttled),
          "a library compares foreign codes");
    check(second_plugin().is_transient(first) && first_plugin().is_transient(errc::throttled),
          "a library compares foreign codes with conditions");
    check(first_plugin().is_transient(second_plugin().make_code(errc::throttled)),
          "also those of the other library");
    check(langexport::error_name(first) == "throttled", "the executable names a library's code");
}

void check_quota() {
    boost::asio::io_context context;
    langexport::testing::emulator service(context.get_executor());
    service.add_project(langexport::testing::project("Demo"));
    const std::string endpoint = service.endpoint();
    const std::string key = service.key();
    check(first_plugin().left_after_export(context, endpoint, key) == 9, "one of ten is used");
    check(second_plugin().left_after_export(context, endpoint, key) == 8,
          "the other library has the same quota");
}

} // namespace

int main() {
    check_codes();
    check(is_caught_as_export_error([] { first_plugin().throw_throttled(); }),
          "errors can be caught");
    check(is_caught_as_export_error([] { second_plugin().throw_throttled(); }),
          "errors can be caught");
    check_quota();
    return failures == 0 ? 0 : 1;
}
