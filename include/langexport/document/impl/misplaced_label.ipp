#ifndef LANGEXPORT_DOCUMENT_IMPL_MISPLACED_LABEL_IPP
#define LANGEXPORT_DOCUMENT_IMPL_MISPLACED_LABEL_IPP

#include <langexport/detail/base/lone_surrogate.hpp>
#include <langexport/document/misplaced_label.hpp>
#include <langexport/document/text_offset.hpp>

#include <cstdint>
#include <optional>

namespace langexport {
inline namespace v0 {
namespace detail {

// Replaces halves of UTF-16 pairs with U+FFFD, which has the same length in each unit.
inline std::string with_whole_characters(std::string text) {
    for (std::size_t at = 0; at < text.size(); ++at)
        if (has_surrogate_at(text, at))
            text.replace(at, surrogate_bytes, "\xEF\xBF\xBD");
    return text;
}

// Returns whether a position has a type that no valid position has, such as a negative number. The
// parser puts such a position into `other`.
inline bool has_odd_place(const project_object& label) {
    const auto has = [&](std::string_view name) {
        const auto* const place = label.other.if_contains(name);
        return place && !place->is_null();
    };
    return has("offset") || has("length") || has("startPos") || has("endPos");
}

// Returns why the part does not lie in the text; empty if it does.
inline std::string misplaced_in(const std::string& text, const text_span& part,
                                std::optional<text_unit> unit) {
    // If the unit is unknown, no unit counts more than the number of UTF-8 bytes.
    const text_unit counted = unit.value_or(text_unit::utf8_bytes);
    if (unit && try_text_at(text, part, counted))
        return {};
    const std::optional<std::uint64_t> length = try_text_length(text, counted);
    if (!length) {
        const std::string whole = with_whole_characters(text);
        // A text with other invalid bytes has no valid positions.
        return whole == text ? std::string() : misplaced_in(whole, part, unit);
    }
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
    const auto look_at_places = [&](const std::string& item, const auto& labels, auto name_of) {
        for (const auto& label : labels)
            if (detail::has_odd_place(label))
                found.emplace_back(item,
                                   item_label(category_role::entity, name_of(label), label.span()),
                                   "has an invalid position");
    };
    for (const project_document& document : file.assets.documents)
        for (const labeled_region& region : document.entities)
            look_at_places(document.location, region.labels,
                           [](const text_label& label) { return label.category; });
    for (const project_utterance& utterance : file.assets.utterances)
        look_at_places(utterance.text, utterance.entities,
                       [](const text_label& label) { return label.category; });
    for (const luis_utterance& utterance : file.luis.utterances)
        look_at_places(utterance.text, utterance.entities,
                       [](const luis_label& label) { return label.entity; });
    for (const project_utterance& utterance : file.assets.utterances)
        look_at(utterance.text, labels_of(utterance), [&](const text_span& part) {
            return detail::misplaced_in(utterance.text, part, unit);
        });
    for (const luis_utterance& utterance : file.luis.utterances)
        look_at(utterance.text, labels_of(utterance), [&](const text_span& part) {
            // A label of LUIS stores its last unit. If that lies before the first, the label ends before
            // it begins.
            std::string why = detail::misplaced_in(utterance.text, part, unit);
            return why.empty() && part.length == 0 ? "ends before it begins" : why;
        });
    return found;
}

} // namespace v0
} // namespace langexport

#endif
