// Code in Asio that the thread sanitizer mistakes for races. It does not support fences, and Asio counts the users of
// a shared executor with a release on each count and one acquiring fence before the last one frees it.
extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
    return "race:boost::asio::execution::detail::shared_target_executor\n"
           "race:boost::asio::execution::detail::any_executor_base::destroy_shared\n";
}
