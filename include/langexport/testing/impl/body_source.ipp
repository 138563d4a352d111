#ifndef LANGEXPORT_TESTING_IMPL_BODY_SOURCE_IPP
#define LANGEXPORT_TESTING_IMPL_BODY_SOURCE_IPP

#include <langexport/testing/body_source.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>
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
    explicit file_source(const std::string& path) : file_(path, std::ios::binary), size_(0) {
        std::error_code ec;
        is_good_ = std::filesystem::is_regular_file(path, ec) && file_.is_open();
        size_ = is_good_ ? std::filesystem::file_size(path, ec) : 0;
        is_good_ = is_good_ && !ec;
    }

    bool is_good() const noexcept { return is_good_; }

    std::uint64_t size() const override { return size_; }

    std::size_t read(char* out, std::size_t limit) override {
        file_.read(out, static_cast<std::streamsize>(limit));
        return static_cast<std::size_t>(file_.gcount());
    }

private:
    std::ifstream file_;
    std::uint64_t size_;
    bool is_good_ = false;
};

// A made-up project file. The text of a document has the same length as that of the document five
// places further, so that the size of the whole is known without generating it.
class generated_source final : public body_source {
public:
    generated_source(const project& p, const std::string& api_version,
                     const std::string& string_index_type)
        : kind_(p.kind), language_(quoted(p.language)), count_(p.documents) {
        const std::string kind = quoted(to_string(p.kind));
        before_filler_ =
            "{\"projectFileVersion\":" + quoted(api_version) +
            ",\"stringIndexType\":" + quoted(string_index_type) +
            ",\"metadata\":{\"projectKind\":" + kind +
            ",\"storageInputContainerName\":\"documents\",\"projectName\":" + quoted(p.name) +
            ",\"multilingual\":false,\"description\":\"Made up";
        after_filler_ = "\",\"language\":" + language_ + ",\"settings\":{}},\"assets\":{";
        if (!p.kind_comes_last)
            after_filler_ += "\"projectKind\":" + kind + ",";
        after_filler_ += categories();
        after_filler_ += "\"documents\":[";
        tail_ = p.kind_comes_last ? "],\"projectKind\":" + kind + "}}" : std::string("]}}");
        for (std::size_t i = 0; i < period; ++i) {
            pending_.clear();
            append_document(i);
            lengths_[i] = pending_.size() + 1;
        }
        pending_.clear();
        if (p.result_size != 0)
            fit(p.result_size);
        count_ = std::min(count_, most_documents);
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
    static constexpr std::size_t period = 5;
    static constexpr std::uint64_t most_documents = 999'999'999;
    static constexpr std::size_t piece = 16 * 1024;

    static std::string quoted(std::string_view text) {
        return boost::json::serialize(boost::json::string(text));
    }

    std::string categories() const {
        switch (kind_) {
        case project_kind::single_label_classification:
        case project_kind::multi_label_classification:
            return "\"classes\":[{\"category\":\"Class1\"},{\"category\":\"Class2\"},"
                   "{\"category\":\"Class3\"}],";
        case project_kind::entity_recognition:
            return "\"entities\":[{\"category\":\"Entity1\"},{\"category\":\"Entity2\"},"
                   "{\"category\":\"Entity3\",\"description\":\"The third one\"}],";
        case project_kind::healthcare:
            return "\"entities\":[{\"category\":\"Entity1\",\"compositionSetting\":"
                   "\"combineComponents\"},{\"category\":\"Entity2\"},{\"category\":\"Entity3\"}],";
        case project_kind::text_sentiment:
        case project_kind::abstractive_summarization:
            break;
        }
        return std::string();
    }

    void append_number(std::uint64_t number, std::size_t digits) {
        pending_.append(digits, '0');
        for (std::size_t i = 1; i <= digits; ++i, number /= 10)
            pending_[pending_.size() - i] = static_cast<char>('0' + number % 10);
    }

    void append_label(std::string_view category, std::uint64_t offset) {
        pending_ += "{\"category\":\"";
        pending_ += category;
        pending_ += "\",\"offset\":";
        append_number(offset, 3);
        pending_ += ",\"length\":12}";
    }

    void append_document(std::uint64_t i) {
        static constexpr std::array<std::string_view, 3> classes = {"Class1", "Class2", "Class3"};
        static constexpr std::array<std::string_view, 3> entities = {"Entity1", "Entity2",
                                                                     "Entity3"};
        const std::size_t which = static_cast<std::size_t>(i % 3);
        pending_ += "{\"location\":\"document";
        append_number(i + 1, 9);
        pending_ += ".txt\",\"language\":";
        pending_ += language_;
        pending_ += i % period == period - 1 ? ",\"dataset\":\"Test\"" : ",\"dataset\":\"Train\"";
        switch (kind_) {
        case project_kind::single_label_classification:
            pending_ += ",\"class\":{\"category\":\"";
            pending_ += classes[which];
            pending_ += "\"}}";
            return;
        case project_kind::multi_label_classification:
            pending_ += ",\"classes\":[{\"category\":\"";
            pending_ += classes[which];
            pending_ += "\"},{\"category\":\"";
            pending_ += classes[(which + 1) % 3];
            pending_ += "\"}]}";
            return;
        case project_kind::entity_recognition:
        case project_kind::healthcare:
            pending_ += ",\"entities\":[{\"regionOffset\":0,\"regionLength\":1000,\"labels\":[";
            append_label(entities[which], 100 + i % 300);
            pending_ += ',';
            append_label(entities[(which + 1) % 3], 500 + i % 300);
            pending_ += "]}]}";
            return;
        case project_kind::text_sentiment:
            pending_ += ",\"sentimentSpans\":[";
            append_label(i % 2 == 0 ? "positive" : "negative", 100 + i % 300);
            pending_ += "]}";
            return;
        case project_kind::abstractive_summarization:
            pending_ += ",\"summaryLocation\":\"summary";
            append_number(i + 1, 9);
            pending_ += ".txt\"}";
            return;
        }
    }

    // The size with so many documents and without filler.
    std::uint64_t size_with(std::uint64_t documents) const {
        std::uint64_t size = before_filler_.size() + after_filler_.size() + tail_.size();
        for (std::size_t i = 0; i < period; ++i)
            size += lengths_[i] * (documents / period + (documents % period > i ? 1 : 0));
        return documents == 0 ? size : size - 1;
    }

    // As many documents as fit, and a description that takes the rest.
    void fit(std::uint64_t size) {
        std::uint64_t low = 0;
        std::uint64_t high = std::min(most_documents, size / lengths_[period - 1] + 1);
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
            pending_ = before_filler_;
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
            pending_ = after_filler_;
        }
        while (next_ < count_ && pending_.size() < piece) {
            if (next_ != 0)
                pending_ += ',';
            append_document(next_++);
        }
        if (next_ == count_ && !ended_) {
            ended_ = true;
            pending_ += tail_;
        }
    }

    project_kind kind_;
    std::string language_;
    std::uint64_t count_;
    std::uint64_t filler_ = 0;
    std::string before_filler_;
    std::string after_filler_;
    std::string tail_;
    std::array<std::uint64_t, period> lengths_{}; // each with a comma

    std::string pending_;
    std::size_t position_ = 0;
    std::uint64_t next_ = 0;
    std::uint64_t filled_ = 0;
    bool begun_ = false;
    bool headed_ = false;
    bool ended_ = false;
};

} // namespace detail

LANGEXPORT_DECL std::unique_ptr<body_source> open_result(const project& p,
                                                         const std::string& api_version,
                                                         const std::string& string_index_type) {
    if (p.document)
        return std::make_unique<detail::bytes_source>(p.document);
    if (p.document_file.empty())
        return std::make_unique<detail::generated_source>(p, api_version, string_index_type);
    auto file = std::make_unique<detail::file_source>(p.document_file);
    if (!file->is_good())
        return nullptr;
    return file;
}

LANGEXPORT_DECL std::unique_ptr<body_source> open_filler(std::uint64_t size) {
    return std::make_unique<detail::filler_source>(size);
}

} // namespace testing
} // namespace v0
} // namespace langexport

#endif
