#ifndef LANGEXPORT_IMPL_MISPLACED_LABEL_IPP
#define LANGEXPORT_IMPL_MISPLACED_LABEL_IPP

#include <langexport/misplaced_label.hpp>
#include <langexport/text_offset.hpp>

#include <cstdint>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// Why a part is none of a text; empty if it is one.
inline std::string misplaced_in(const std::string& text, const text_span& part,
                                std::optional<text_unit> unit) {
    // Each unit that is not known here counts characters of Unicode, or several of them as one.
    const text_unit counted = unit.value_or(text_unit::utf8_bytes);
    if (unit && try_text_at(text, part, counted))
        return {};
    const std::optional<std::uint64_t> length = try_text_length(text, counted);
    if (!length)
        return {}; // a text that is no UTF-8 has no such positions
    if (part.offset > *length || part.length > *length - part.offset)
        return "lies beyond the end of the text, which is " + std::to_string(*length) +
               (unit ? " long" : " bytes long");
    return unit ? "begins or ends inside a character" : "";
}

inline std::string misplaced_anywhere(const text_span& part) {
    return part.length > static_cast<std::uint64_t>(-1) - part.offset
               ? "lies beyond the end of any text"
               : "";
}

} // namespace detail

LANGEXPORT_DECL std::vector<misplaced_label> find_misplaced_labels(const project_file& file) {
    std::vector<misplaced_label> found;
    const auto look_at = [&](const std::string& item, const std::vector<item_label>& labels,
                             auto why_of) {
        for (const item_label& label : labels) {
            std::string why = label.span ? why_of(*label.span) : std::string();
            if (!why.empty())
                found.emplace_back(item, label, std::move(why));
        }
    };
    for (const project_document& document : file.assets.documents)
        look_at(document.location, labels_of(document), detail::misplaced_anywhere);
    const auto unit = file.unit();
    for (const project_utterance& utterance : file.assets.utterances)
        look_at(utterance.text, labels_of(utterance), [&](const text_span& part) {
            return detail::misplaced_in(utterance.text, part, unit);
        });
    for (const luis_utterance& utterance : file.luis.utterances)
        look_at(utterance.text, labels_of(utterance), [&](const text_span& part) {
            // A label of LUIS has a last unit: one without a length ends before it begins.
            std::string why = detail::misplaced_in(utterance.text, part, unit);
            return why.empty() && part.length == 0 ? "ends before it begins" : why;
        });
    return found;
}

} // namespace v0
} // namespace langexport

#endif
