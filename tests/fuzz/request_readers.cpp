// Requests that the emulator reads, and requests that the client sends.

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"

#include <langexport/testing/impl/request_reader.hpp>
#include <langexport/testing/impl/route.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace langexport_tests::fuzz {

namespace {

// The result of a request, as text.
std::string outcome_of(std::string_view bytes, std::size_t piece) {
    langexport::testing::detail::request_reader reader(512, 400);
    std::string in;
    unsigned rejection = 0;
    bool takes_more = true;
    for (std::size_t at = 0; takes_more; at += piece) {
        takes_more = at < bytes.size();
        if (takes_more)
            in += bytes.substr(at, piece);
        // The header and the body are read one after the other.
        for (int i = 0; i < 2 && rejection == 0 && !reader.is_whole(); ++i)
            rejection = reader.take(in);
        takes_more = takes_more && rejection == 0 && !reader.is_whole();
    }
    // A header without its end may be found to be bad or too long, in either order, or waits for
    // more.
    if (!reader.has_header() && (rejection == 0 || rejection == 400 || rejection == 431))
        return "no header";
    std::string text = "rejected with " + std::to_string(rejection) + "\n";
    if (rejection != 0 || !reader.is_whole())
        return text + (reader.has_header() ? "header" : "no header");
    for (const auto& [name, value] : reader.header().headers)
        text += name + "=" + value + "\n";
    text += reader.header().method + " " + reader.header().target + "\n" + reader.expectation();
    text += reader.is_old() ? "\nold" : "\nnew";
    text += reader.may_keep_connection() ? ", kept\n" : ", closed\n";
    return text + reader.take_body();
}

} // namespace

void read_request(std::string_view text) {
    const std::string whole = outcome_of(text, std::max<std::size_t>(1, text.size()));
    for (const std::size_t piece : {1U, 2U, 7U}) {
        const std::string again = outcome_of(text, piece);
        promise(again == whole, "pieces are taken as the whole is",
                whole + "\n-- in pieces:\n" + again + "\n-- of:\n" + std::string(text));
    }
}

void read_route(std::string_view text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view prefix = text.substr(0, end);
    const auto route = langexport::testing::detail::parse_route(
        text.substr(std::min(end + 1, text.size())), prefix);
    promise(route.kind == langexport::testing::call_kind::other || !route.projects_path.empty(),
            "what is known has the path of its surface");
}

} // namespace langexport_tests::fuzz
