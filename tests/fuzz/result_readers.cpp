// The checks of results that arrive in pieces.

#include "fuzz/promise.hpp"
#include "fuzz/targets.hpp"

#include <boost/json/parse.hpp>
#include <langexport/detail/base/lone_surrogate.hpp>
#include <langexport/detail/base/text.hpp>
#include <langexport/detail/protocol/import_check.hpp>
#include <langexport/detail/protocol/result_check.hpp>
#include <langexport/detail/protocol/result_structure.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace langexport_tests::fuzz {

using namespace langexport;

// The first byte is the size of the pieces. What Boost.JSON reads must be seen as it reads it.
void read_result(std::string_view text) {
    if (text.empty())
        return;
    const std::size_t size = static_cast<unsigned char>(text.front()) % 100 + 1;
    text.remove_prefix(1);
    detail::result_structure whole, pieces;
    whole.take(text);
    for (std::size_t at = 0; at < text.size(); at += size)
        pieces.take(text.substr(at, size));
    const auto same = [&](auto member) { return (whole.*member)() == (pieces.*member)(); };
    using structure = detail::result_structure;
    promise(same(&structure::is_whole) && (!whole.is_whole() || same(&structure::has_control)) &&
                same(&structure::has_assets) && same(&structure::has_odd_assets) &&
                same(&structure::has_error) && same(&structure::has_luis_version) &&
                same(&structure::project_name),
            "pieces are seen as the whole is");
    const auto replaced = detail::without_lone_surrogates(text);
    boost::system::error_code failed;
    const auto value = boost::json::parse(replaced ? std::string_view(*replaced) : text, failed);
    if (failed)
        return;
    promise(whole.is_whole() == (value.is_object() || value.is_array()), "what is whole is seen");
    promise(!whole.has_control(), "no control characters are seen where none are");
    bool has_assets = false, has_error = false;
    for (const auto& [name, member] :
         value.is_object() ? value.get_object() : boost::json::object()) {
        has_assets |= detail::equal_ignoring_case(name, "assets") && member.is_object();
        has_error |= detail::equal_ignoring_case(name, "error") && !member.is_null();
    }
    // A repeated member counts each time; the parser keeps the last.
    promise(whole.has_assets() || !has_assets, "assets are seen");
    promise(whole.has_error() || !has_error, "an error is seen");
}

// The first byte chooses the expected result, the second is the size of the pieces, two lines are fields of the header.
void check_result(std::string_view text) {
    if (text.size() < 2)
        return;
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t size = static_cast<unsigned char>(text[1]) % 100 + 1;
    text.remove_prefix(2);
    std::string_view lines[2];
    for (std::string_view& line : lines) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    detail::result_expectation expected;
    expected.due = static_cast<detail::result_forms>((first & 15) == 0 ? 15 : first & 15);
    expected.has_structure = (first & 16) == 0;
    // Parts of a large text that repeat themselves are read in another way.
    std::string repeated;
    if ((first & 32) != 0 && !text.empty()) {
        repeated = "{\"a\":[";
        while (repeated.size() < 6000)
            repeated.append(text).append(",");
        repeated.back() = ']';
        text = repeated += '}';
    }
    detail::result_check whole(lines[0], lines[1], expected);
    detail::result_check pieces(lines[0], lines[1], expected);
    whole.take(text);
    for (std::size_t at = 0; at < text.size(); at += size) {
        const bool was_rejected = pieces.problem_so_far().has_value();
        pieces.take(text.substr(at, size));
        promise(!was_rejected || pieces.problem_so_far(), "a rejection is for good");
    }
    const auto of_whole = whole.problem_at_end(), of_pieces = pieces.problem_at_end();
    promise(of_whole.has_value() == of_pieces.has_value(), "pieces are taken as the whole is");
    promise(!pieces.problem_so_far() || of_pieces, "what is rejected early is rejected at the end");
    promise(whole.is_whole_json() == pieces.is_whole_json() &&
                whole.project_name() == pieces.project_name(),
            "pieces are seen as the whole is");
    if (!of_whole)
        return;
    promise(of_whole->code == of_pieces->code && of_whole->detail == of_pieces->detail,
            "pieces are rejected as the whole is", of_whole->detail + "\n" + of_pieces->detail);
    promise_words(of_whole->detail, 600);
}

// The first byte chooses surface and format, the second is the size of the pieces.
void check_import(std::string_view text) {
    if (text.size() < 2)
        return;
    using enum project_surface;
    struct form {
        project_surface surface;
        const char* format;
    };
    constexpr form forms[] = {
        {analyze_text, ""},         {analyze_conversations, ""},   {analyze_conversations, "Luis"},
        {query_knowledgebases, ""}, {query_knowledgebases, "tsv"}, {query_knowledgebases, "excel"}};
    const form& chosen = forms[static_cast<unsigned char>(text[0]) % std::size(forms)];
    const std::size_t size = static_cast<unsigned char>(text[1]) % 100 + 1;
    text.remove_prefix(2);
    detail::import_check whole(chosen.surface, chosen.format),
        pieces(chosen.surface, chosen.format);
    whole.take(text);
    whole.finish();
    for (std::size_t at = 0; at < text.size(); at += size)
        pieces.take(text.substr(at, size));
    pieces.finish();
    // Inside a wrong word, the byte depends on the pieces.
    promise(whole.problem().empty() == pieces.problem().empty(),
            "pieces are checked as the whole is");
    promise(!whole.problem().empty() || whole.project_name() == pieces.project_name(),
            "pieces have the same name");
    promise(detail::find_control(whole.problem()) == std::string_view::npos,
            "a problem is one line");
    if (!whole.problem().empty() || chosen.format[0] != '\0')
        return;
    // What can be imported is a result of the service.
    detail::result_check result("application/json", "",
                                {detail::forms_of(chosen.surface, chosen.format), true});
    result.take(text);
    promise(!result.problem_at_end(), "what can be imported could have been exported");
}

} // namespace langexport_tests::fuzz
