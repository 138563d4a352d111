#ifndef LANGEXPORT_EXAMPLES_SERVICE_EXPORT_BOOK_HPP
#define LANGEXPORT_EXAMPLES_SERVICE_EXPORT_BOOK_HPP

#include "export_record.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace service {

namespace asio = boost::asio;

/// Wakes one coroutine when an export changes. Any thread may call `notify`; the other functions run on the
/// coroutine's executor, a strand.
class change_signal : public std::enable_shared_from_this<change_signal> {
public:
    explicit change_signal(const asio::any_io_executor& executor) : timer_(executor) {}

    /// From any thread.
    void notify() {
        asio::post(timer_.get_executor(), [self = shared_from_this()] {
            self->has_changed_ = true;
            self->timer_.cancel();
        });
    }

    /// Returns at the next change, or the one since the last call; after `limit` at the latest.
    ///
    /// @return  Whether there was a change.
    asio::awaitable<bool> wait(std::chrono::steady_clock::duration limit) {
        if (!has_changed_) {
            timer_.expires_after(limit);
            boost::system::error_code ignored;
            co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        co_return std::exchange(has_changed_, false);
    }

private:
    asio::steady_timer timer_;
    bool has_changed_ = false;
};

/// All exports of the service, in memory. Thread safety: any thread at any time.
class export_book {
public:
    /// Adds an export, or replaces it.
    void put(export_record record) {
        const std::lock_guard guard(mutex_);
        entry& found = entries_[record.id];
        const bool is_new = found.record.id.empty();
        found.record = std::move(record);
        if (is_new)
            order_.push_back(found.record.id);
        notify(found);
    }

    /// Changes an export, and notifies its observers.
    ///
    /// @param change  Changes the record; returns whether it did.
    /// @return        The record afterwards; nothing if there is no such export or nothing changed.
    std::optional<export_record> change(const std::string& id,
                                        const std::function<bool(export_record&)>& change) {
        const std::lock_guard guard(mutex_);
        const auto found = entries_.find(id);
        if (found == entries_.end() || !change(found->second.record))
            return std::nullopt;
        notify(found->second);
        return found->second.record;
    }

    /// Removes an export, and notifies its observers.
    void remove(const std::string& id) {
        const std::lock_guard guard(mutex_);
        const auto found = entries_.find(id);
        if (found == entries_.end())
            return;
        notify(found->second);
        entries_.erase(found);
        order_.erase(std::find(order_.begin(), order_.end(), id));
    }

    /// An export; nothing if there is none of this id.
    std::optional<export_record> find(const std::string& id) const {
        const std::lock_guard guard(mutex_);
        const auto found = entries_.find(id);
        return found == entries_.end() ? std::nullopt : std::optional(found->second.record);
    }

    /// All exports, in the order in which they were added.
    std::vector<export_record> all() const {
        const std::lock_guard guard(mutex_);
        std::vector<export_record> result;
        for (const std::string& id : order_)
            result.push_back(entries_.at(id).record);
        return result;
    }

    /// Notifies `signal` of each change of an export, for as long as it exists.
    ///
    /// @return  Whether there is such an export.
    bool watch(const std::string& id, const std::shared_ptr<change_signal>& signal) {
        const std::lock_guard guard(mutex_);
        const auto found = entries_.find(id);
        if (found == entries_.end())
            return false;
        found->second.watchers.push_back(signal);
        return true;
    }

private:
    struct entry {
        export_record record;
        std::vector<std::weak_ptr<change_signal>> watchers;
    };

    static void notify(entry& changed) {
        std::erase_if(changed.watchers, [](const std::weak_ptr<change_signal>& each) {
            const auto signal = each.lock();
            if (signal)
                signal->notify();
            return !signal;
        });
    }

    mutable std::mutex mutex_;
    std::map<std::string, entry> entries_;
    std::vector<std::string> order_;
};

} // namespace service

#endif
