#ifndef LANGEXPORT_TESTING_IMPL_BODY_SOURCE_IPP
#define LANGEXPORT_TESTING_IMPL_BODY_SOURCE_IPP

#include <langexport/detail/base/text.hpp>
#include <langexport/detail/os/system.hpp>
#include <langexport/testing/body_source.hpp>
#include <langexport/testing/impl/made_up_file.hpp>
#include <langexport/testing/impl/workbook.hpp>

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

namespace langexport {
inline namespace v0 {
namespace testing {
namespace detail {

class bytes_source final : public body_source {
public:
    explicit bytes_source(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}

    std::uint64_t size() const override { return bytes_->size(); }

    std::size_t read(char* out, std::size_t limit) override {
        const std::size_t count = bytes_->copy(out, limit, position_);
        position_ += count;
        return count;
    }

private:
    std::shared_ptr<const std::string> bytes_;
    std::size_t position_ = 0;
};

class filler_source final : public body_source {
public:
    explicit filler_source(std::uint64_t size) : size_(size), left_(size) {}

    std::uint64_t size() const override { return size_; }

    std::size_t read(char* out, std::size_t limit) override {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, limit));
        std::fill_n(out, count, ' ');
        left_ -= count;
        return count;
    }

private:
    std::uint64_t size_;
    std::uint64_t left_;
};

class file_source final : public body_source {
public:
    explicit file_source(const std::string& path)
        : file_(langexport::detail::system_file::open_to_read(path, failure_)) {
        std::error_code ec;
        is_good_ = std::filesystem::is_regular_file(path, ec) && file_.is_open();
        size_ = is_good_ ? std::filesystem::file_size(path, ec) : 0;
        is_good_ = is_good_ && !ec;
    }

    bool is_good() const noexcept { return is_good_; }

    std::uint64_t size() const override { return size_; }

    std::size_t read(char* out, std::size_t limit) override {
        const std::size_t size = file_.read(out, limit, failure_);
        if (failure_) // An incomplete result must not look complete, so the connection ends.
            throw boost::system::system_error(failure_);
        return size;
    }

private:
    boost::system::error_code failure_;
    langexport::detail::system_file file_;
    std::uint64_t size_ = 0;
    bool is_good_ = false;
};

// A generated file, produced while it is read. Every item has the same length as the item five places
// later. Therefore the size of the file is known before it is generated.
class generated_source final : public body_source {
public:
    generated_source(std::unique_ptr<const made_up_file> file, const project& p)
        : file_(std::move(file)), count_(p.documents) {
        for (std::size_t i = 0; i < period; ++i) {
            pending_.clear();
            file_->append_item(pending_, i);
            lengths_[i] = pending_.size() + file_->separator.size();
        }
        pending_.clear();
        if (p.result_size != 0)
            fit(p.result_size);
        count_ = (std::min)(count_, most_items);
    }

    std::uint64_t size() const override { return size_with(count_) + filler_; }

    std::size_t read(char* out, std::size_t limit) override {
        if (position_ == pending_.size())
            refill();
        const std::size_t count = pending_.copy(out, limit, position_);
        position_ += count;
        return count;
    }

private:
    static constexpr std::size_t period = made_up_file::period;
    static constexpr std::uint64_t most_items = 999'999'999;
    static constexpr std::size_t piece = 16 * 1024;

    // The size with this number of items, without filler.
    std::uint64_t size_with(std::uint64_t items) const {
        std::uint64_t size =
            file_->before_filler.size() + file_->after_filler.size() + file_->tail.size();
        for (std::size_t i = 0; i < period; ++i)
            size += lengths_[i] * (items / period + (items % period > i ? 1 : 0));
        return items == 0 ? size : size - file_->separator.size();
    }

    // Chooses the largest number of items that fits. The filler in the description takes the rest.
    void fit(std::uint64_t size) {
        std::uint64_t low = 0;
        std::uint64_t high = (std::min)(most_items, size / lengths_[period - 1] + 1);
        while (low < high) {
            const std::uint64_t middle = low + (high - low + 1) / 2;
            if (size_with(middle) <= size)
                low = middle;
            else
                high = middle - 1;
        }
        count_ = low;
        filler_ = size > size_with(low) ? size - size_with(low) : 0;
    }

    void refill() {
        pending_.clear();
        position_ = 0;
        if (!begun_) {
            begun_ = true;
            pending_ = file_->before_filler;
            if (!pending_.empty())
                return;
        }
        if (filled_ < filler_) {
            pending_.assign(
                static_cast<std::size_t>(std::min<std::uint64_t>(piece, filler_ - filled_)), '.');
            filled_ += pending_.size();
            return;
        }
        if (!headed_) {
            headed_ = true;
            pending_ = file_->after_filler;
        }
        while (next_ < count_ && pending_.size() < piece) {
            if (next_ != 0)
                pending_ += file_->separator;
            file_->append_item(pending_, next_++);
        }
        if (next_ == count_ && !ended_) {
            ended_ = true;
            pending_ += file_->tail;
        }
    }

    std::unique_ptr<const made_up_file> file_;
    std::uint64_t count_;
    std::uint64_t filler_ = 0;
    std::array<std::uint64_t, period> lengths_{}; // each including a separator

    std::string pending_;
    std::size_t position_ = 0;
    std::uint64_t next_ = 0;
    std::uint64_t filled_ = 0;
    bool begun_ = false;
    bool headed_ = false;
    bool ended_ = false;
};

inline bool is_zipped(const project& p, const export_wish& wish) {
    return p.zips_tables &&
           (is_knowledge_base_as(p, wish, "tsv") || is_knowledge_base_as(p, wish, "excel"));
}

inline std::string read_all(body_source& from) {
    std::string all(langexport::detail::to_size(from.size()), '\0');
    std::size_t size = 0;
    while (const std::size_t count = from.read(all.data() + size, all.size() - size))
        size += count;
    return all;
}

// A zip archive that contains the table.
inline std::unique_ptr<body_source> zipped(const project& p, const export_wish& wish) {
    project plain = p;
    plain.zips_tables = false;
    const auto table = open_result(plain, wish);
    zip_archive archive;
    archive.add(p.name + (is_knowledge_base_as(p, wish, "tsv") ? ".tsv" : ".xlsx"),
                read_all(*table));
    return std::make_unique<bytes_source>(std::make_shared<const std::string>(archive.to_bytes()));
}

} // namespace detail

LANGEXPORT_DECL std::unique_ptr<body_source> open_result(const project& p,
                                                         const export_wish& wish) {
    if (p.document)
        return std::make_unique<detail::bytes_source>(p.document);
    if (!p.document_file.empty()) {
        auto file = std::make_unique<detail::file_source>(p.document_file);
        if (!file->is_good())
            return nullptr;
        return file;
    }
    if (detail::is_zipped(p, wish))
        return detail::zipped(p, wish);
    if (detail::is_knowledge_base_as(p, wish, "excel"))
        return std::make_unique<detail::bytes_source>(
            std::make_shared<const std::string>(detail::make_up_workbook(p, wish)));
    return std::make_unique<detail::generated_source>(detail::make_up(p, wish), p);
}

LANGEXPORT_DECL std::string content_type_of(const project& p, const export_wish& wish) {
    if (!p.content_type.empty())
        return p.content_type;
    if (detail::is_zipped(p, wish))
        return "application/zip";
    if (detail::is_knowledge_base_as(p, wish, "excel"))
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    if (detail::is_knowledge_base_as(p, wish, "tsv"))
        return "text/tab-separated-values; charset=utf-8";
    return "application/json; charset=utf-8";
}

LANGEXPORT_DECL std::unique_ptr<body_source> open_filler(std::uint64_t size) {
    return std::make_unique<detail::filler_source>(size);
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
