#ifndef LANGEXPORT_TESTING_BODY_SOURCE_HPP
#define LANGEXPORT_TESTING_BODY_SOURCE_HPP

#include <langexport/testing/project.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace langexport {
inline namespace v0 {
namespace testing {

/// A body that is produced piece by piece, so that a large body needs no memory.
class body_source {
public:
    /// For derived classes.
    body_source() = default;
    /// Not copyable: derived classes are used by pointer.
    body_source(const body_source&) = delete;
    /// Not copyable.
    body_source& operator=(const body_source&) = delete;
    /// Destroys the derived class.
    virtual ~body_source() = default;

    /// The size of the whole body in bytes.
    virtual std::uint64_t size() const = 0;

    /// Produces the next bytes of the body.
    ///
    /// @param out    Receives the bytes.
    /// @param limit  The maximum number of bytes.
    /// @return       How many bytes were written to `out`; 0 at the end.
    /// @throws boost::system::system_error if the project's file cannot be read.
    virtual std::size_t read(char* out, std::size_t limit) = 0;
};

/// The options of a submission that affect the result. Names are accepted in any letter case.
class export_wish {
public:
    /// The defaults.
    export_wish() {}

    /// `projectFileVersion` of a generated result. Default: 2023-04-01.
    std::string api_version = "2023-04-01";
    /// `stringIndexType` of a generated result. Default: Utf16CodeUnit.
    std::string string_index_type = "Utf16CodeUnit";
    /// The format of the result; empty (default) is the surface's own.
    std::string format;
    /// `qnas` or `synonyms` for a part of a knowledge base. Default: empty, which is all of it.
    std::string asset_kind;
};

/// Opens the result of an export of this project.
///
/// @param p     The project.
/// @param wish  The options of the submission. They do not change a result that is given as bytes or a
///              file.
/// @return      The result; null if the project's file cannot be opened.
LANGEXPORT_DECL std::unique_ptr<body_source> open_result(const project& p, const export_wish& wish);

/// The content type of the result of `open_result`.
LANGEXPORT_DECL std::string content_type_of(const project& p, const export_wish& wish);

/// A body of `size` spaces.
LANGEXPORT_DECL std::unique_ptr<body_source> open_filler(std::uint64_t size);

} // namespace testing
} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/testing/impl/body_source.ipp>
#endif

#endif
