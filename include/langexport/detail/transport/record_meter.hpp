#ifndef LANGEXPORT_DETAIL_TRANSPORT_RECORD_METER_HPP
#define LANGEXPORT_DETAIL_TRANSPORT_RECORD_METER_HPP

#include <algorithm>
#include <cstddef>

namespace langexport {
inline namespace v0 {
namespace detail {

// Counts the TLS records in a stream of bytes, so that one read processes a limited share of them. A share ends at
// the end of a record.
class record_meter {
public:
    static constexpr std::size_t most_records = 8;
    static constexpr std::size_t most_bytes = 64 * 1024;

    // Begins a new share.
    void restart() noexcept { records_ = bytes_ = 0; }

    // Whether the next byte belongs to a record beyond the share.
    bool is_spent() const noexcept {
        return header_size_ == 0 && left_ == 0 &&
               (records_ >= most_records || bytes_ >= most_bytes);
    }

    // How many records began in this share.
    std::size_t records() const noexcept { return records_; }

    // How many of these bytes belong to the record of the first byte. They count as passed.
    std::size_t pass(const char* data, std::size_t size) noexcept {
        std::size_t count = 0;
        while (count < size && left_ == 0) {
            header_[header_size_++] = static_cast<unsigned char>(data[count++]);
            if (header_size_ < sizeof(header_))
                continue;
            header_size_ = 0;
            left_ = static_cast<std::size_t>(header_[3]) << 8 | header_[4];
            ++records_;
            if (left_ == 0)
                break;
        }
        const std::size_t rest = (std::min)(size - count, left_);
        left_ -= rest;
        count += rest;
        bytes_ += count;
        return count;
    }

private:
    unsigned char header_[5] = {}; // of a record: its type, its version and its length
    std::size_t header_size_ = 0;  // the received part of it
    std::size_t left_ = 0;         // of the record, after its header
    std::size_t records_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
