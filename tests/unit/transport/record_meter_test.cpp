#include <langexport/detail/transport/record_meter.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace record_meter_test {

using langexport::detail::record_meter;

namespace {

std::string record_of(std::size_t size) {
    std::string record{'\x17', '\x03', '\x03', static_cast<char>(size >> 8),
                       static_cast<char>(size & 0xff)};
    return record + std::string(size, 'x');
}

// How many bytes pass until the share is spent, offered in pieces of some size.
std::size_t share_of(const std::string& bytes, std::size_t piece) {
    record_meter meter;
    std::size_t passed = 0;
    while (passed < bytes.size() && !meter.is_spent())
        passed += meter.pass(bytes.data() + passed, std::min(piece, bytes.size() - passed));
    return passed;
}

} // namespace

TEST_CASE("one turn of reading TLS is limited to eight records or about 64 KiB", "[tls]") {
    const std::size_t piece = GENERATE(as<std::size_t>(), 1, 2, 5, 6, 1000, 100'000);
    CAPTURE(piece);
    const auto many = [](const std::string& record) {
        std::string all;
        for (int i = 0; i < 20; ++i)
            all += record;
        return all;
    };
    CHECK(share_of(many(record_of(24)), piece) == 8 * (5 + 24));
    CHECK(share_of(many(record_of(0)), piece) == 8 * 5);
    CHECK(share_of(many(record_of(16'400)), piece) == 4 * (5 + 16'400));
    CHECK(share_of(many(record_of(24)).substr(0, 100), piece) == 100);
}

} // namespace record_meter_test
