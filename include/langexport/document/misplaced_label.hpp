#ifndef LANGEXPORT_DOCUMENT_MISPLACED_LABEL_HPP
#define LANGEXPORT_DOCUMENT_MISPLACED_LABEL_HPP

#include <langexport/document/project_data.hpp>
#include <langexport/document/project_summary.hpp>
#include <langexport/version.hpp>

#include <string>
#include <utility>
#include <vector>

namespace langexport {
inline namespace v0 {

/// A label that does not mark a part of its text.
class misplaced_label {
public:
    /// @param item_name  The item.
    /// @param misplaced  The label.
    /// @param reason     Why it is misplaced.
    misplaced_label(std::string item_name, item_label misplaced, std::string reason)
        : item(std::move(item_name)), label(std::move(misplaced)), why(std::move(reason)) {}

    std::string item; ///< An utterance's text, a document's location.
    item_label label; ///< The label, with its offset and length.
    std::string
        why; ///< The reason, for people: `lies beyond the end of the text, which is 3 long`.
};

/// Finds the labels that do not mark a part of their text: they lie beyond its end, begin or end inside a
/// character, or end before they begin. Or, in a project of an unknown kind, their position has a wrong
/// type.
///
/// The file contains the texts of utterances, but not those of documents. Therefore it finds only those
/// labels of documents that fit no text at all. If the unit of the file's offsets is unknown, it finds
/// the labels of utterances that lie beyond the end in every unit.
LANGEXPORT_DECL std::vector<misplaced_label> find_misplaced_labels(const project_file& file);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/misplaced_label.ipp>
#endif

#endif
