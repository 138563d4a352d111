#ifndef LANGEXPORT_DOCUMENT_IMPL_LIST_FUNCTIONS_HPP
#define LANGEXPORT_DOCUMENT_IMPL_LIST_FUNCTIONS_HPP

#include <langexport/version.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

// What the tables of project_schema.hpp have to know of a vector of objects.

namespace langexport {
inline namespace v0 {
namespace detail {

// Vectors that will be the beginning of a long list.
using list_parts = std::vector<std::shared_ptr<void>>;

template <class List>
void* append_to(void* list) {
    return &static_cast<List*>(list)->emplace_back();
}
template <class List>
void remove_last_of(void* list) {
    static_cast<List*>(list)->pop_back();
}
template <class List>
void reserve_in(void* list, std::size_t count) {
    static_cast<List*>(list)->reserve(count);
}
template <class List>
std::size_t memory_of(const void* list) {
    return static_cast<const List*>(list)->size() * sizeof(typename List::value_type);
}
// Moves the elements of a list away. The list has room for as many others as fit into so many bytes.
template <class List>
std::shared_ptr<void> detach_from(void* list, std::size_t room) {
    List& elements = *static_cast<List*>(list);
    auto part = std::make_shared<List>(std::move(elements));
    elements = List();
    elements.reserve(room / sizeof(typename List::value_type));
    return part;
}
// Inserts the elements of such parts before those of a list, and releases the parts one after the other.
template <class List>
void join_to(void* list, list_parts& before) {
    List& elements = *static_cast<List*>(list);
    before.push_back(std::make_shared<List>(std::move(elements)));
    std::size_t size = 0;
    for (const auto& part : before)
        size += static_cast<const List*>(part.get())->size();
    List all;
    all.reserve(size);
    for (auto& part : before) {
        List& moved = *static_cast<List*>(part.get());
        std::move(moved.begin(), moved.end(), std::back_inserter(all));
        part.reset();
    }
    before.clear();
    elements = std::move(all);
}
template <class List>
std::size_t size_of(const void* list) {
    return static_cast<const List*>(list)->size();
}
template <class List>
const void* element_of(const void* list, std::size_t index) {
    return &(*static_cast<const List*>(list))[index];
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
