#ifndef LANGEXPORT_TESTING_IMPL_IMPORTED_DOCUMENT_HPP
#define LANGEXPORT_TESTING_IMPL_IMPORTED_DOCUMENT_HPP

#include <langexport/version.hpp>

#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

// What the service must know of a document to import it. Members that the document does not have are empty.
class imported_document {
public:
    bool is_empty = true;
    bool is_object = false; // valid JSON, and an object
    bool has_assets = false;
    std::string string_index_type;
    std::string luis_version;   // `luis_schema_version`
    std::string kind;           // `metadata.projectKind`
    std::string kind_of_assets; // `assets.projectKind`
    std::string language;       // that of the metadata, or the `culture` of a LUIS application
    std::string description;    // that of the metadata, or the `desc` of a LUIS application
    std::string container;      // `metadata.storageInputContainerName`
    bool is_multilingual = false;
};

// Reads a document in small memory, whatever its size is.
LANGEXPORT_DECL imported_document read_document(std::string_view json);

} // namespace detail
} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/imported_document.ipp>
#endif

#endif
