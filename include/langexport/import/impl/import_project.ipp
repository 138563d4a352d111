#ifndef LANGEXPORT_IMPORT_IMPL_IMPORT_PROJECT_IPP
#define LANGEXPORT_IMPORT_IMPL_IMPORT_PROJECT_IPP

#include <langexport/detail/engine/engine.hpp>
#include <langexport/detail/engine/source_runner.hpp>
#include <langexport/detail/protocol/api_version.hpp>
#include <langexport/detail/protocol/submission.hpp>
#include <langexport/impl/export_project.ipp>
#include <langexport/import/impl/import_request.ipp>
#include <langexport/import/import_project.hpp>

#include <stdexcept>

namespace langexport {
inline namespace v0 {
namespace detail {

// The source of a request, for the engine.
class source_input final : public import_input {
public:
    explicit source_input(import_source source) : source_(std::move(source)) {}

    std::optional<std::uint64_t> size() const noexcept override { return source_.size(); }
    void open() override {
        reader_ = source_.open();
        if (!reader_)
            throw std::invalid_argument("the factory of the import_source returned no reader");
    }
    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        return reader_->read(into);
    }
    void close() noexcept override { reader_.reset(); }

private:
    import_source source_;
    std::unique_ptr<import_reader> reader_;
};

LANGEXPORT_TEMPLATE_DECL void start_source_call(const std::shared_ptr<source_runner>& runner) {
    source_runner::start_call(runner);
}

inline unstarted_operation make_import(engine& owner, operation_handler&& handler,
                                       bound_target&& target) {
    const client_params& params = owner.params();
    unstarted_operation made{owner.make_operation(std::move(handler), job_kind::importing),
                             export_plan{}, params.deadline.value_or((steady_duration::max)()),
                             std::move(target.executor)};
    made.plan.kind = target.kind;
    made.plan.job = job_kind::importing;
    made.plan.job_timeout = params.job_timeout;
    return made;
}

inline std::shared_ptr<source_runner> make_source(const engine& owner, const import_start& start,
                                                  asio::any_io_executor executor) {
    const import_request& request = start.request;
    return std::make_shared<source_runner>(
        std::make_unique<source_input>(request.source),
        import_check(request.surface, request.format),
        executor ? std::move(executor) : owner.settings().executor, owner.settings().executor,
        owner.settings().strand, start.start_call);
}

inline void prepare_import(const engine& owner, unstarted_operation& made,
                           const import_start& start) {
    const import_request& request = start.request;
    auto& operation = static_cast<import_operation&>(*made.operation);
    operation.parts().submission = std::make_unique<submission_parts>();
    operation.submission()->project_name = request.project_name;
    const export_request settings = settings_of(request);
    check_as_import([&] { set_tag(operation, settings); });
    const std::string_view version = version_for(request.surface, owner.params().api_version);
    validate(request, version);
    operation.submission()->target = import_target(
        owner.settings().endpoint, version, request.surface, request.project_name, request.format);
    operation.submission()->body = import_content_type(request.surface, request.format);
    made.plan.can_resubmit = owner.params().retry.max_resubmissions > 0;
    made.plan.allow_duplicates = request.allow_duplicates;
    apply_settings(made, settings);
    operation.set_source(make_source(owner, start, made.executor));
}

LANGEXPORT_DECL void start_import(const std::shared_ptr<engine>& owner, operation_handler handler,
                                  bound_target target, const import_start& start) {
    start_prepared(*owner, make_import(*owner, std::move(handler), std::move(target)),
                   [&](unstarted_operation& made) { prepare_import(*owner, made, start); });
}

LANGEXPORT_DECL void start_with_import_job(const std::shared_ptr<engine>& owner,
                                           operation_handler handler, bound_target target,
                                           const import_job& job) {
    start_prepared(*owner, make_import(*owner, std::move(handler), std::move(target)),
                   [&](unstarted_operation& made) {
                       if (job.empty())
                           throw_error(errc::invalid_request, "the import_job is empty");
                       prepare_job(*owner, made, job_of(job));
                   });
}

} // namespace detail
} // namespace v0
} // namespace langexport

#endif
