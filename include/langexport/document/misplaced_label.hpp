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

/// A label that stands for no part of its text.
class misplaced_label {
public:
    misplaced_label(std::string item_name, item_label what, std::string reason)
        : item(std::move(item_name)), label(std::move(what)), why(std::move(reason)) {}

    std::string item; ///< An utterance's text, a document's location.
    item_label label; ///< The label, with the offset and the length that it has.
    std::string why;  ///< For people: `lies beyond the end of the text, which is 3 long`.
};

/// Finds the labels that stand for no part of their text: they lie beyond its end or inside a character,
/// or end before they begin, or, in a project of an unknown kind, their position
/// is of a type that none has.
///
/// The texts of utterances are in the file. Those of documents are not: of their labels only such that lie
/// in no text at all are found. If the unit of the file's offsets is not known, labels of utterances are
/// found that lie beyond the end in any unit.
LANGEXPORT_DECL std::vector<misplaced_label> find_misplaced_labels(const project_file& file);

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/misplaced_label.ipp>
#endif

#endif
