#ifndef LANGEXPORT_DOCUMENT_JSON_NORMALIZER_HPP
#define LANGEXPORT_DOCUMENT_JSON_NORMALIZER_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {

namespace detail {
class normalizing_reader;
}

/// How JSON is normalized.
class normalizing_options {
public:
    /// The defaults.
    normalizing_options() = default;

    /// The maximum nesting depth of objects and arrays; deeper JSON is an error. The parser is recursive:
    /// with a stack of 8 MiB, up to 1,000 levels are safe. The service's files have fewer than 10 levels.
    std::size_t max_depth = 64;
    /// Sorts lists of objects, at any depth: documents by their location, utterances by their text, then
    /// their language, answers by their id, labels and categories by their name; other objects by all
    /// members, in the order in which they are written. Files that differ only in the order of such
    /// lists have the same result. (`compare` in project_difference.hpp ignores this order, too.) Other
    /// lists keep their order: questions, synonyms.
    bool sort_items = false;
};

/// Converts JSON to a normal form for version control, so that a diff shows what changed between two
/// exports. It accepts the results of all surfaces that are JSON, and any other JSON.
///
///   - Members have a fixed order: first those of a project file that have a name in the classes of
///     `project_assets.hpp`, in the order of these classes (`location` first), then all others by name.
///   - Each document, utterance, answer, class, … is on a line of its own, and so is each member of the
///     file, its `metadata` and its `assets`. There is no other white space. The file ends with a line
///     feed.
///   - Strings contain only the escapes that are necessary.
///
/// Documents, utterances and all other elements of lists keep the order in which the service wrote them,
/// unless `normalizing_options::sort_items` is set.
///
/// No information is lost. Numbers keep their digits. Unknown members stay. Members that occur twice in an
/// object stay in the same order. Normalizing a normalized text changes nothing.
///
/// Errors: `write` and `finish` throw `export_error` with `errc::malformed_document` if the text is not
/// JSON or is nested too deeply, and `finish` also if the text is incomplete. The detail names the JSON
/// path and the byte. After an error, every further call throws the same error.
///
/// Memory: the size of the result and the size of the largest document, because the last member of a
/// document may come first in the normal form. Sorting takes about 50 bytes more for each element of the
/// longest list.
/// Thread safety: none; one thread at a time.
class json_normalizer {
public:
    /// @param max_depth  See normalizing_options::max_depth.
    LANGEXPORT_DECL explicit json_normalizer(std::size_t max_depth = 64);
    /// @param options  How to normalize.
    LANGEXPORT_DECL explicit json_normalizer(const normalizing_options& options);
    /// Moves the text that was read so far.
    LANGEXPORT_DECL json_normalizer(json_normalizer&&) noexcept;
    /// Moves the text that was read so far.
    LANGEXPORT_DECL json_normalizer& operator=(json_normalizer&&) noexcept;
    /// Discards the text that was read so far.
    LANGEXPORT_DECL ~json_normalizer();

    /// Reads the next piece of the text, which may end anywhere, even inside a character. A byte order mark
    /// at the beginning of the text is skipped.
    LANGEXPORT_DECL void write(std::string_view piece);

    /// Completes the text and returns its normal form in consecutive pieces of some tens of kilobytes.
    /// Afterwards the normalizer can read another text.
    LANGEXPORT_DECL std::vector<std::string> finish();

    /// The number of bytes of the present text that were written so far.
    LANGEXPORT_DECL std::uint64_t size() const noexcept;

private:
    normalizing_options options_;
    std::unique_ptr<detail::normalizing_reader> reader_;
};

/// Normalizes a whole text: see json_normalizer.
///
/// @param json     The text.
/// @param options  How to normalize.
/// @return         The normal form.
/// @throws export_error (errc::malformed_document) if the text is not JSON or is nested too deeply.
LANGEXPORT_DECL std::string normalize(std::string_view json,
                                      const normalizing_options& options = {});

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/json_normalizer.ipp>
#endif

#endif
