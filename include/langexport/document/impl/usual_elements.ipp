#ifndef LANGEXPORT_DOCUMENT_IMPL_USUAL_ELEMENTS_IPP
#define LANGEXPORT_DOCUMENT_IMPL_USUAL_ELEMENTS_IPP

#include <langexport/document/impl/usual_elements.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace langexport {
inline namespace v0 {
namespace detail {

LANGEXPORT_DECL std::size_t usual_elements::append_to(const member_schema& list, void* elements,
                                                      bool is_first) {
    std::size_t count = 0;
    const char* last_token = nullptr;
    for (; (is_first && count == 0) || text_.skip(','); ++count) {
        if (!text_.skip('{'))
            break;
        if (!read(*list.inner, list.append(elements))) {
            list.remove_last(elements);
            break;
        }
        size_ = static_cast<std::size_t>(text_.position() - begin_);
        last_token = token_;
    }
    token_ = last_token;
    return count;
}

// Reads the rest of an object.
inline bool usual_elements::read(const object_schema& schema, void* object) {
    member_order& order = member_access::order(schema.base(object));
    order.set_parsed();
    if (text_.skip('}'))
        return true;
    unsigned known = 0; // a bit for each member
    std::size_t expected = 0;
    do {
        const member_schema* const member = read_name(schema, expected);
        if (!member)
            return false;
        const auto index = static_cast<unsigned>(member - schema.members.data());
        void* const value = member->address(object);
        if ((known >> index & 1u) != 0 || !read(*member, value))
            return false;
        known |= 1u << index;
        expected = index + 1;
        order.add(index);
        if (member->written == presence::always)
            continue;
        const bool is_empty_now = member->kind == member_kind::text
                                      ? static_cast<const std::string*>(value)->empty()
                                      : is_empty(*member, object);
        if (!is_empty_now)
            order.forget(index);
    } while (text_.skip(','));
    return text_.skip('}');
}

// Names are short: most have 4 to 16 bytes. A call of memcmp takes longer.
template <class Word>
bool has_same_ends(const char* a, const char* b, std::size_t size) noexcept {
    Word words[4];
    std::memcpy(&words[0], a, sizeof(Word));
    std::memcpy(&words[1], b, sizeof(Word));
    std::memcpy(&words[2], a + size - sizeof(Word), sizeof(Word));
    std::memcpy(&words[3], b + size - sizeof(Word), sizeof(Word));
    return words[0] == words[1] && words[2] == words[3];
}
inline bool is_name(const char* text, std::string_view name) noexcept {
    const std::size_t size = name.size();
    if (size >= 4 && size <= 8)
        return has_same_ends<std::uint32_t>(text, name.data(), size);
    if (size > 8 && size <= 16)
        return has_same_ends<std::uint64_t>(text, name.data(), size);
    return std::memcmp(text, name.data(), size) == 0;
}

// Reads a name and its colon. Members mostly have the order of their table.
inline const member_schema* usual_elements::read_name(const object_schema& schema,
                                                      std::size_t expected) {
    if (!text_.skip('"'))
        return nullptr;
    token_ = text_.position();
    const std::size_t count = schema.members.size();
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t place = expected + i < count ? expected + i : expected + i - count;
        const member_schema& member = schema.members[place];
        const std::size_t size = member.name.size();
        if (size < text_.left() && token_[size] == '"' && is_name(token_, member.name)) {
            text_.skip_bytes(size + 1);
            return text_.skip(':') ? &member : nullptr;
        }
    }
    return nullptr;
}

LANGEXPORT_ALWAYS_INLINE bool usual_elements::read_text(std::string_view& text) noexcept {
    if (!text_.skip('"'))
        return false;
    token_ = text_.position();
    return text_.read_plain_string(text);
}

inline bool usual_elements::read(const member_schema& member, void* value) {
    std::string_view text;
    switch (member.kind) {
    case member_kind::text:
        if (!read_text(text))
            return false;
        static_cast<std::string*>(value)->assign(text);
        return true;
    case member_kind::count:
        text_.next();
        token_ = text_.position();
        return text_.read_digits(*static_cast<std::uint64_t*>(value));
    case member_kind::texts:
        return read_texts(value);
    case member_kind::object:
        return text_.skip('{') && read(*member.inner, value);
    case member_kind::objects:
        return read_list(member, value);
    case member_kind::json_object: // an empty one
        return text_.skip('{') && text_.skip('}');
    case member_kind::flag:
        break;
    }
    return false;
}

inline bool usual_elements::read_texts(void* list) {
    auto& texts = *static_cast<std::vector<std::string>*>(list);
    if (!text_.skip('['))
        return false;
    if (text_.skip(']'))
        return true;
    do {
        std::string_view text;
        if (!read_text(text))
            return false;
        texts.emplace_back(text);
    } while (text_.skip(','));
    return text_.skip(']');
}

// The number of objects in a list without inner lists. It is only a guess if a text contains brackets.
inline std::size_t guess_count(std::string_view list) noexcept {
    const std::string_view elements = list.substr(0, list.find(']'));
    std::size_t count = 0;
    for (std::size_t at = elements.find('{'); at != std::string_view::npos;
         at = elements.find('{', at + 1))
        ++count;
    return count;
}

inline bool usual_elements::read_list(const member_schema& list, void* elements) {
    if (!text_.skip('['))
        return false;
    if (text_.skip(']'))
        return true;
    if (!list.inner->has_lists)
        list.reserve(elements, guess_count({text_.position(), text_.left()}));
    do {
        if (!text_.skip('{') || !read(*list.inner, list.append(elements)))
            return false;
    } while (text_.skip(','));
    return text_.skip(']');
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
