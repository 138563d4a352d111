#include <langexport/detail/json/parsed_text.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace parsed_text_test {

using langexport::detail::parsed_text;

namespace {

/// A receiver whose protected functions a test can call.
class receiver : public parsed_text {
public:
    void add(std::string_view part) { on_string_part(part, part.size(), ignored_); }
    void add_digits(std::string_view part) { on_number_part(part, ignored_); }
    std::string end(std::string_view rest) {
        const std::string whole(whole_text(rest));
        forget_text();
        return whole;
    }
    std::uint64_t place() const { return seen_byte(); }

private:
    error_code ignored_;
};

} // namespace

TEST_CASE("a text has all of its parts, and none of the previous text", "[parsed_text]") {
    receiver r;
    CHECK(r.end("whole") == "whole");
    r.add("first, ");
    r.add("second, ");
    CHECK(r.end("last") == "first, second, last");
    CHECK(r.end("next") == "next");
    r.add("all of it");
    CHECK(r.end("") == "all of it");
}

TEST_CASE("the position of a text is that of its last part in the document", "[parsed_text]") {
    const std::string piece = "[\"one\",\"two\"]";
    receiver r;
    r.begin_piece(piece, 100);
    r.end(std::string_view(piece).substr(2, 3));
    CHECK(r.place() == 102);
    r.end(std::string_view(piece).substr(8, 3));
    CHECK(r.place() == 108);

    const std::string elsewhere = "with an escape";
    r.end(elsewhere);
    CHECK(r.place() == 108); // that of the previous text
}

TEST_CASE("a placeholder is replaced by its original bytes", "[parsed_text]") {
    receiver r;
    r.begin_piece("", 0);
    r.add("before ");
    r.begin_stand_in("original", 7);
    r.add("x");
    r.add_to_stand_in(" and more");
    r.begin_piece("", 20);
    r.add(" behind");
    CHECK(r.end("") == "before original and more behind");
}

TEST_CASE("is_in_number is true until the next piece", "[parsed_text]") {
    receiver r;
    r.begin_piece("", 0);
    CHECK_FALSE(r.is_in_number());
    r.add("text");
    CHECK_FALSE(r.is_in_number());
    r.add_digits("12");
    CHECK(r.is_in_number());
    r.begin_piece("", 2);
    CHECK_FALSE(r.is_in_number());
}

} // namespace parsed_text_test
