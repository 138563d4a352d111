#include <langexport/detail/base/shell_word.hpp>

#include "support/catch.hpp"

namespace shell_word_test {

using namespace langexport;

TEST_CASE("words are quoted for a shell where that is needed", "[shell_word]") {
    CHECK(detail::shell_word("backup/2026-11-23_a.json") == "backup/2026-11-23_a.json");
    CHECK(detail::shell_word("https://name.example:443/p%20q") == "https://name.example:443/p%20q");
    CHECK(detail::shell_word("") == "''");
    CHECK(detail::shell_word("two words") == "'two words'");
    CHECK(detail::shell_word("it's") == "'it'\\''s'");
    CHECK(detail::shell_word("~") == "'~'");
    CHECK(detail::shell_word("a\nb") == "'a\nb'");
    CHECK(detail::shell_word("$HOME`x`\"") == "'$HOME`x`\"'");
}

} // namespace shell_word_test
