#include <langexport/detail/json/decimal.hpp>
#include <langexport/document/project_file.hpp>

#include "support/catch.hpp"

#include <clocale>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace decimal_test {

using namespace langexport;
using namespace langexport_tests;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

// The decimal point of a locale that has another one than C.
class foreign_locale {
public:
    foreign_locale() : before_(std::setlocale(LC_NUMERIC, nullptr)) {
        for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR", "ru_RU.UTF-8"}) {
            if (std::setlocale(LC_NUMERIC, name))
                break;
        }
    }
    ~foreign_locale() { std::setlocale(LC_NUMERIC, before_.c_str()); }

private:
    std::string before_;
};

} // namespace

TEST_CASE("decimal numbers have one text form and an order", "[numbers]") {
    const std::vector<std::vector<std::string_view>> ascending = {
        {"-1e400"},
        {"-123456789012345678901234567890"},
        {"-12", "-1.2e1", "-120E-1"},
        {"-1.5"},
        {"0", "-0", "0.00", "0e99", "-0.0e-5"},
        {"1e-400"},
        {"0.1", "1e-1", "0.10", "10e-2"},
        {"1", "1.0", "1e0", "1E+0", "100e-2"},
        {"1.0000000000000000000001"},
        {"9"},
        {"10", "1e1"},
        {"9007199254740992", "9007199254740992.0"},
        {"9007199254740993"},
        {"1e400", "10e399"},
        {"1e99999999999999999999"},
    };
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            for (const auto a : ascending[i]) {
                for (const auto b : ascending[j]) {
                    CAPTURE(a, b);
                    CHECK((detail::decimal(a) < detail::decimal(b)) == (i < j));
                    CHECK((detail::decimal(a) == detail::decimal(b)) == (i == j));
                    CHECK((detail::decimal(a).text() == detail::decimal(b).text()) == (i == j));
                }
            }
        }
    }
    CHECK(detail::decimal(0.1) == detail::decimal("0.1"));
    CHECK(detail::decimal(-0.0).text() == "0");
}

TEST_CASE("the nearest double is found in any locale", "[numbers]") {
    const auto check = [] {
        CHECK(detail::nearest_double("0.1") == 0.1);
        CHECK(detail::nearest_double("-2.5e3") == -2500.0);
        CHECK(detail::nearest_double("1e+5") == 100000.0);
        CHECK(detail::nearest_double("7") == 7.0);
        CHECK(detail::nearest_double("5e-324") == std::numeric_limits<double>::denorm_min());
        CHECK(detail::nearest_double("1e-999") == 0.0);
        CHECK(detail::nearest_double("1.7976931348623157e308") ==
              std::numeric_limits<double>::max());
        CHECK_FALSE(detail::nearest_double("1e309"));
        CHECK_FALSE(detail::nearest_double("-1.5e999"));
        // Halfway between two doubles: the even one; and beyond it by very little.
        CHECK(detail::nearest_double("9007199254740993.0") == 9007199254740992.0);
        CHECK(detail::nearest_double("9007199254740993.00000000000000000000000000000001") ==
              9007199254740994.0);
        CHECK(to_json(parse_project_file(R"({"metadata":{"x":0.1}})")) ==
              R"({"metadata":{"x":0.1}})");
    };
    check();
    const foreign_locale comma;
    check();
}

} // namespace decimal_test
