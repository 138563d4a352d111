#ifndef LANGEXPORT_TESTS_SUPPORT_BATCH_RANGES_HPP
#define LANGEXPORT_TESTS_SUPPORT_BATCH_RANGES_HPP

#include <langexport/export_projects.hpp>

#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace langexport_tests {

/// A lazy range of one pass, whose iterators can be moved only, like the range of a coroutine that yields.
template <class Value>
class generated {
public:
    using function = std::function<std::optional<Value>()>;

    /// Yields the results of the function until it returns nothing.
    explicit generated(function make) : make_(std::move(make)) {}
    generated(generated&&) = default;
    generated& operator=(generated&&) = default;

    class iterator {
    public:
        using value_type = Value;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::input_iterator_tag;

        explicit iterator(generated& owner) : owner_(&owner) {}
        iterator(iterator&&) = default;
        iterator& operator=(iterator&&) = default;

        Value&& operator*() const { return std::move(*owner_->value_); }
        iterator& operator++() {
            owner_->value_ = owner_->make_();
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const iterator& position, std::default_sentinel_t) {
            return position.is_at_end();
        }

    private:
        bool is_at_end() const { return !owner_->value_; }

        generated* owner_;
    };

    iterator begin() {
        value_ = make_();
        return iterator(*this);
    }
    std::default_sentinel_t end() const { return {}; }

private:
    function make_;
    std::optional<Value> value_;
};

using generated_requests = generated<langexport::export_request>;

/// A number of requests for one project; `made` counts those that the batch has read.
inline generated_requests requests_of(std::string project, int number,
                                      std::shared_ptr<int> made = std::make_shared<int>(0)) {
    return generated_requests([=]() -> std::optional<langexport::export_request> {
        if (*made == number)
            return std::nullopt;
        ++*made;
        return langexport::export_request(project);
    });
}

/// Options that keep all outcomes.
class kept_outcomes {
public:
    langexport::batch_options options(std::size_t max_in_flight = 64) {
        langexport::batch_options made;
        made.max_in_flight = max_in_flight;
        made.on_finished = [kept = all_](langexport::batch_outcome one) {
            kept->push_back(std::move(one));
        };
        return made;
    }
    const std::vector<langexport::batch_outcome>& all() const { return *all_; }
    std::size_t size() const { return all_->size(); }

private:
    std::shared_ptr<std::vector<langexport::batch_outcome>> all_ =
        std::make_shared<std::vector<langexport::batch_outcome>>();
};

} // namespace langexport_tests

#endif
