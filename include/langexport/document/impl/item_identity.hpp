#ifndef LANGEXPORT_DOCUMENT_IMPL_ITEM_IDENTITY_HPP
#define LANGEXPORT_DOCUMENT_IMPL_ITEM_IDENTITY_HPP

#include <langexport/detail/base/text.hpp>
#include <langexport/document/impl/item_pairs.hpp>
#include <langexport/document/project_assets.hpp>
#include <langexport/version.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// The keys that identify documents, utterances, answers, synonyms and categories.

namespace langexport {
inline namespace v0 {
namespace detail {

template <class Item>
std::string name_of(const Item& item) {
    if constexpr (requires { item.location; })
        return item.location;
    else if constexpr (requires { item.text; })
        return item.text;
    else if constexpr (requires { item.alterations; }) {
        std::string words;
        for (const std::string& word : item.alterations)
            words.append(words.empty() ? "" : ", ").append(word);
        return words;
    } else if constexpr (requires { item.id; })
        return std::to_string(item.id);
    else
        return item.category;
}

// One key made of several parts. No key if the first part is empty.
inline std::vector<std::string> key_of(std::initializer_list<std::string_view> parts) {
    if (parts.begin()->empty())
        return {};
    std::string key;
    for (const std::string_view part : parts)
        key.append(std::to_string(part.size())).append(":").append(part);
    return {key};
}

// The properties that pair documents, utterances, synonyms and categories, besides the name.
class item_traits {
public:
    template <class Item>
    item_traits(const Item& item, const std::string& project_language) : name(name_of(item)) {
        if constexpr (requires { item.alterations; }) {
            auto words = item;
            std::sort(words.alterations.begin(), words.alterations.end());
            name = name_of(words);
        }
        if constexpr (requires { item.language; })
            language = to_lower(item.language.empty() ? project_language : item.language);
        if constexpr (requires { item.dataset; })
            dataset = item.dataset;
        if constexpr (requires { item.intent; })
            intent = item.intent;
    }

    std::string name;
    std::string language;
    std::string dataset;
    std::string intent;
};

class project_languages {
public:
    std::string before;
    std::string after;
};

template <class Item>
void pair_items(item_pairs<Item>& pairs, const project_languages& languages) {
    using traits = item_traits;
    using key = std::vector<std::string> (*)(const traits&);
    constexpr key keys[] = {
        [](const traits& t) {
            return key_of({t.name, t.language, t.dataset, t.intent});
        },
        [](const traits& t) {
            return key_of({t.name, t.language, t.intent});
        },
        [](const traits& t) {
            return key_of({t.name, t.language, t.dataset});
        },
        [](const traits& t) {
            return key_of({t.name, t.language});
        },
        [](const traits& t) {
            return key_of({t.name, t.intent});
        },
        [](const traits& t) {
            return key_of({t.name, t.dataset});
        },
        [](const traits& t) { return key_of({t.name}); },
    };
    for (const key of : keys)
        pairs.pair_by([&](const Item& item) { return of(traits(item, languages.before)); },
                      [&](const Item& item) { return of(traits(item, languages.after)); });
}

// An id does not identify an answer: an import assigns new ids.
inline void pair_items(item_pairs<question_answer>& pairs, const project_languages&) {
    using item = question_answer;
    const auto id = [](const item& one) { return std::to_string(one.id); };
    const auto questions = [](const item& one) {
        std::vector<std::string> sorted = one.questions;
        std::sort(sorted.begin(), sorted.end());
        std::string all;
        for (const std::string& question : sorted)
            all.append(std::to_string(question.size())).append(":").append(question);
        return all;
    };
    const auto each_question = [&](const item& one, const std::string& also) {
        std::vector<std::string> keys;
        for (const std::string& question : one.questions)
            keys.push_back(question.empty() ? std::string() : key_of({question, also})[0]);
        return keys;
    };
    pairs.pair_by([&](const item& one) { return key_of({questions(one), one.answer, id(one)}); });
    pairs.pair_by([&](const item& one) { return key_of({questions(one), one.answer}); });
    pairs.pair_by([&](const item& one) { return key_of({questions(one), id(one)}); });
    pairs.pair_by([&](const item& one) { return key_of({questions(one)}); });
    pairs.pair_by([&](const item& one) { return each_question(one, id(one)); });
    pairs.pair_by([&](const item& one) { return each_question(one, ""); });
    pairs.pair_by([&](const item& one) { return key_of({one.answer, id(one)}); });
    pairs.pair_by([&](const item& one) { return key_of({one.answer}); });
    const auto same = std::count_if(pairs.changed.begin(), pairs.changed.end(),
                                    [](const auto& p) { return p.first->id == p.second->id; });
    if (2 * static_cast<std::size_t>(same) >= pairs.changed.size())
        pairs.pair_by([&](const item& one) { return key_of({id(one)}); });
}

// Finds the properties that distinguish items of the same name, in either of two lists. Only for items that are not equal
// in both, because a list may have a million others.
template <class Item>
class item_qualifiers {
public:
    item_qualifiers(const std::vector<Item>& before, const std::vector<Item>& after,
                    const item_pairs<Item>& pairs) {
        for (const auto* unequal : {&pairs.removed, &pairs.added}) {
            for (const Item* const item : *unequal)
                names_.try_emplace(view_of(*item));
        }
        for (const auto& [old_one, new_one] : pairs.changed)
            names_.try_emplace(view_of(*old_one));
        if (names_.empty())
            return;
        for (const std::vector<Item>* list : {&before, &after}) {
            for (auto& [name, found] : names_)
                found.first = nullptr;
            for (const Item& item : *list) {
                const auto named = names_.find(view_of(item));
                if (named == names_.end())
                    continue;
                same_name& found = named->second;
                found.first = found.first ? found.first : &item;
                found.by_language |= item.language != found.first->language;
                found.by_dataset |= item.dataset != found.first->dataset;
            }
        }
    }

    std::string operator()(const Item& item) const {
        const auto found = names_.find(view_of(item));
        if (found == names_.end())
            return {};
        std::string text;
        if (found->second.by_language)
            text = item.language.empty() ? "no language" : item.language;
        if (found->second.by_dataset)
            text.append(text.empty() ? "" : ", ")
                .append(item.dataset.empty() ? "no dataset" : item.dataset);
        return text;
    }

private:
    class same_name {
    public:
        const Item* first = nullptr;
        bool by_language = false;
        bool by_dataset = false;
    };

    static std::string_view view_of(const Item& item) {
        if constexpr (requires { item.location; })
            return item.location;
        else
            return item.text;
    }

    std::unordered_map<std::string_view, same_name> names_;
};

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
