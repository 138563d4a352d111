#include "headers/gcc12_shapes.hpp"

#include "headers/source_text.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <regex>
#include <set>

namespace langexport_tests {
namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

struct token {
    std::string_view text;
    std::size_t line;
    // The innermost bracket that is open here, and for a bracket its other half.
    std::size_t parent = none;
    std::size_t match = none;
    // For an opening brace: it begins statements, not an initializer.
    bool is_block = false;
};

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

void blank_directives(std::string& code) {
    bool is_continued = false;
    std::size_t first = 0;
    while (first < code.size()) {
        const std::size_t end = std::min(code.find('\n', first), code.size());
        const std::string_view line = std::string_view(code).substr(first, end - first);
        const std::size_t begin = line.find_first_not_of(" \t");
        const bool is_directive =
            is_continued || (begin != std::string_view::npos && line[begin] == '#');
        is_continued = is_directive && line.ends_with('\\');
        if (is_directive)
            std::fill_n(code.begin() + static_cast<std::ptrdiff_t>(first), end - first, ' ');
        first = end + 1;
    }
}

class expressions {
public:
    explicit expressions(std::string_view source) : code_(without_comments_and_literals(source)) {
        blank_directives(code_);
        split();
        pair_brackets();
        for (std::size_t i = 0; i < tokens_.size(); ++i)
            tokens_[i].is_block = is_open(i, "{") && begins_statements(i);
    }

    std::vector<shape> find(const std::set<std::size_t>& accepted_lines) const {
        std::vector<shape> found;
        std::set<std::size_t> seen;
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            if (tokens_[i].text != "co_await")
                continue;
            const range full = full_expression(i);
            if (!seen.insert(full.first).second || is_accepted(full, accepted_lines))
                continue;
            inspect(full, found);
        }
        return found;
    }

private:
    struct range {
        std::size_t first;
        std::size_t last;
        bool is_condition;
    };

    void split() {
        std::size_t line = 1;
        for (std::size_t i = 0; i < code_.size(); ++i) {
            if (code_[i] == '\n')
                ++line;
            if (std::isspace(static_cast<unsigned char>(code_[i])) != 0)
                continue;
            std::size_t end = i + 1;
            while (is_word(code_[i]) && end < code_.size() && is_word(code_[end]))
                ++end;
            tokens_.push_back({std::string_view(code_).substr(i, end - i), line});
            i = end - 1;
        }
    }

    void pair_brackets() {
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            const std::string_view text = tokens_[i].text;
            if (is_one_of(text, {")", "]", "}"}) && !open.empty()) {
                tokens_[i].match = open.back();
                tokens_[open.back()].match = i;
                open.pop_back();
            }
            tokens_[i].parent = open.empty() ? none : open.back();
            if (is_one_of(text, {"(", "[", "{"}))
                open.push_back(i);
        }
    }

    std::string_view text(std::size_t i) const {
        return i < tokens_.size() ? tokens_[i].text : std::string_view();
    }

    std::string_view text_before(std::size_t i) const {
        return i == 0 || i > tokens_.size() ? std::string_view() : tokens_[i - 1].text;
    }

    bool is_open(std::size_t i, std::string_view bracket) const { return text(i) == bracket; }

    std::size_t end_of_group(std::size_t open) const {
        return tokens_[open].match == none ? tokens_.size() : tokens_[open].match;
    }

    // Nothing but a block has semicolons or statements of its own. Other blocks are known by what
    // stands before them.
    bool begins_statements(std::size_t brace) const {
        const std::string_view before = text_before(brace);
        if (before == ")") {
            const std::size_t open = tokens_[brace - 1].match;
            return open == none || text_before(open) != "decltype";
        }
        if (before.empty() || is_one_of(before, {";", "}", "else", "do", "try", "mutable",
                                                 "noexcept", "const", "override"}))
            return true;
        if (before == "]" && tokens_[brace - 1].match != none &&
            is_lambda(tokens_[brace - 1].match))
            return true;
        if (before == "{" && tokens_[brace - 1].is_block)
            return true;
        for (std::size_t i = brace + 1; i < end_of_group(brace); ++i) {
            if (tokens_[i].parent == brace &&
                is_one_of(tokens_[i].text, {";", "if", "for", "while", "switch", "do", "try"}))
                return true;
        }
        return false;
    }

    // A bracket that follows a value is a subscript, one that follows another an attribute, and one
    // that follows `auto` declares names.
    bool is_lambda(std::size_t bracket) const {
        if (!is_open(bracket, "[") || text(bracket + 1) == "[")
            return false;
        const std::string_view before = text_before(bracket);
        if (before.empty())
            return true;
        if (is_one_of(before, {"return", "co_return", "co_await", "co_yield", "throw", "case"}))
            return true;
        return !is_word(before.back()) && !is_one_of(before, {")", "]", "}", "[", ">"}) &&
               !declares_names(bracket);
    }

    bool declares_names(std::size_t bracket) const {
        std::size_t i = bracket;
        while (i > 0 && tokens_[i - 1].text == "&")
            --i;
        return text_before(i) == "auto";
    }

    bool captures_by_value(std::size_t bracket) const {
        bool is_first = true;
        for (std::size_t i = bracket + 1; i < end_of_group(bracket); ++i) {
            if (tokens_[i].parent != bracket)
                continue;
            if (is_first && tokens_[i].text != "&")
                return true;
            is_first = tokens_[i].text == ",";
        }
        return false;
    }

    // The control statement whose parentheses these are, if any.
    std::string_view control_word(std::size_t paren) const {
        std::size_t i = paren;
        if (text_before(i) == "constexpr")
            --i;
        const std::string_view word = text_before(i);
        return is_one_of(word, {"if", "while", "switch", "for"}) ? word : std::string_view();
    }

    range full_expression(std::size_t await) const {
        std::size_t carrier = await;
        std::size_t parent = tokens_[await].parent;
        while (parent != none && !tokens_[parent].is_block) {
            if (is_open(parent, "(") && !control_word(parent).empty())
                return {parent + 1, end_of_group(parent), true};
            carrier = parent;
            parent = tokens_[parent].parent;
        }

        std::size_t first = carrier;
        while (first > 0 && first - 1 != parent && !ends_statement(first - 1))
            first = begin_of_sibling(first - 1);
        first = after_control_words(first, carrier);

        std::size_t last = carrier;
        while (last < tokens_.size() && tokens_[last].text != ";" && tokens_[last].text != "}" &&
               !tokens_[last].is_block)
            last = tokens_[last].match == none ? last + 1 : tokens_[last].match + 1;
        return {first, std::min(last, tokens_.size()), false};
    }

    bool ends_statement(std::size_t i) const {
        if (tokens_[i].text == "}")
            return tokens_[i].match == none || tokens_[tokens_[i].match].is_block;
        return tokens_[i].text == ";" || tokens_[i].text == "{";
    }

    std::size_t begin_of_sibling(std::size_t i) const {
        const bool is_closing = is_one_of(tokens_[i].text, {")", "]", "}"});
        return is_closing && tokens_[i].match != none ? tokens_[i].match : i;
    }

    // `if (x) co_await f();`: the condition is an expression of its own.
    std::size_t after_control_words(std::size_t first, std::size_t carrier) const {
        while (first < carrier) {
            if (is_one_of(tokens_[first].text, {"else", "do"})) {
                ++first;
                continue;
            }
            std::size_t paren = first + 1;
            if (text(paren) == "constexpr")
                ++paren;
            if (!is_open(paren, "(") || control_word(paren).empty() ||
                end_of_group(paren) >= carrier)
                break;
            first = end_of_group(paren) + 1;
        }
        return first;
    }

    bool is_accepted(const range& full, const std::set<std::size_t>& accepted_lines) const {
        const std::size_t first = tokens_[full.first].line;
        const std::size_t last = tokens_[std::max(full.first, full.last - 1)].line;
        const auto accepted = accepted_lines.lower_bound(first);
        return accepted != accepted_lines.end() && *accepted <= last;
    }

    void inspect(const range& full, std::vector<shape>& found) const {
        if (full.is_condition)
            found.push_back({tokens_[full.first].line, "co_await in a condition"});
        if (is_binding(full.first))
            found.push_back({tokens_[full.first].line, "structured binding of an awaited result"});
        for (std::size_t i = full.first; i < full.last; ++i) {
            if (tokens_[i].is_block) {
                i = end_of_group(i);
            } else if (is_open(i, "{")) {
                found.push_back({tokens_[i].line, "braced initializer around or beside co_await"});
                i = end_of_group(i);
            } else if (is_lambda(i) && captures_by_value(i)) {
                found.push_back({tokens_[i].line, "capturing lambda beside co_await"});
            } else if (tokens_[i].text == "?") {
                found.push_back({tokens_[i].line, "conditional operator beside co_await"});
            }
        }
    }

    bool is_binding(std::size_t first) const {
        if (text(first) == "const")
            ++first;
        if (text(first) != "auto")
            return false;
        ++first;
        while (text(first) == "&")
            ++first;
        return is_open(first, "[");
    }

    std::string code_;
    std::vector<token> tokens_;
};

// The lines of code that have a marker, or have it above them in a comment of its own.
std::set<std::size_t> accepted_lines_of(std::string_view source) {
    static const std::regex marker(R"(//\s*gcc12-ok:\s*\S)");
    static const std::regex only_comment(R"(^\s*//)");
    std::set<std::size_t> accepted;
    std::size_t number = 0;
    bool is_marked = false;
    for (const auto& line : lines_of(source)) {
        ++number;
        is_marked = is_marked || std::regex_search(line, marker);
        if (!is_marked || std::regex_search(line, only_comment))
            continue;
        accepted.insert(number);
        is_marked = false;
    }
    return accepted;
}

} // namespace

std::vector<shape> find_gcc12_shapes(std::string_view source) {
    auto found = expressions(source).find(accepted_lines_of(source));
    std::stable_sort(found.begin(), found.end(),
                     [](const shape& a, const shape& b) { return a.line < b.line; });
    return found;
}

} // namespace langexport_tests
