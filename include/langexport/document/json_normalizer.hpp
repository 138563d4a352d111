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

    /// How many objects and arrays may be open at once. The service's files have fewer than 10.
    std::size_t max_depth = 64;
    /// Sorts lists of objects, at any depth: documents by their location, utterances by their text, then
    /// their language, answers by their id, labels and categories by their name; other objects by all
    /// members, in the order in which they are written. Files that differ only in the order of such
    /// lists have the same result. (`compare` in project_difference.hpp ignores this order, too.) Other
    /// lists keep their order: questions, synonyms.
    bool sort_items = false;
};

/// Rewrites JSON in the form for version control, so that a diff shows what changed between two exports.
/// It accepts the results of all surfaces that are JSON, and any other JSON.
///
///   - Members have a fixed order: first those of a project file that have a name in the classes of
///     `project_assets.hpp`, in the order of these classes (`location` first), then all others by name.
///   - Each document, utterance, answer, class, … is on a line of its own, and so is each member of the
///     file, its `metadata` and its `assets`. There is no other white space. The file ends with a line
///     feed.
///   - Texts have the fewest possible escapes.
///
/// Documents, utterances and all other elements of lists keep the order in which the service wrote them,
/// unless `normalizing_options::sort_items` is set.
///
/// Nothing is lost. Numbers keep their digits. Unknown members stay, and so do members that occur twice
/// in an object, in the same order. Normalizing a normalized text changes nothing.
///
/// Errors: `export_error` with `errc::malformed_document`, whose detail names the place and the byte.
/// After an error every call fails with the same error.
///
/// Memory: the size of the result and the largest document, because a late member may belong to the front.
/// Sorting takes about 50 bytes more for each element of the longest list.
/// Thread safety: none; one thread at a time.
class json_normalizer {
public:
    /// @param max_depth  How many objects and arrays may be open at once. The service's files have
    ///                   fewer than 10.
    LANGEXPORT_DECL explicit json_normalizer(std::size_t max_depth = 64);
    /// @param options  The form.
    LANGEXPORT_DECL explicit json_normalizer(const normalizing_options& options);
    /// Moves the text that was read so far.
    LANGEXPORT_DECL json_normalizer(json_normalizer&&) noexcept;
    /// Moves the text that was read so far.
    LANGEXPORT_DECL json_normalizer& operator=(json_normalizer&&) noexcept;
    /// Drops the text.
    LANGEXPORT_DECL ~json_normalizer();

    /// Reads the next piece of the text, which may end anywhere. A byte order mark is dropped.
    LANGEXPORT_DECL void write(std::string_view piece);

    /// Ends the text and returns the result, in consecutive pieces of some tens of kilobytes. Afterwards the
    /// normalizer can read another text.
    LANGEXPORT_DECL std::vector<std::string> finish();

    /// How many bytes were written to it.
    LANGEXPORT_DECL std::uint64_t size() const noexcept;

private:
    normalizing_options options_;
    std::unique_ptr<detail::normalizing_reader> reader_;
};

/// Normalizes a whole text: see json_normalizer.
///
/// @param json     The text.
/// @param options  The form.
/// @return         The normal form.
LANGEXPORT_DECL std::string normalize(std::string_view json,
                                      const normalizing_options& options = {});

} // namespace v0
} // namespace langexport

#if defined(LANGEXPORT_HEADER_ONLY)
#include <langexport/document/impl/json_normalizer.ipp>
#endif

#endif
