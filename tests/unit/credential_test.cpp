#include <langexport/credential.hpp>

#include <langexport/client_params.hpp>

#include "support/catch.hpp"
#include "support/scoped_environment.hpp"
#include "unit/rejection.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace credential_test {

using namespace langexport;
using langexport_tests::scoped_environment;
using namespace langexport_tests;
using namespace std::chrono_literals;

#if !defined(LANGEXPORT_TESTS_SANITIZED)

// All memory of the test program passes through these functions, so that they see released memory
// that still contains a secret. The sanitizers need these functions for themselves.
namespace {

constexpr std::size_t header_size = alignof(std::max_align_t);
static_assert(header_size >= sizeof(std::size_t));

std::atomic<bool> is_watching{false};
std::atomic<int> leaked{0};
constexpr std::string_view watched = "e58b081006f7e3dfc967a64cb14028d5";

void* take_memory(std::size_t size) {
    auto* memory = static_cast<unsigned char*>(std::malloc(header_size + size));
    if (!memory)
        throw std::bad_alloc();
    std::memcpy(memory, &size, sizeof(size));
    // Memory that was never written must not look like memory that was not wiped.
    if (is_watching)
        std::memset(memory + header_size, 0, size);
    return memory + header_size;
}

void give_back(void* memory) noexcept {
    if (!memory)
        return;
    auto* block = static_cast<unsigned char*>(memory) - header_size;
    if (is_watching) {
        std::size_t size = 0;
        std::memcpy(&size, block, sizeof(size));
        const std::string_view bytes(static_cast<const char*>(memory), size);
        if (bytes.find(watched) != std::string_view::npos)
            ++leaked;
    }
    std::free(block);
}

// How many blocks of memory were released with the secret in them during a call.
template <class Function>
int count_leaks(Function&& function) {
    leaked = 0;
    is_watching = true;
    function();
    is_watching = false;
    return leaked;
}

} // namespace

} // namespace credential_test

void* operator new(std::size_t size) {
    return credential_test::take_memory(size);
}
void* operator new[](std::size_t size) {
    return credential_test::take_memory(size);
}
void operator delete(void* memory) noexcept {
    credential_test::give_back(memory);
}
void operator delete[](void* memory) noexcept {
    credential_test::give_back(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    credential_test::give_back(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    credential_test::give_back(memory);
}

namespace credential_test {

TEST_CASE("a secret is wiped before its memory is released", "[credential]") {
    // The check itself can see a leak.
    CHECK(count_leaks([] { std::string copy(watched); }) == 1);

    std::string given(watched);
    std::string echo = "the service does not know " + given;
    CHECK(count_leaks([&] {
              const subscription_key key(std::move(given));
              const credential proof = key;
              const auto copy = proof;
              const auto line = detail::header_line_of(key);
              REQUIRE(detail::view(line).find(watched) != std::string_view::npos);
              key.redact(echo);
          }) == 0);
    CHECK(echo == "the service does not know [redacted]");
}

TEST_CASE("a secret that grows leaves no copy in memory", "[credential]") {
    CHECK(count_leaks([] {
              detail::secret_bytes bytes;
              for (int i = 0; i < 100; ++i)
                  detail::append(bytes, watched);
              bytes.shrink_to_fit();
              detail::secret_bytes copy = bytes;
              copy.clear();
          }) == 0);
}

TEST_CASE("a rejected key is wiped, too", "[credential]") {
    std::string given = std::string(watched) + "\n";
    CHECK(count_leaks([&] {
              const auto rejected = rejection_of([&] { subscription_key{std::move(given)}; });
              REQUIRE(rejected.code == errc::invalid_configuration);
          }) == 0);
}

#endif

TEST_CASE("an impossible key is rejected without being shown", "[credential]") {
    struct {
        std::string key, why;
    } const cases[] = {
        {"", "the subscription key is empty"},
        {"secret\n", "at byte 6 of 7"},
        {"secret\r\nX-Injected: 1", "at byte 6 of 21"},
        {" secret", "at byte 0 of 7"},
        {std::string("sec\0ret", 7), "at byte 3 of 7"},
        {"secr\u00e9t", "at byte 4 of 7"},
        {"secret\x7f", "at byte 6 of 7"},
        {std::string(513, 's'), "has 513 characters; at most 512 are possible"},
    };
    for (const auto& each : cases) {
        const auto rejected = rejection_of([&] { subscription_key{each.key}; });
        CHECK(rejected.code == errc::invalid_configuration);
        CHECK_THAT(rejected.detail, contains_text(each.why));
        CHECK_THAT(rejected.what, !contains_text("sec") && !contains_text("sss"));
    }
    CHECK_NOTHROW(subscription_key(std::string(512, '~')));
    CHECK_NOTHROW(subscription_key("!"));
}

template <class T>
concept printable = requires(std::ostream& out, const T& value) {
    out << value;
};

TEST_CASE("a credential shows its secret only in the header line", "[credential]") {
    STATIC_REQUIRE_FALSE(printable<subscription_key>);
    STATIC_REQUIRE_FALSE(printable<credential>);
    STATIC_REQUIRE_FALSE(printable<client_params>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<std::string, subscription_key>);

    const subscription_key key("0a1b2c");
    const auto line = detail::header_line_of(key);
    CHECK(detail::view(line) == "Ocp-Apim-Subscription-Key: 0a1b2c\r\n");

    std::string text = "0a1b2c: key 0a1b2c0a1b2c is wrong; 0a1b2";
    key.redact(text);
    CHECK(text == "[redacted]: key [redacted][redacted] is wrong; 0a1b2");
}

TEST_CASE("a credential that was moved from still has its secret", "[credential]") {
    subscription_key key("0a1b2c");
    const subscription_key other = std::move(key);
    credential proof = std::move(key); // NOLINT(bugprone-use-after-move)
    const credential moved = std::move(proof);
    CHECK(detail::view(detail::header_line_of(key)) == detail::view(detail::header_line_of(other)));
    REQUIRE(proof.keys().size() == 1);
    CHECK(detail::view(detail::header_line_of(proof.keys()[0])) ==
          detail::view(detail::header_line_of(moved.keys()[0])));
}

TEST_CASE("an access token is accepted and shown like a key", "[credential]") {
    const auto end = access_token::time_point(std::chrono::hours(1));
    const access_token token("eyJ0.e30.sig", end);
    CHECK(token.expires() == end);
    CHECK_FALSE(token.empty());
    CHECK(detail::view(detail::header_line_of(token)) == "Authorization: Bearer eyJ0.e30.sig\r\n");
    std::string text = "not eyJ0.e30.sig";
    token.redact(text);
    CHECK(text == "not [redacted]");
    CHECK(access_token().empty());
    CHECK(detail::header_line_of(access_token()).empty());
    STATIC_REQUIRE_FALSE(printable<access_token>);
    for (const char* bad : {"", "a b", "a\r\nX-Injected: 1"}) {
        const auto rejected = rejection_of([&] { access_token(bad, end); });
        CHECK(rejected.code == errc::credential_unavailable);
        CHECK_THAT(rejected.detail, contains_text("the access token"));
    }
}

namespace {

const std::string variable = "LANGEXPORT_TEST_TEXT";

std::string text_in_environment(const std::string& value) {
    const scoped_environment set({variable}, {{variable, value}});
    return environment_text(variable);
}

} // namespace

TEST_CASE("white space at the end of a variable is not part of its value", "[credential]") {
    for (const char* end : {"", " ", "\t", "\n", "\r\n", " \t\r\n \n\n"})
        CHECK(text_in_environment(std::string("https://name.example/") + end) ==
              "https://name.example/");
    CHECK(text_in_environment(" a  b\nc \n") == " a  b\nc");
    CHECK(text_in_environment("x") == "x");
}

TEST_CASE("a variable that is not set, empty or blank has an empty value", "[credential]") {
    const scoped_environment unset({variable}, {});
    CHECK(environment_text(variable).empty());
    CHECK(text_in_environment("").empty());
    CHECK(text_in_environment(" \r\n\t").empty());
}

} // namespace credential_test
