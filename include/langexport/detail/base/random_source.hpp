#ifndef LANGEXPORT_DETAIL_BASE_RANDOM_SOURCE_HPP
#define LANGEXPORT_DETAIL_BASE_RANDOM_SOURCE_HPP

#include <langexport/detail/base/text.hpp>

#include <openssl/rand.h>

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
        const std::array<std::uint64_t, 2> words{bits(), bits()};
        std::string id(36, '-');
        std::size_t place = 0;
        for (std::size_t digit = 0; digit < 32; ++digit, ++place) {
            if (place == 8 || place == 13 || place == 18 || place == 23)
                ++place;
            id[place] = hex_digits[words[digit / 16] >> (digit % 16 * 4) & 15];
        }
        id[14] = '4';
        id[19] = hex_digits[8 + (words[1] & 3)];
        return id;
    }

private:
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
