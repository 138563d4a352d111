#ifndef LANGEXPORT_SINK_IMPL_NORMALIZING_SINK_IPP
#define LANGEXPORT_SINK_IMPL_NORMALIZING_SINK_IPP

#include <langexport/error.hpp>
#include <langexport/impl/completed_awaitable.hpp>
#include <langexport/sink/normalizing_sink.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

LANGEXPORT_TEMPLATE_DECL normalizing_sink::normalizing_sink(std::shared_ptr<result_sink> target,
                                                            const normalizing_options& options,
                                                            std::uint64_t limit)
    : commit_(&normalizing_sink::commit_pieces), target_(std::move(target)), options_(options),
      limit_(limit) {
    if (!target_)
        detail::throw_error(errc::invalid_request, "the target of a normalizing_sink is null");
}

LANGEXPORT_TEMPLATE_DECL normalizing_sink::normalizing_sink(std::shared_ptr<result_sink> target,
                                                            std::size_t max_depth,
                                                            std::uint64_t limit)
    : normalizing_sink(std::move(target), detail::options_of(max_depth), limit) {}

LANGEXPORT_DECL asio::awaitable<void> normalizing_sink::write(asio::const_buffer bytes) {
    if (bytes.size() > limit_ - normalizer().size())
        throw std::length_error("the result exceeds the limit of the normalizing_sink (" +
                                std::to_string(limit_) + " bytes)");
    normalizer().write({static_cast<const char*>(bytes.data()), bytes.size()});
    return detail::completed_awaitable();
}

LANGEXPORT_DECL asio::awaitable<void> normalizing_sink::commit() {
    return (this->*commit_)();
}

LANGEXPORT_TEMPLATE_DECL asio::awaitable<void> normalizing_sink::commit_pieces() {
    std::vector<std::string> pieces = normalizer().finish();
    for (std::string& piece : pieces) {
        asio::const_buffer bytes(piece.data(), piece.size());
        co_await target_->write(bytes);
        piece = std::string(); // frees the memory
    }
    co_await target_->commit();
}

LANGEXPORT_DECL void normalizing_sink::discard() noexcept {
    normalizer_.reset();
    target_->discard();
}

LANGEXPORT_DECL json_normalizer& normalizing_sink::normalizer() {
    if (!normalizer_)
        normalizer_.emplace(options_);
    return *normalizer_;
}

} // namespace v0
} // namespace langexport

#endif
