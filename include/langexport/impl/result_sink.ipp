#ifndef LANGEXPORT_IMPL_RESULT_SINK_IPP
#define LANGEXPORT_IMPL_RESULT_SINK_IPP

#include <langexport/impl/completed_awaitable.hpp>
#include <langexport/result_sink.hpp>

#include <stdexcept>

namespace langexport {
inline namespace v0 {

LANGEXPORT_DECL asio::awaitable<void> counting_sink::write(asio::const_buffer bytes) {
    size_ += bytes.size();
    return detail::completed_awaitable();
}

LANGEXPORT_DECL asio::awaitable<void> counting_sink::commit() {
    is_committed_ = true;
    return detail::completed_awaitable();
}

LANGEXPORT_DECL void counting_sink::discard() noexcept {
    size_ = 0;
    is_committed_ = false;
}

LANGEXPORT_DECL asio::awaitable<void> memory_sink::write(asio::const_buffer bytes) {
    if (bytes.size() > limit_ - written_.size())
        throw std::length_error("the result exceeds the limit of the memory_sink (" +
                                std::to_string(limit_) + " bytes)");
    written_.append(static_cast<const char*>(bytes.data()), bytes.size());
    return detail::completed_awaitable();
}

LANGEXPORT_DECL asio::awaitable<void> memory_sink::commit() {
    document_ = std::exchange(written_, std::string());
    is_committed_ = true;
    return detail::completed_awaitable();
}

LANGEXPORT_DECL void memory_sink::discard() noexcept {
    written_ = std::string();
    document_ = std::string();
    is_committed_ = false;
}

} // namespace v0
} // namespace langexport

#endif
