#ifndef LANGEXPORT_DOCUMENT_PROJECT_FILE_HPP
#define LANGEXPORT_DOCUMENT_PROJECT_FILE_HPP

#include <langexport/document/json_normalizer.hpp>
#include <langexport/document/project_data.hpp>
#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace langexport {
inline namespace v0 {

namespace detail {
class project_reader;
}

/// What project_file_parser does with JSON that a project_file cannot hold whole.
enum class parse_mode {
    /// Refuses it: what is parsed and written is the same JSON again.
    lossless,
    /// Accepts it, to look at it: of a member that occurs twice in an object the last one counts, a number
    /// beyond all doubles becomes the largest one (its text is in `project_file::rounded_numbers`), and
    /// a file without `metadata` and `assets` is a project of an unknown kind if it has `documents`. In a
    /// project of an unknown kind an element that does not fit into its list is kept with the unknown members
    /// under the list's name and its place: `documents[3]`.
    tolerant
};

/// Reads a project file piece by piece, without ever holding its text.
///
/// Texts are UTF-8, except that JSON may hold one half of a UTF-16 pair without the other (`"\ud83d"`): such
/// a half is the three bytes that UTF-8 would have for it (ED A0 80 to ED BF BF), and `to_json` writes it as it
/// came.
///
/// In a project of a kind that this version knows, a member that it has a name for must have the
/// right type, or be null or absent; 1.0 and 1e0 are integers. In others what differs is kept with the
/// unknown members.
/// A member that occurs twice in an object of the file is refused unless the mode is tolerant: one of
/// them would be lost.
///
/// Errors: `export_error` with `errc::malformed_document`, whose detail names the place in the JSON
/// (`assets.documents[3].class.category`) and the byte there: of a value of the wrong type it may be
/// that of the name before it. After an error the parser refuses everything, with the same error.
/// Not safe for use from two threads at once.
class project_file_parser {
public:
    /// @param max_depth  How many objects and arrays may be open at once. The service's files have
    ///                   less than 10.
    /// @param mode       What becomes of JSON that a project_file cannot hold whole.
    LANGEXPORT_DECL explicit project_file_parser(std::size_t max_depth = 64,
                                                 parse_mode mode = parse_mode::lossless);
    LANGEXPORT_DECL project_file_parser(project_file_parser&&) noexcept;
    LANGEXPORT_DECL project_file_parser& operator=(project_file_parser&&) noexcept;
    LANGEXPORT_DECL ~project_file_parser();

    /// Takes the next piece, which may end anywhere.
    LANGEXPORT_DECL void write(std::string_view piece);

    /// Ends the text and returns what was read. The parser is as new then.
    LANGEXPORT_DECL project_file finish();

    /// How many bytes it was given.
    LANGEXPORT_DECL std::uint64_t size() const noexcept;

private:
    std::size_t max_depth_;
    parse_mode mode_;
    std::unique_ptr<detail::project_reader> reader_;
};

/// Reads a whole project file. Errors are those of `project_file_parser`.
///
/// @param text  JSON as `exported_project::document` has it. A byte order mark is skipped.
LANGEXPORT_DECL project_file parse_project_file(std::string_view text);

/// A project as JSON, in one line, its members in the order they were parsed in.
///
/// Throws `export_error` with `errc::invalid_request` for what JSON cannot hold: a text that is no
/// UTF-8 (except for halves of UTF-16 pairs, see project_file_parser), a number that is not finite.
LANGEXPORT_DECL std::string to_json(const project_file& file);

/// The same, piece by piece: `sink` is called with pieces of some kilobytes. What it throws is
/// passed on.
LANGEXPORT_DECL void write_json(const project_file& file,
                                const std::function<void(std::string_view)>& sink);

/// A project as people keep it in version control: see json_normalizer.
LANGEXPORT_DECL std::string normalize(const project_file& file,
                                      const normalizing_options& options = {});

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/project_file.ipp>
#include <langexport/document/impl/project_file_parser.ipp>
#endif

#endif
