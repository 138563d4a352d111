#ifndef LANGEXPORT_DETAIL_BASE_RANDOM_SOURCE_HPP
#define LANGEXPORT_DETAIL_BASE_RANDOM_SOURCE_HPP

#include <langexport/detail/base/text.hpp>

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace langexport {
inline namespace v0 {
namespace detail {

// Random numbers for jitter and ids, generated one page at a time.
class random_source {
public:
    using page = std::array<std::uint64_t, 256>;
    // Fills a page with random numbers.
    using fill_function = void (*)(page&) noexcept;

    // A test passes another function, so that the numbers are the same in every run.
    explicit random_source(fill_function fill = &fill_from_openssl) noexcept : fill_(fill) {}

    std::uint64_t bits() noexcept {
        if (next_ == page_.size())
            refill();
        return page_[next_++];
    }

    // Called after a fork, because the other process uses the numbers that were generated before.
    void draw_again() noexcept { next_ = page_.size(); }

    // From 0 to 1, 1 excluded.
    double fraction() noexcept {
        constexpr double unit = 1.0 / 9007199254740992.0; // 2^-53
        return static_cast<double>(bits() >> 11) * unit;
    }

    // Used if there is no entropy. The numbers are not secrets: distinct numbers are good enough. They depend on the
    // time, so that processes differ, and on the address and content of the page, so that two sources differ and a
    // source does not repeat a page.
    static void fill_without_entropy(page& numbers) noexcept {
        const auto time = std::chrono::steady_clock::now().time_since_epoch().count();
        std::uint64_t seed = static_cast<std::uint64_t>(time) ^
                             (reinterpret_cast<std::uintptr_t>(numbers.data()) + numbers.back());
        for (std::uint64_t& word : numbers) { // SplitMix64
            word = seed += 0x9E3779B97F4A7C15u;
            word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9u;
            word = (word ^ word >> 27) * 0x94D049BB133111EBu;
            word ^= word >> 31;
        }
    }

    // A version 4 UUID.
    std::string uuid() {
        std::string id;
        write_uuid(id);
        return id;
    }
    // The same into a string, whose memory is reused.
    void write_uuid(std::string& id) {
        const std::uint64_t first = bits(), second = bits();
        id.assign(36, '-');
        write_hex(&id[0], 8, first);
        write_hex(&id[9], 4, first >> 32);
        write_hex(&id[14], 4, first >> 48);
        write_hex(&id[19], 4, second);
        write_hex(&id[24], 12, second >> 16);
        id[14] = '4';
        id[19] = hex_digits[8 + (second & 3)];
    }

private:
    // Writes the lowest hexadecimal digits of a number, the lowest one first. `digits` is even: each step writes two.
    static void write_hex(char* out, std::size_t digits, std::uint64_t value) noexcept {
        static constexpr auto pairs = [] {
            std::array<std::array<char, 2>, 256> all{};
            for (std::size_t byte = 0; byte < all.size(); ++byte)
                all[byte] = {hex_digits[byte & 15], hex_digits[byte >> 4]};
            return all;
        }();
        for (char* const end = out + digits; out != end; out += 2, value >>= 8)
            std::copy_n(pairs[value & 255].data(), 2, out);
    }

    static void fill_from_openssl(page& numbers) noexcept {
        auto* bytes = reinterpret_cast<unsigned char*>(numbers.data());
        if (RAND_bytes(bytes, static_cast<int>(sizeof(numbers))) != 1)
            fill_without_entropy(numbers);
    }

    void refill() noexcept {
        fill_(page_);
        next_ = 0;
    }

    fill_function fill_;
    page page_{};
    std::size_t next_ = page_.size();
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
