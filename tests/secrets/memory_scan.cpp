#include "secrets/memory_scan.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <system_error>

#include <openssl/crypto.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace langexport_tests {

namespace {

constexpr std::size_t piece_size = 12;
constexpr char mask = 0x5A;
constexpr std::size_t context_size = 48;

// A buffer for the memory that is read; the search does not include it.
class outside_buffer {
public:
    static constexpr std::size_t size = std::size_t(1) << 20;

    outside_buffer()
        : data_(static_cast<char*>(
              mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
        if (data_ == MAP_FAILED)
            throw std::system_error(errno, std::generic_category(), "mmap");
    }
    ~outside_buffer() { munmap(data_, size); }
    outside_buffer(const outside_buffer&) = delete;
    outside_buffer& operator=(const outside_buffer&) = delete;

    char* data() noexcept { return data_; }

private:
    char* data_;
};

class own_memory {
public:
    own_memory() : file_(open("/proc/self/mem", O_RDONLY | O_CLOEXEC)) {
        if (file_ < 0)
            throw std::system_error(errno, std::generic_category(), "/proc/self/mem");
    }
    ~own_memory() { close(file_); }
    own_memory(const own_memory&) = delete;
    own_memory& operator=(const own_memory&) = delete;

    std::size_t read(std::size_t from, char* into, std::size_t size) {
        const ssize_t count = pread(file_, into, size, static_cast<off_t>(from));
        return count > 0 ? static_cast<std::size_t>(count) : 0;
    }

private:
    int file_;
};

struct region {
    std::size_t begin;
    std::size_t end;
    std::string name;
};

std::vector<region> writable_regions() {
    std::vector<region> all;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        std::istringstream words(line);
        std::string range, rights, offset, device, inode, name;
        words >> range >> rights >> offset >> device >> inode >> name;
        const std::size_t dash = range.find('-');
        if (rights.size() >= 2 && rights[0] == 'r' && rights[1] == 'w')
            all.push_back({std::stoull(range.substr(0, dash), nullptr, 16),
                           std::stoull(range.substr(dash + 1), nullptr, 16),
                           name.empty() ? "anonymous" : name});
    }
    return all;
}

// A letter of a made-up secret, or of base64.
bool is_of_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

// A report must not contain the secret that it reports: long words are hidden.
void hide_words(std::string& text) {
    std::size_t length = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        if (i < text.size() && is_of_word(text[i])) {
            ++length;
            continue;
        }
        if (length >= piece_size / 2)
            std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(i - length), length, '#');
        length = 0;
    }
}

} // namespace

char made_up_secret::at(std::size_t place) const noexcept {
    constexpr unsigned letters = 26;
    std::uint32_t x = static_cast<std::uint32_t>(place) * 2654435761U + seed_ * 40503U + 12345U;
    x ^= x >> 15U;
    x *= 2246822519U;
    x ^= x >> 13U;
    return static_cast<char>('a' + x % letters);
}

std::string made_up_secret::reveal() const {
    std::string all(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        all[i] = at(i);
    return all;
}

masked_secret::masked_secret(std::string& text) : encoded_(text.begin(), text.end()) {
    OPENSSL_cleanse(text.data(), text.size());
    for (char& c : encoded_)
        c = static_cast<char>(c ^ mask);
}

char masked_secret::at(std::size_t place) const noexcept {
    return static_cast<char>(encoded_[place] ^ mask);
}

std::string masked_secret::reveal() const {
    std::string all(size(), '\0');
    for (std::size_t i = 0; i < size(); ++i)
        all[i] = at(i);
    return all;
}

namespace {

// For a secret of this size, whose characters `at` computes one at a time.
template <class Character>
std::vector<leftover> find_pieces(std::size_t secret_size, Character at_place) {
    std::vector<leftover> found;
    std::vector<char> first(secret_size / piece_size);
    for (std::size_t i = 0; i < first.size(); ++i)
        first[i] = static_cast<char>(at_place(i * piece_size) ^ mask);
    outside_buffer buffer;
    own_memory memory;
    const auto own = reinterpret_cast<std::size_t>(buffer.data());
    for (const region& r : writable_regions()) {
        for (std::size_t at = r.begin; at < r.end;) {
            // The kernel may have joined the buffer to the mappings before and behind it.
            if (at == own) {
                at = own + outside_buffer::size;
                continue;
            }
            const std::size_t stop = at < own && own < r.end ? own : r.end;
            const std::size_t wanted = std::min(outside_buffer::size, stop - at);
            const std::size_t size = memory.read(at, buffer.data(), wanted);
            if (size < piece_size)
                break;
            const char* const data = buffer.data();
            for (std::size_t p = 0; p + piece_size <= size; ++p)
                for (std::size_t i = 0; i < first.size(); ++i) {
                    if (static_cast<char>(data[p] ^ mask) != first[i])
                        continue;
                    std::size_t same = 1;
                    while (same < piece_size && data[p + same] == at_place(i * piece_size + same))
                        ++same;
                    if (same < piece_size)
                        continue;
                    leftover l{r.name, at + p, i * piece_size, {}};
                    const std::size_t from = p - std::min(p, context_size);
                    const std::size_t to = std::min(size, p + piece_size + context_size);
                    l.around.reserve(to - from); // growing would leave copies
                    for (std::size_t c = from; c < to; ++c)
                        l.around += c >= p && c < p + piece_size       ? '#'
                                    : data[c] >= ' ' && data[c] <= '~' ? data[c]
                                                                       : '.';
                    hide_words(l.around);
                    found.push_back(std::move(l));
                }
            if (size < wanted || at + size >= stop)
                at = size < wanted ? r.end : stop;
            else
                at += size - piece_size + 1;
        }
    }
    return found;
}

} // namespace

std::vector<leftover> find_leftovers(const made_up_secret& secret) {
    return find_pieces(made_up_secret::size,
                       [&secret](std::size_t place) { return secret.at(place); });
}

std::vector<leftover> find_leftovers(const masked_secret& secret, std::size_t begin,
                                     std::size_t end) {
    return find_pieces(end - begin,
                       [&secret, begin](std::size_t place) { return secret.at(begin + place); });
}

std::string describe(const std::vector<leftover>& found) {
    std::ostringstream out;
    for (const leftover& l : found)
        out << l.region << " at 0x" << std::hex << l.address << std::dec << ", from character "
            << l.first << ": " << l.around << '\n';
    return out.str();
}

__attribute__((noinline)) void call_deeply(void (*what)(void*), void* with) {
    volatile char padding[128 * 1024];
    padding[0] = 0;
    padding[sizeof(padding) - 1] = 0;
    what(with);
    padding[0] = 1; // it is in use until here
}

} // namespace langexport_tests
