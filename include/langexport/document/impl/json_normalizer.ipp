#ifndef LANGEXPORT_DOCUMENT_IMPL_JSON_NORMALIZER_IPP
#define LANGEXPORT_DOCUMENT_IMPL_JSON_NORMALIZER_IPP

#include <langexport/detail/json/json_reader.hpp>
#include <langexport/document/impl/normalizing_events.hpp>
#include <langexport/document/json_normalizer.hpp>

namespace langexport {
inline namespace v0 {
namespace detail {

class normalizing_reader {
public:
    explicit normalizing_reader(const normalizing_options& options) : reader(options.max_depth) {
        reader.events().is_sorting = options.sort_items;
    }

    json_reader<normalizing_events> reader;
};

inline normalizing_options options_of(std::size_t max_depth) {
    normalizing_options options;
    options.max_depth = max_depth;
    return options;
}

} // namespace detail

LANGEXPORT_DECL json_normalizer::json_normalizer(const normalizing_options& options)
    : options_(options), reader_(std::make_unique<detail::normalizing_reader>(options)) {}

LANGEXPORT_DECL json_normalizer::json_normalizer(std::size_t max_depth)
    : json_normalizer(detail::options_of(max_depth)) {}

LANGEXPORT_DECL json_normalizer::json_normalizer(json_normalizer&&) noexcept = default;
LANGEXPORT_DECL json_normalizer& json_normalizer::operator=(json_normalizer&&) noexcept = default;
LANGEXPORT_DECL json_normalizer::~json_normalizer() = default;

LANGEXPORT_DECL void json_normalizer::write(std::string_view piece) {
    reader_->reader.write(piece);
}

LANGEXPORT_DECL std::vector<std::string> json_normalizer::finish() {
    reader_->reader.finish();
    std::vector<std::string> pieces = reader_->reader.events().extract();
    reader_ = std::make_unique<detail::normalizing_reader>(options_);
    return pieces;
}

LANGEXPORT_DECL std::uint64_t json_normalizer::size() const noexcept {
    return reader_->reader.size();
}

LANGEXPORT_DECL std::string normalize(std::string_view json, const normalizing_options& options) {
    json_normalizer normalizer(options);
    normalizer.write(json);
    std::string text;
    text.reserve(json.size() + json.size() / 8);
    for (const std::string& piece : normalizer.finish())
        text += piece;
    return text;
}

} // namespace v0
} // namespace langexport

#endif
