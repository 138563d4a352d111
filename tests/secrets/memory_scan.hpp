#ifndef LANGEXPORT_TESTS_SECRETS_MEMORY_SCAN_HPP
#define LANGEXPORT_TESTS_SECRETS_MEMORY_SCAN_HPP

#include <cstddef>
#include <string>
#include <vector>

namespace langexport_tests {

/// A secret that is nowhere in memory: its characters are computed one at a time.
class made_up_secret {
public:
    static constexpr std::size_t size = 64;

    /// Secrets of different numbers have nothing in common.
    explicit made_up_secret(unsigned number) : seed_(number) {}

    /// The character at a place.
    char at(std::size_t place) const noexcept;
    /// All of it, in a string that the caller wipes.
    std::string reveal() const;

private:
    volatile unsigned seed_; // so that no compiler computes it in advance
};

/// A secret that another process made, such as a key in a file. What this process has of it is encoded.
class masked_secret {
public:
    /// Encodes the text and wipes it.
    explicit masked_secret(std::string& text);

    char at(std::size_t place) const noexcept;
    std::size_t size() const noexcept { return encoded_.size(); }
    std::string reveal() const;

private:
    std::vector<char> encoded_;
};

/// A piece of a secret that was found in memory.
class leftover {
public:
    std::string region; ///< `[heap]`, `[stack]`, a file, or `anonymous`.
    std::size_t address;
    std::size_t first;  ///< The first character of the secret that is there.
    std::string around; ///< What stands there, long words replaced by `#`.
};

/// Looks for pieces of a secret (of 12 characters or more) in all memory of this process that can be
/// written. Linux only.
///
/// @throws std::system_error  The memory cannot be read.
std::vector<leftover> find_leftovers(const made_up_secret& secret);
/// The same for a part of the other kind: its characters from `begin` to `end`.
std::vector<leftover> find_leftovers(const masked_secret& secret, std::size_t begin,
                                     std::size_t end);

/// The same as text, a line each.
std::string describe(const std::vector<leftover>& found);

/// Calls `what` so deep in the stack that later calls do not overwrite its remains.
void call_deeply(void (*what)(void*), void* with);

} // namespace langexport_tests

#endif
